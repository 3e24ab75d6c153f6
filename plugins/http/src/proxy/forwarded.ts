/** Reads the header `Forwarded`. Source: RFC 7239, section 4 (its grammar) and section 5 (its parameters). */

/** What one proxy said. */
export interface ForwardedElement {
  readonly for?: string;
  readonly proto?: string;
  readonly host?: string;
}

/** An element is read by pairs: a token, `=`, and a token or a quoted string, then what separates it from the next. */
const PAIR = /[ \t]*([!#$%&'*+.^_`|~\w-]+)=(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[\t !#-[\]-~\u0080-\u00FF]|\\[\t -~])*)")[ \t]*([;,]|$)/y;

/** Parses a header, several lines of it joined with commas; the first element is of the proxy nearest to the client. `undefined` when it is malformed. */
export function tryParseForwarded(header: string): readonly ForwardedElement[] | undefined {
  const elements: ForwardedElement[] = [];
  let element: Record<string, string> = {};
  const pattern = new RegExp(PAIR); // its own place in the text
  while (pattern.lastIndex < header.length) {
    const match = pattern.exec(header);
    if (match === null) return undefined;
    const [, name = '', token, quoted, separator] = match;
    const key = name.toLowerCase();
    if (Object.hasOwn(element, key)) return undefined; // section 4: each parameter at most once
    element = { ...element, [key]: token ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1') };
    if (separator === ';') continue;
    elements.push(pick(element));
    element = {};
  }
  return /[;,]$/.test(header.trim()) ? undefined : elements;
}

function pick({ for: client, proto, host }: Record<string, string>): ForwardedElement {
  return {
    ...(client === undefined ? {} : { for: client }),
    ...(proto === undefined ? {} : { proto }),
    ...(host === undefined ? {} : { host }),
  };
}

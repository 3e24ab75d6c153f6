/** Brings request targets into origin form. Source: RFC 9112, section 3.2: origin and absolute form. */

const SLASH = 47;

/** Converts a target: `http://host/path` gives `/path`; anything else that is no path, like `*`, stays as it is and finds no route. */
export function toOriginForm(target: string | undefined): string {
  if (target === undefined) return '/';
  if (target.charCodeAt(0) === SLASH || !URL.canParse(target)) return target;
  const start = target.indexOf('/', target.indexOf('://') + 3);
  return start === -1 ? '/' : target.slice(start);
}

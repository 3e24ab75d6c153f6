/** Turns patterns of `like` into regular expressions, which mean the same to MongoDB (PCRE2) and to JavaScript. */

const ANY = '[\\s\\S]*';
/** The end of a text; `$` would also stand before a line break at its end. */
const END = '(?![\\s\\S])';

/** Returns the source of the expression. */
export function toLikeSource(pattern: string): string {
  const parts = [...pattern.matchAll(/\\([\s\S])|[\s\S]/g)].map(([sign, escaped]) => {
    if (escaped !== undefined) return escape(escaped);
    return sign === '%' ? ANY : sign === '_' ? '[\\s\\S]' : escape(sign);
  });
  const isOpen = parts.at(-1) === ANY;
  return `^${parts.slice(0, isOpen ? -1 : undefined).join('')}${isOpen ? '' : END}`;
}

function escape(sign: string): string {
  return sign.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
}

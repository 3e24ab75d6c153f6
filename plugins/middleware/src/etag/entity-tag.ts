/** Entity tags: how they are read from a header, and when two of them match. Source: RFC 9110, section 8.8.3. */

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const WHOLE_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/** Tells whether a text is an entity tag with its quotes. */
export function isEntityTag(text: string): boolean {
  return WHOLE_TAG.test(text);
}

/** Lists the tags of `If-Match` or `If-None-Match`; what is no tag is left out. */
export function parseEntityTags(header: string): readonly string[] {
  return header.match(TAG) ?? [];
}

/** Returns a tag without the mark of weakness. */
export function toOpaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

/** Compares weakly: both name representations with the same meaning. */
export function isWeakMatch(left: string, right: string): boolean {
  return toOpaque(left) === toOpaque(right);
}

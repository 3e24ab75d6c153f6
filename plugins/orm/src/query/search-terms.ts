/**
 * Reads the text of a full-text search as people write it: words, "exact phrases", and -words that must not be there. Every
 * database gets its own form of the same terms, so none of their operators can come from a user.
 */

/** A term of a search. */
export interface SearchTerm {
  /** The words of a phrase, or of a term like `foo-bar`; at least one. */
  readonly words: readonly string[];
  /** Whether it must not be there. */
  readonly negated: boolean;
}

/** A longer text is cut: nobody searches for more. */
const MAX_LENGTH = 1_000;
const MAX_TERMS = 32;
const TERM = /(-?)(?:"([^"]*)"?|([^\s"]+))/g;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Reads the terms of a text; signs that are in no word are left out. */
export function toSearchTerms(text: string): readonly SearchTerm[] {
  const terms: SearchTerm[] = [];
  for (const [, sign, phrase, plain] of text.slice(0, MAX_LENGTH).toWellFormed().matchAll(TERM)) {
    const words = (phrase ?? plain ?? '').match(WORD);
    if (words !== null && terms.length < MAX_TERMS) terms.push({ words, negated: sign === '-' });
  }
  return terms;
}

/** Finds the character U+0000, which not every database can keep. */

/** What is said of a value that has it. */
export const NUL_ISSUE = 'must not hold the character U+0000, which the database cannot keep';

/** Tells whether a text, or a text anywhere in a JSON value, holds it. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsNul);
  return Object.entries(value).some(([name, item]) => name.includes('\0') || holdsNul(item));
}

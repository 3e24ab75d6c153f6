/** Finds texts that a database cannot keep as they are. */

const NUL = 'must not hold the character U+0000, which the database cannot keep';
const ILL_FORMED = 'must not hold one half of a character of two (a lone surrogate), which UTF-8 cannot write';

/**
 * Returns what is wrong with a text, or with a text anywhere in a JSON value; `undefined`: nothing.
 * @param holdsNul whether the database keeps U+0000.
 */
export function findTextProblem(value: unknown, holdsNul: boolean): string | undefined {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return ILL_FORMED;
    return holdsNul || !value.includes('\0') ? undefined : NUL;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const problem = findTextProblem(name, holdsNul) ?? findTextProblem(item, holdsNul);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

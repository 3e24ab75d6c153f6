/** "Did you mean …?": the nearest of the known names, for error messages. Source: Levenshtein distance. */

const GREATEST_DISTANCE = 3;

/** Finds the known name nearest to `wrong`, or `undefined` when none is near. */
export function findNearest(wrong: string, known: Iterable<string>): string | undefined {
  const limit = Math.min(GREATEST_DISTANCE, Math.floor(wrong.length / 2));
  const edits = Array.from(known, (name) => ({ name, count: countEdits([...wrong.toLowerCase()], [...name.toLowerCase()], limit) }));
  return edits.filter(({ count }) => count <= limit).toSorted((left, right) => left.count - right.count)[0]?.name;
}

/** Returns ` Did you mean "x"?`, or the empty string when no known name is near. */
export function toSuggestion(wrong: string, known: Iterable<string>): string {
  const nearest = findNearest(wrong, known);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** Returns how many edits lead from one word to the other, or a greater number than `limit`: letters that are equal cost nothing. */
function countEdits(left: readonly string[], right: readonly string[], limit: number): number {
  if (left.length === 0 || right.length === 0) return left.length + right.length;
  const [nextLeft, nextRight] = [left.slice(1), right.slice(1)];
  if (left[0] === right[0]) return countEdits(nextLeft, nextRight, limit);
  if (limit === 0) return 1;
  return 1 + Math.min(countEdits(nextLeft, nextRight, limit - 1), countEdits(nextLeft, right, limit - 1), countEdits(left, nextRight, limit - 1));
}

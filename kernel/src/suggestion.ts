/** "Did you mean …?": the nearest of the known names, for error messages. Source: Levenshtein distance. */

const GREATEST_DISTANCE = 3;

/** Finds the known name nearest to `wrong`, or `undefined` when none is near. */
export function findNearest(wrong: string, known: Iterable<string>): string | undefined {
  const limit = Math.min(GREATEST_DISTANCE, Math.floor(wrong.length / 2));
  const measured = Array.from(known, (name) => ({ name, distance: distanceBetween(wrong.toLowerCase(), name.toLowerCase()) }));
  return measured.filter(({ distance }) => distance <= limit).toSorted((left, right) => left.distance - right.distance)[0]?.name;
}

/** Returns ` Did you mean "x"?`, or the empty string when no known name is near. */
export function toSuggestion(wrong: string, known: Iterable<string>): string {
  const nearest = findNearest(wrong, known);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** Each row holds the distances of one more letter of `left` to all beginnings of `right`. */
function distanceBetween(left: string, right: string): number {
  const letters = [...right];
  let row = [0, ...letters.map((_, index) => index + 1)];
  for (const letter of left) {
    let [diagonal = 0] = row;
    let last = diagonal + 1;
    row = row.map((above, column) => {
      if (column > 0) last = Math.min(diagonal + (letters[column - 1] === letter ? 0 : 1), above + 1, last + 1);
      diagonal = above;
      return last;
    });
  }
  return row.at(-1) as number; // it is never empty
}

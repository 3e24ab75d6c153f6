/**
 * Finds the command that words name. The separators and the order of the parts are free: `make:migration`,
 * `make migration`, `migration:make` and `migration make` are one command. The longest name wins, an exact one first.
 */

/** A command's name and how many words it took. */
export interface CommandMatch {
  readonly name: string;
  readonly wordCount: number;
}

/** Finds the command, or returns `undefined`. */
export function findCommandName(words: readonly string[], names: Iterable<string>): CommandMatch | undefined {
  const known = [...names];
  for (let wordCount = words.length; wordCount > 0; wordCount -= 1) {
    const typed = words.slice(0, wordCount).join(':');
    if (known.includes(typed)) return { name: typed, wordCount };
    const permuted = known.filter((name) => sortParts(name) === sortParts(typed));
    if (permuted.length === 1 && permuted[0] !== undefined) return { name: permuted[0], wordCount };
  }
  return undefined;
}

/** Lists the commands below a topic: `plugins` is the topic of `plugins:list`. */
export function listTopic(words: readonly string[], names: Iterable<string>): string[] {
  const prefix = `${words.join(':')}:`;
  return [...names].filter((name) => name.startsWith(prefix));
}

function sortParts(name: string): string {
  return name.split(':').toSorted().join(':');
}

/** Reads from the command line what every command shares: the words that name the command, `--json` and `--help`. */

/** A command line, before it is known which command it is for. */
export interface Request {
  /** What stands before the first flag: `['make', 'migration', 'add_users']`. */
  readonly words: readonly string[];
  /** Everything but `--json` and `--help`. */
  readonly argv: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
}

/** Reads `argv`; what follows `--` belongs to the command alone. */
export function parseRequest(argv: readonly string[]): Request {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const own = argv.slice(0, end);
  const isHelp = (word: string, index: number): boolean => word === '--help' || word === '-h' || (word === 'help' && index === 0);
  const rest = own.filter((word, index) => word !== '--json' && !isHelp(word, index));
  const flag = rest.findIndex((word) => word.startsWith('-'));
  return {
    words: flag < 0 ? rest : rest.slice(0, flag),
    argv: [...rest, ...argv.slice(end)],
    json: own.includes('--json'),
    help: own.some(isHelp),
  };
}

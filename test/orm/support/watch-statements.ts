/** Sees the statements that SQLite runs, whoever runs them. */

interface Statement {
  readonly source: string;
}

type Run = (this: Statement, ...parameters: unknown[]) => unknown;

/** Returns the texts of the statements that are run while `work` runs, in their order. */
export async function watchStatements(work: () => Promise<unknown>): Promise<string[]> {
  const library: string = 'better-sqlite3'; // it has no types of its own
  const { default: Sqlite }: { default: new (file: string) => { prepare(sql: string): object; close(): void } } = await import(library);
  const probe = new Sqlite(':memory:');
  const prototype = Object.getPrototypeOf(probe.prepare('select 1')) as Record<'all' | 'run', Run>; // methods of every statement
  probe.close();
  const originals = { run: prototype.run, all: prototype.all };
  const texts: string[] = [];
  const note = (original: Run): Run =>
    function (...parameters) {
      texts.push(this.source);
      return original.apply(this, parameters);
    };
  Object.assign(prototype, { run: note(originals.run), all: note(originals.all) });
  try {
    await work();
    return texts;
  } finally {
    Object.assign(prototype, originals);
  }
}

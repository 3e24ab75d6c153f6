/** Runs one direction of a migration, and says at which statement it failed. */
import type { SchemaConnection } from '../drivers/driver.ts';
import { MigrationFailedError, MigrationResumeError } from '../errors.ts';
import type { MigrationSchema } from './define-migration.ts';
import type { MigrationFile } from './migration-files.ts';

/** These would end the transaction that keeps the migration whole, or its statements and what is noted of them. */
const TRANSACTION = /^\s*(?:begin|commit|end|rollback|savepoint|release|start\s+transaction)\b/i;

const INSIDE = 'a migration is in a transaction already and cannot begin or end one';
const OUTSIDE = 'a migration cannot begin or end a transaction; outside of one, what belongs together stands in one text, separated by semicolons';

/** Which way a migration is run. */
export type MigrationDirection = 'down' | 'up';

/** Keeps track of a migration where not all of it can be undone. */
export interface StatementJournal {
  /** The statements that an earlier run has done: they are left out, when they are still the first ones. */
  readonly skipped: readonly string[];
  /** Is told before a statement that is committed by itself, with those that are done. */
  begin(statement: string, done: readonly string[]): Promise<void>;
  /** Is told after it, and after one that can be committed together with the note. */
  end(done: readonly string[]): Promise<void>;
  /** Is told that the migration failed, with the statements that stay. */
  fail(kept: readonly string[]): Promise<void>;
}

/**
 * Runs `work` on the database, one statement after the other.
 * @throws {MigrationFailedError} when a statement fails; none that stands behind it is run.
 * @throws {MigrationResumeError} when the statements of an earlier run are not the first ones any more.
 */
export async function runMigration(
  connection: SchemaConnection,
  {
    name,
    file,
    direction,
    journal,
  }: Pick<MigrationFile, 'file' | 'name'> & { readonly direction: MigrationDirection; readonly journal?: StatementJournal | undefined },
  work: (schema: MigrationSchema) => void | Promise<void>,
): Promise<void> {
  const { skipped = [] } = journal ?? {};
  const running: Promise<unknown>[] = [];
  const done: string[] = [];
  let kept = 0;
  let failure: MigrationFailedError | MigrationResumeError | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const listKept = (): readonly string[] => (kept < skipped.length ? skipped : done.slice(0, kept));
  const toFailure = (error: unknown, statement?: string): MigrationFailedError | MigrationResumeError =>
    error instanceof MigrationResumeError ? error : new MigrationFailedError({ name, file, direction, statement, kept: listKept(), done: [], cause: error });

  async function execute(statement: string, parameters: readonly unknown[] | undefined): Promise<void> {
    const earlier = skipped[done.length];
    if (earlier !== undefined && earlier !== statement)
      throw new MigrationResumeError(name, `statement ${done.length + 1} is now\n  ${statement}\nbut was\n  ${earlier}`);
    const commits = earlier === undefined && connection.commits(statement);
    const stays = commits || (earlier === undefined && connection.lasting?.keepsEach === true);
    if (commits) {
      kept = done.length; // what was done before it stays even if it fails
      await journal?.begin(statement, done);
    }
    if (earlier === undefined) await connection.execute(statement, parameters);
    done.push(statement);
    if (commits || earlier !== undefined) kept = done.length;
    if (stays) await journal?.end(done);
    if (stays) kept = done.length;
  }

  function guard<Result>(statement: string, run: () => Result | Promise<Result>): Promise<Result> {
    const before = last;
    const result = (async () => {
      await before;
      if (failure !== undefined) throw failure;
      try {
        if (TRANSACTION.test(statement)) throw new Error(connection.lasting?.keepsEach === true ? OUTSIDE : INSIDE);
        return await run();
      } catch (error) {
        throw (failure = toFailure(error, statement));
      }
    })();
    last = result.catch(() => undefined); // it is awaited below
    running.push(result);
    return result;
  }

  try {
    await work({
      sql: (statement, parameters) => guard(statement, () => execute(statement, parameters)),
      query: <Row>(statement: string, parameters?: readonly unknown[]) =>
        guard(statement, () => connection.query(statement, parameters) as Promise<readonly Row[]> | readonly Row[]), // the caller says what it selects
    });
    await Promise.all(running); // a statement that was not awaited counts too
    const missing = skipped[done.length];
    if (missing !== undefined) throw new MigrationResumeError(name, `it has no statement ${done.length + 1} any more, which was\n  ${missing}`);
  } catch (error) {
    await last; // what is still running may be kept
    const thrown = failure ?? toFailure(error);
    if (thrown instanceof MigrationFailedError) await journal?.fail(listKept()).catch(() => undefined); // without a connection, what was noted last stays
    throw thrown;
  }
}

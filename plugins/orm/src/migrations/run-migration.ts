/** Runs one direction of a migration, and says at which statement it failed. */
import type { SchemaConnection } from '../drivers/driver.ts';
import { MigrationFailedError } from '../errors.ts';
import type { MigrationSchema } from './define-migration.ts';
import type { MigrationFile } from './migration-files.ts';

/** These would end the transaction that keeps the migration whole. */
const TRANSACTION = /^\s*(?:begin|commit|end|rollback|savepoint|release|start\s+transaction)\b/i;

/**
 * Runs `work` on the database.
 * @throws {MigrationFailedError} when a statement fails.
 */
export async function runMigration(
  connection: SchemaConnection,
  { name, file }: Pick<MigrationFile, 'file' | 'name'>,
  direction: 'down' | 'up',
  work: (schema: MigrationSchema) => void | Promise<void>,
): Promise<void> {
  const running: Promise<unknown>[] = [];
  const done: string[] = [];
  let kept = 0;
  const fail = (error: unknown, statement?: string): MigrationFailedError =>
    new MigrationFailedError({ name, file, direction, statement, kept: done.slice(0, kept), done: [], cause: error });
  const guard = <Result>(statement: string, run: () => Result | Promise<Result>): Promise<Result> => {
    const result = (async () => {
      try {
        if (TRANSACTION.test(statement)) throw new Error('a migration is in a transaction already and cannot begin or end one');
        const commits = connection.commits(statement);
        if (commits) kept = done.length; // what was done before it stays even if it fails
        const outcome = await run();
        if (commits) kept = done.length;
        return outcome;
      } catch (error) {
        throw fail(error, statement);
      }
    })();
    result.catch(() => undefined); // it is awaited below
    running.push(result);
    return result;
  };
  try {
    await work({
      sql: (statement, parameters) =>
        guard(statement, async () => {
          await connection.execute(statement, parameters);
          done.push(statement);
        }),
      query: <Row>(statement: string, parameters?: readonly unknown[]) =>
        guard(statement, () => connection.query(statement, parameters) as Promise<readonly Row[]> | readonly Row[]), // the caller says what it selects
    });
    await Promise.all(running); // a statement that was not awaited counts too
  } catch (error) {
    await Promise.allSettled(running); // what is still running may be kept
    throw error instanceof MigrationFailedError ? error : fail(error);
  }
}

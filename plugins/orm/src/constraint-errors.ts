/** Turns what a database refuses into errors that name the model and its field. */
import {
  CheckConstraintViolationException,
  DriverException,
  ForeignKeyConstraintViolationException,
  LockWaitTimeoutException,
  NotNullConstraintViolationException,
  UniqueConstraintViolationException,
} from '@mikro-orm/core';
import { OxiditeError } from '@oxidite/plugin-sdk';
import type { Database } from './database.ts';
import { CheckViolationError, DatabaseBusyError, type FieldIssue, ForeignKeyViolationError, NotNullViolationError, UniqueViolationError } from './errors.ts';
import type { LinkChange } from './entities/flush-links.ts';
import type { UnprovenReference } from './entities/flush-rules.ts';
import type { ModelLayout } from './model/model-layout.ts';

/** The flush that failed. */
export interface FailedFlush {
  readonly em: object;
  readonly links: readonly LinkChange[];
  readonly inTransaction: boolean;
}

/** Returns Oxidite's error for a database's, and anything else as it is. */
export async function toConstraintError(database: Database, error: unknown, flush?: FailedFlush): Promise<unknown> {
  if (error instanceof OxiditeError || !(error instanceof Error)) return error;
  return (await convert(database, error instanceof DriverException ? error : database.convertException(error), flush)) ?? error;
}

async function convert(database: Database, error: Error, flush: FailedFlush | undefined): Promise<OxiditeError | undefined> {
  if (error instanceof UniqueConstraintViolationException) return toViolation(UniqueViolationError, database, error, 'has already been taken');
  if (error instanceof NotNullConstraintViolationException) return toViolation(NotNullViolationError, database, error, 'is required');
  if (error instanceof CheckConstraintViolationException) return toViolation(CheckViolationError, database, error, 'is not allowed');
  if (error instanceof ForeignKeyConstraintViolationException) return explainForeignKey(database, error, flush);
  return error instanceof LockWaitTimeoutException ? new DatabaseBusyError(error) : undefined;
}

type Violation = new (model: string, errors: readonly FieldIssue[], cause: unknown) => OxiditeError;

function toViolation(ErrorClass: Violation, database: Database, error: Error, message: string): OxiditeError {
  const places = findPlaces(database, error.message);
  const issues = places.map(({ name }): FieldIssue => ({ in: 'body', path: `/${name}`, message }));
  return new ErrorClass(places[0]?.layout.name ?? 'row', issues, error);
}

/** SQLite names the columns: `UNIQUE constraint failed: users.email, users.name`; of a check only its text: `status in ('draft')`. */
function findPlaces(database: Database, message: string): { layout: ModelLayout; name: string }[] {
  const listed = /constraint failed: (.+)$/m.exec(message)?.[1] ?? '';
  return listed.split(',').flatMap((item) => {
    const [table, column] = item.trim().split('.');
    for (const layout of database.layouts.values()) {
      if (layout.table !== table) continue;
      for (const candidate of layout.columns.values()) {
        if (candidate.column === column) return [{ layout, name: candidate.relation ?? candidate.name }];
      }
    }
    return [];
  });
}

/** SQLite does not say which foreign key it was, so the references of the flush that nobody had loaded are looked up. */
async function explainForeignKey(database: Database, error: Error, flush: FailedFlush | undefined): Promise<OxiditeError> {
  const notes = flush === undefined ? undefined : database.journal.get(flush.em);
  const links = flush?.links.map(({ relation, target }) => ({
    layout: relation.source,
    relation,
    key: (target as Readonly<Record<string, unknown>>)[relation.target.key.name],
  }));
  const broken: UnprovenReference[] = [];
  for (const reference of [...(notes?.references ?? []), ...(links ?? [])]) {
    if (!(await exists(database, reference, flush?.inTransaction === true))) broken.push(reference);
  }
  const [first] = broken;
  if (first !== undefined) {
    const issues = broken.map(({ relation }): FieldIssue => ({ in: 'body', path: `/${relation.name}`, message: 'does not exist' }));
    return new ForeignKeyViolationError(
      first.layout.name,
      `The ${first.layout.name} refers to something that does not exist: ${issues.map(({ path }) => path).join(', ')}.`,
      issues,
      error,
    );
  }
  const [removed] = notes?.removed ?? [];
  if (removed !== undefined) return new ForeignKeyViolationError(removed, `The ${removed} cannot be removed, because others still refer to it.`, [], error);
  return new ForeignKeyViolationError('row', 'A row refers to one that does not exist, or others still refer to a row that is removed.', [], error);
}

async function exists({ driver, planner }: Database, { relation: { target }, key }: UnprovenReference, inTransaction: boolean): Promise<boolean> {
  const state = { wheres: [{ [target.key.name]: key }], orders: [], hidden: false, trashed: 'with' as const, joined: [], loads: [], counted: [] };
  const { plan, parameters } = planner.prepare(target, state, 'exists');
  return (await driver.read(plan.sql, parameters, inTransaction)).length > 0;
}

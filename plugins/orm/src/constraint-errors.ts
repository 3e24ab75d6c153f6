/** Turns what a database refuses into errors that name the model and its field. */
import {
  CheckConstraintViolationException,
  DeadlockException,
  DriverException,
  ForeignKeyConstraintViolationException,
  LockWaitTimeoutException,
  NotNullConstraintViolationException,
  type Transaction,
  UniqueConstraintViolationException,
} from '@mikro-orm/core';
import { OxiditeError } from '@oxidite/plugin-sdk';
import type { Database, SqlDatabase } from './database.ts';
import type { ViolatedConstraint } from './drivers/driver.ts';
import {
  CheckViolationError,
  DatabaseBusyError,
  DatabaseFullError,
  DatabaseUnavailableError,
  type FieldIssue,
  ForeignKeyViolationError,
  NotNullViolationError,
  TransactionReadOnlyError,
  UniqueViolationError,
} from './errors.ts';
import type { LinkChange } from './entities/flush-links.ts';
import { type FlushNotes, toPointer, type UnprovenReference } from './entities/flush-rules.ts';
import type { ModelLayout } from './model/model-layout.ts';

/** The flush that failed. */
export interface FailedFlush {
  readonly em: object;
  readonly links: readonly LinkChange[];
  /** The transaction it ran in, which goes on. */
  readonly transaction: Transaction | undefined;
}

/** Returns Oxidite's error for a database's, and anything else as it is. */
export async function toConstraintError(database: Database, error: unknown, flush?: FailedFlush): Promise<unknown> {
  if (error instanceof OxiditeError || !(error instanceof Error)) return error;
  if (database.driver.isUnavailable(error)) return new DatabaseUnavailableError(database.driver.label, error);
  return (await convert(database, error instanceof DriverException ? error : database.convertException(error), flush)) ?? error;
}

async function convert(database: Database, error: Error, flush: FailedFlush | undefined): Promise<OxiditeError | undefined> {
  if (error instanceof UniqueConstraintViolationException) return toViolation(UniqueViolationError, database, error, 'has already been taken');
  if (error instanceof NotNullConstraintViolationException) return toViolation(NotNullViolationError, database, error, 'is required');
  if (error instanceof CheckConstraintViolationException) return toViolation(CheckViolationError, database, error, 'is not allowed');
  if (error instanceof ForeignKeyConstraintViolationException && database.kind === 'sql') return explainForeignKey(database, error, flush);
  if (isReadOnly(error)) return new TransactionReadOnlyError(error);
  if (isFull(error)) return new DatabaseFullError(database.driver.label, error);
  return error instanceof LockWaitTimeoutException || error instanceof DeadlockException || isLocked(error) ? new DatabaseBusyError(error) : undefined;
}

/** Something writes in a transaction that only reads. Sources: as of `isLocked`. */
function isReadOnly(error: Error): boolean {
  const { code, errno } = error as { readonly code?: unknown; readonly errno?: unknown };
  return code === '25006' || errno === 1792 || code === 'SQLITE_READONLY';
}

/** There is no room left. Sources: as of `isLocked`; SQLite, "Result and Error Codes". */
function isFull(error: Error): boolean {
  const { code, errno } = error as { readonly code?: unknown; readonly errno?: unknown };
  return code === 'SQLITE_FULL' || code === '53100' || errno === 1021 || errno === 1114;
}

/** A row is locked, and the statement was not to wait. Sources: PostgreSQL, Appendix A; MySQL and MariaDB, their lists of errors. */
function isLocked(error: Error): boolean {
  const { code, errno } = error as { readonly code?: unknown; readonly errno?: unknown };
  return code === '55P03' || errno === 3572 || errno === 1020;
}

type Violation = new (model: string, errors: readonly FieldIssue[], cause: unknown) => OxiditeError;

async function toViolation(ErrorClass: Violation, database: Database, error: Error, message: string): Promise<OxiditeError> {
  const places = findPlaces(database, await database.driver.explainViolation(error));
  const issues = places.map(({ name }): FieldIssue => ({ in: 'body', path: toPointer(name.split('.')), message }));
  return new ErrorClass(places[0]?.layout.name ?? 'row', issues, error);
}

function findPlaces({ layouts }: Database, { columns, check }: ViolatedConstraint): { layout: ModelLayout; name: string }[] {
  const checked = check === undefined ? [] : findChecked(layouts, check);
  if (checked.length > 0) return checked;
  return columns.flatMap(({ table, column }) => {
    for (const layout of layouts.values()) {
      const own = layout.table === table ? [...layout.columns.values()].find((candidate) => candidate.column === column) : undefined;
      if (own !== undefined) return [{ layout, name: own.relation ?? own.name }];
      for (const relation of layout.relations.values()) {
        if (relation.kind === 'manyToMany' && relation.pivot.table === table && relation.pivot.targetColumn === column)
          return [{ layout, name: relation.name }];
      }
    }
    return [];
  });
}

/** Finds the relation, or the embedded value, whose check it is. */
function findChecked(layouts: Database['layouts'], check: string): { layout: ModelLayout; name: string }[] {
  for (const layout of layouts.values()) {
    const found = [...layout.morphs.values(), ...layout.embedded.values()].find((part) => part.check?.name === check);
    if (found !== undefined) return [{ layout, name: found.name }];
  }
  return [];
}

/**
 * A database names one foreign key at most, so the references of the flush that nobody had loaded are looked up; but not in
 * a transaction that ended with the error.
 */
async function explainForeignKey(database: SqlDatabase, error: Error, flush: FailedFlush | undefined): Promise<OxiditeError> {
  const { driver } = database;
  const notes = flush === undefined ? undefined : database.journal.get(flush.em);
  const violated = await driver.explainViolation(error);
  if (violated.isReferenced !== true) {
    const canLook = flush?.transaction === undefined || driver.traits.outlivesErrors;
    const broken = canLook ? await findBroken(database, flush, notes) : [];
    const [first] = broken;
    if (first !== undefined)
      return toBrokenReference(
        first.layout.name,
        broken.map(({ relation }) => (relation.kind === 'belongsTo' ? relation.morph : undefined) ?? relation.name),
        error,
      );
    const places = findPlaces(database, violated);
    const [place] = places;
    if (place !== undefined)
      return toBrokenReference(
        place.layout.name,
        places.map(({ name }) => name),
        error,
      );
  }
  const [removed] = notes?.removed ?? [];
  if (removed !== undefined) return new ForeignKeyViolationError(removed, `The ${removed} cannot be removed, because others still refer to it.`, [], error);
  return new ForeignKeyViolationError('row', 'A row refers to one that does not exist, or others still refer to a row that is removed.', [], error);
}

async function findBroken(database: SqlDatabase, flush: FailedFlush | undefined, notes: FlushNotes | undefined): Promise<UnprovenReference[]> {
  const links = flush?.links.flatMap((link) => {
    if (link.action === 'keep') return [];
    const { relation, target } = link;
    return { layout: relation.source, relation, key: (target as Readonly<Record<string, unknown>>)[relation.target.key.name] };
  });
  const broken: UnprovenReference[] = [];
  for (const reference of [...(notes?.references ?? []), ...(links ?? [])]) {
    if (!(await exists(database, reference, flush?.transaction))) broken.push(reference);
  }
  return broken;
}

function toBrokenReference(model: string, relations: readonly string[], error: Error): OxiditeError {
  const issues = relations.map((relation): FieldIssue => ({ in: 'body', path: `/${relation}`, message: 'does not exist' }));
  const paths = issues.map(({ path }) => path).join(', ');
  return new ForeignKeyViolationError(model, `The ${model} refers to something that does not exist: ${paths}.`, issues, error);
}

async function exists(database: SqlDatabase, { relation: { target }, key }: UnprovenReference, transaction: Transaction | undefined): Promise<boolean> {
  const state = { wheres: [{ [target.key.name]: key }], orders: [], hidden: false, trashed: 'with' as const, joined: [], loads: [], counted: [] };
  const { plan, parameters } = database.planner.prepare(target, state, 'exists');
  return (await database.read(plan.sql, parameters, transaction)).length > 0;
}

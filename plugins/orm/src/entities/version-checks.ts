/**
 * Counts the versions of entities, and refuses to write what somebody else has changed since it was read. The rows are
 * locked and compared in the transaction of the flush, all of a model at once, before the first of them is written: a
 * comparison without a lock, or one statement for each entity, would leave a gap or take longer.
 */
import { type AnyEntity, type ChangeSet, ChangeSetType, type EventSubscriber, helper } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type RawBuilder, sql } from 'kysely';
import type { DatabaseDriver, DialectTraits } from '../drivers/driver.ts';
import { EntityConflictError } from '../errors.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import { keyOfEntity, toKeyText } from './composite-keys.ts';
import type { EntityClass } from './create-entity-schemas.ts';

/** So many keys are asked for by one statement. */
const CHUNK = 250;

/** One entity whose version is compared before it is written. */
interface VersionCheck {
  readonly layout: ModelLayout;
  readonly entity: Record<string, unknown>;
  /** `undefined`: it was never read, only referred to. */
  readonly expected: number | undefined;
  readonly isDelete: boolean;
}

/** Creates the subscriber; `undefined` when no model counts versions. */
export function createVersionChecks(
  layouts: ReadonlyMap<string, ModelLayout>,
  classes: ReadonlyMap<string, EntityClass>,
  driver: DatabaseDriver,
): EventSubscriber | undefined {
  const versioned = new Map([...layouts.values()].flatMap((layout) => (layout.versioned ? [[layout.name, layout] as const] : [])));
  if (versioned.size === 0) return undefined;
  const pending = new WeakMap<object, readonly VersionCheck[]>();
  const run = async ({ em }: { readonly em: object }): Promise<void> => {
    const checks = pending.get(em);
    pending.delete(em);
    if (checks !== undefined) await compareVersions(em as SqlEntityManager, checks, driver); // what only SQL's can is asked of none else
  };
  return {
    getSubscribedEntities: () => [...versioned.keys()].flatMap((name) => classes.get(name) ?? []),
    onFlush({ em, uow }) {
      const checks: VersionCheck[] = [];
      const add = (changeSet: ChangeSet<AnyEntity>): void => {
        const layout = versioned.get(changeSet.meta.className);
        if (layout !== undefined && changeSet.type !== ChangeSetType.CREATE) checks.push(count(layout, changeSet));
      };
      const changeSets = new Set(uow.getChangeSets());
      for (const changeSet of changeSets) add(changeSet);
      for (const [, , , changeSet] of uow.getExtraUpdates()) if (changeSet !== undefined && !changeSets.has(changeSet)) add(changeSet);
      pending.set(em, checks);
    },
    beforeUpdate: run,
    beforeDelete: run,
  };
}

/** Sets the version that is written. Whatever an application has put there is of no account. */
function count(layout: ModelLayout, { entity, type, payload }: ChangeSet<AnyEntity>): VersionCheck {
  const stored: unknown = helper(entity).__originalEntityData?.['version'];
  const expected = stored === undefined || stored === null ? undefined : Number(stored); // a wide number is stored as a text
  const isDelete = type === ChangeSetType.DELETE || type === ChangeSetType.DELETE_EARLY;
  const values = entity as Record<string, unknown>; // an entity is an object whose fields have names
  if (!isDelete && expected !== undefined) {
    values['version'] = expected + 1;
    Object.assign(payload, { version: expected + 1 });
  }
  return { layout, entity: values, expected, isDelete };
}

async function compareVersions(em: SqlEntityManager, checks: readonly VersionCheck[], driver: DatabaseDriver): Promise<void> {
  for (const [layout, ofModel] of Map.groupBy(checks, (check) => check.layout)) {
    const found =
      driver.kind === 'sql'
        ? await lockVersions(em, layout, ofModel, driver.traits)
        : await readVersions(layout, ofModel, (keys) => driver.readVersions(layout, keys, em.getTransactionContext()));
    for (const { entity, expected, isDelete } of ofModel) {
      const version = found.get(toKeyText(layout, keyOfEntity(layout, entity)));
      if (expected === undefined && isDelete) continue;
      if (version === undefined || (expected !== undefined && version !== expected)) throw new EntityConflictError(layout.name, expected, version);
      if (expected === undefined) entity['version'] = version + 1;
    }
  }
}

/** Where no rows are locked, whoever writes compares the version again. */
async function readVersions(
  layout: ModelLayout,
  checks: readonly VersionCheck[],
  read: (keys: readonly unknown[]) => Promise<ReadonlyMap<unknown, number>>,
): Promise<ReadonlyMap<string, number>> {
  const versions = await read(checks.map(({ entity }) => entity[layout.key.name]));
  return new Map([...versions].map(([key, version]) => [toKeyText(layout, { [layout.key.name]: key }), version]));
}

async function lockVersions(
  em: SqlEntityManager,
  layout: ModelLayout,
  checks: readonly VersionCheck[],
  { lock }: DialectTraits,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const clause = lock('update', {});
  const toRef = ({ column }: ColumnLayout): RawBuilder<unknown> => sql.ref(`t0.${column}`);
  const selected = [...layout.keys, ...[...layout.columns.values()].filter(({ name }) => name === 'version')];
  const list = sql.join(selected.map((column) => sql`${toRef(column)} as ${sql.ref(column.name)}`));
  const order = sql.join(layout.keys.map(toRef));
  for (let from = 0; from < checks.length; from += CHUNK) {
    const keys = checks.slice(from, from + CHUNK).map(({ entity }) => keyOfEntity(layout, entity));
    const statement = sql<
      Record<string, unknown>
    >`select ${list} from ${sql.table(layout.table)} as ${sql.ref('t0')} where ${toCondition(layout, keys, toRef)} order by ${order}${toEnd(clause)}`;
    for (const row of (await statement.execute(em.getKysely<AnyDatabase>())).rows) found.set(toKeyText(layout, row), Number(row['version']));
  }
  return found;
}

function toCondition(
  layout: ModelLayout,
  keys: readonly Readonly<Record<string, unknown>>[],
  toRef: (column: ColumnLayout) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (layout.keys.length === 1) return sql`${toRef(layout.key)} in (${sql.join(keys.map((key) => key[layout.key.name]))})`;
  const equal = keys.map(
    (key) =>
      sql`(${sql.join(
        layout.keys.map((column) => sql`${toRef(column)} = ${key[column.name]}`),
        sql` and `,
      )})`,
  );
  return sql`(${sql.join(equal, sql` or `)})`;
}

function toEnd(clause: string | undefined): RawBuilder<unknown> {
  return sql.raw(clause === undefined ? '' : ` ${clause}`);
}

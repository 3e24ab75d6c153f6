/**
 * Writes pairs of many-to-many relations that are not loaded, in the transaction of the flush. MikroORM changes a collection
 * only after loading it; a single pair should not cost reading thousands.
 */
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type Kysely, sql } from 'kysely';
import type { DatabaseDriver, DialectTraits } from '../drivers/driver.ts';
import type { RelationLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import type { StoredPair } from './pivot-values.ts';

/** A many-to-many relation, from either side. */
type ManyToManyLayout = Extract<RelationLayout, { kind: 'manyToMany' }>;

/** A pair to add or to take out. */
export interface PairChange {
  readonly action: 'attach' | 'detach';
  readonly relation: ManyToManyLayout;
  readonly source: object;
  readonly target: object;
  /** What is kept of a pair that is added. */
  readonly pair?: StoredPair | undefined;
}

/** The only pairs of an entity that stay. */
export interface PairsKept {
  readonly action: 'keep';
  readonly relation: ManyToManyLayout;
  readonly source: object;
  readonly targets: readonly object[];
}

/** A change of pairs. */
export type LinkChange = PairChange | PairsKept;

/** Flushes entities, then writes pairs, then does what is to follow: all of it or nothing. */
export async function flushWithLinks<Result>(
  em: SqlEntityManager,
  links: readonly LinkChange[],
  driver: DatabaseDriver,
  follow?: (em: SqlEntityManager) => Promise<Result>,
): Promise<Result | undefined> {
  if (em.isInTransaction()) return run(em, links, driver, follow);
  await em.begin();
  try {
    const result = await run(em, links, driver, follow);
    await em.commit();
    return result;
  } catch (error) {
    await em.rollback();
    throw error;
  }
}

async function run<Result>(
  em: SqlEntityManager,
  links: readonly LinkChange[],
  driver: DatabaseDriver,
  follow?: (em: SqlEntityManager) => Promise<Result>,
): Promise<Result | undefined> {
  await em.flush();
  await writeLinks(em, links, driver);
  return follow?.(em);
}

/** Writes pairs, in the transaction that is open. */
export async function writeLinks(em: SqlEntityManager, links: readonly LinkChange[], driver: DatabaseDriver): Promise<void> {
  if (driver.kind === 'document') return driver.writeLinks(em.getTransactionContext(), links);
  const kysely = em.getKysely<AnyDatabase>();
  for (const link of links) await writeLink(kysely, link, driver.traits);
}

async function writeLink(kysely: Kysely<AnyDatabase>, link: LinkChange, traits: DialectTraits): Promise<void> {
  const { relation, source } = link;
  const { table, sourceColumn, targetColumn } = relation.pivot;
  const sourceKey = keyOf(source, relation.source.key.name);
  if (link.action === 'keep') {
    const kept = link.targets.map((target) => keyOf(target, relation.target.key.name));
    const all = kysely.deleteFrom(table).where(sourceColumn, '=', sourceKey);
    await (kept.length === 0 ? all : all.where(targetColumn, 'not in', kept)).execute();
    return;
  }
  const pair = { [sourceColumn]: sourceKey, [targetColumn]: keyOf(link.target, relation.target.key.name) };
  if (link.action === 'attach') return writePair(kysely, relation, { pair, stored: link.pair }, traits);
  await kysely
    .deleteFrom(table)
    .where((where) => where.and(pair))
    .execute();
}

/** Adds a pair; one that is there already gets the values that were given for it. */
export async function writePair(
  kysely: Kysely<AnyDatabase>,
  { pivot: { table, sourceColumn, targetColumn } }: ManyToManyLayout,
  { pair, stored }: { readonly pair: Readonly<Record<string, unknown>>; readonly stored: StoredPair | undefined },
  { onConflict }: DialectTraits,
): Promise<void> {
  const insert = kysely.insertInto(table).values({ ...pair, ...stored?.values });
  const changes = stored?.changes ?? {};
  const changesNothing = Object.keys(changes).length === 0;
  if (onConflict)
    await insert
      .onConflict((conflict) => (changesNothing ? conflict.doNothing() : conflict.columns([sourceColumn, targetColumn]).doUpdateSet(changes)))
      .execute();
  else await insert.onDuplicateKeyUpdate(changesNothing ? { [sourceColumn]: sql.ref(sourceColumn) } : changes).execute(); // the value it has already
}

function keyOf(entity: object, name: string): unknown {
  return (entity as Readonly<Record<string, unknown>>)[name];
}

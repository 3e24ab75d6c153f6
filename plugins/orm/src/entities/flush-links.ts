/**
 * Writes pairs of many-to-many relations that are not loaded, in the transaction of the flush. MikroORM changes a collection
 * only after loading it; a single pair should not cost reading thousands.
 */
import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import type { DialectTraits } from '../drivers/driver.ts';
import type { RelationLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';

/** A pair to add or to take out. */
export interface LinkChange {
  readonly action: 'attach' | 'detach';
  readonly relation: Extract<RelationLayout, { kind: 'manyToMany' }>;
  readonly source: object;
  readonly target: object;
}

/** Flushes entities and then pairs, all of them or none. */
export async function flushWithLinks(em: SqlEntityManager, links: readonly LinkChange[], traits: DialectTraits): Promise<void> {
  if (em.isInTransaction()) {
    await em.flush();
    return writeLinks(em, links, traits);
  }
  await em.begin();
  try {
    await em.flush();
    await writeLinks(em, links, traits);
    await em.commit();
  } catch (error) {
    await em.rollback();
    throw error;
  }
}

async function writeLinks(em: SqlEntityManager, links: readonly LinkChange[], { onConflict }: DialectTraits): Promise<void> {
  const kysely = em.getKysely<AnyDatabase>();
  for (const { action, relation, source, target } of links) {
    const { table, sourceColumn, targetColumn } = relation.pivot;
    const pair = { [sourceColumn]: keyOf(source, relation.source.key.name), [targetColumn]: keyOf(target, relation.target.key.name) };
    if (action === 'attach') {
      const insert = kysely.insertInto(table).values(pair);
      const same = sql.ref(sourceColumn); // a pair that is there already gets the value it has
      await (onConflict ? insert.onConflict((conflict) => conflict.doNothing()) : insert.onDuplicateKeyUpdate({ [sourceColumn]: same })).execute();
    } else
      await kysely
        .deleteFrom(table)
        .where((where) => where.and(pair))
        .execute();
  }
}

function keyOf(entity: object, name: string): unknown {
  return (entity as Readonly<Record<string, unknown>>)[name];
}

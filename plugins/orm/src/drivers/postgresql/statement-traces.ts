/**
 * Tells what is seen in a PostgreSQL database of a statement whose end nobody has seen, because the process was killed: whether
 * something of what it names is another now, and whether it has left an index that it did not build to its end.
 * Source: PostgreSQL, "CREATE INDEX", Building Indexes Concurrently, and chapter "System Catalogs".
 */
import { createHash } from 'node:crypto';
import type { SchemaConnection, StatementTraces } from '../driver.ts';

interface PartRow {
  readonly name: string;
  /** The table that it belongs to, or its own name. */
  readonly owner: string;
  readonly definition: string;
}

interface IndexRow {
  readonly name: string;
  readonly owner: string;
  /** With its schema and in quotes, where these are needed. */
  readonly written: string;
}

/** Whether an index is valid is no part of it: one that is left invalid has to be dropped still, by whatever was dropping it. */
const PARTS = `
  with known as (
    select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
  )
  select relname as name, relname as owner, concat_ws(' ', oid::regclass, relkind, relispartition) as definition from known
  union all
  select c.relname, c.relname, concat_ws(' ', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
  from known c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  union all
  select c.relname, t.relname, pg_get_indexdef(i.indexrelid) from pg_index i join known c on c.oid = i.indexrelid join known t on t.oid = i.indrelid
  union all
  select k.conname, c.relname, concat_ws(' ', c.oid::regclass, k.conname, pg_get_constraintdef(k.oid)) from pg_constraint k join known c on c.oid = k.conrelid
  union all
  select t.typname, t.typname, concat_ws(' ', t.oid::regtype, e.enumlabel) from pg_enum e join pg_type t on t.oid = e.enumtypid
  order by 3`;

/** An index of a partitioned table is invalid until each partition has its own: that is no accident. */
const INVALID = `
  select c.relname as name, t.relname as owner, c.oid::regclass::text as written
  from pg_index i join pg_class c on c.oid = i.indexrelid and c.relkind = 'i' join pg_class t on t.oid = i.indrelid
  where not i.indisvalid
  order by 3`;

/** What "reindex … concurrently" adds to the name of an index. */
const REBUILT = /_cc(?:new|old)\d*$/;

/** Creates it. */
export function createTraces(query: SchemaConnection['query']): StatementTraces {
  return {
    async fingerprint(statement) {
      const parts = (await query(PARTS)) as readonly unknown[] as readonly PartRow[]; // the query names the columns of its rows
      const named = parts.filter(({ name, owner }) => isNamed(statement, name) || isNamed(statement, owner));
      return createHash('sha256').update(JSON.stringify(named)).digest('hex');
    },
    async listInvalid(statement) {
      if (/^\s*drop\b/i.test(statement)) return []; // it drops an index that is left invalid, too, when it is run again
      const indexes = (await query(INVALID)) as readonly unknown[] as readonly IndexRow[]; // as above
      const builds = /\bconcurrently\b/i.test(statement); // an index without a name, or all of a table
      return indexes
        .filter(({ name, owner }) => isNamed(statement, name.replace(REBUILT, '')) || (builds && isNamed(statement, owner)))
        .map(({ written }) => written);
    },
  };
}

function isNamed(statement: string, name: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_$])`, 'iu').test(statement);
}

/** Reads what a statement does; of one that no rule is about, nothing. */
import type { SqlDriverName } from '../../drivers/driver.ts';
import type { DeclaredColumn, DeclaredConstraint, Operation } from './operation.ts';
import { readAlterTable } from './read-alter-table.ts';
import { readColumn, readColumnConstraints, readConstraint, seesConstraint } from './read-definition.ts';
import type { SqlStatement } from './sql-tokens.ts';
import { hasWord, isWord, TokenReader, withDepth } from './token-reader.ts';

/** Reads a statement. */
export function readStatement({ tokens }: SqlStatement, driver: SqlDriverName): Operation[] {
  const reader = new TokenReader(tokens);
  switch (
    reader.acceptOne(
      'create',
      'drop',
      'alter',
      'rename',
      'truncate',
      'delete',
      'update',
      'insert',
      'with',
      'set',
      'lock',
      'vacuum',
      'cluster',
      'reindex',
      'refresh',
    )
  ) {
    case 'create':
      return readCreate(reader);
    case 'drop':
      return readDrop(reader);
    case 'alter':
      reader.acceptOne('online', 'ignore');
      return reader.accept('table') ? readAlterTable(reader, driver) : [];
    case 'rename':
      return reader.accept('table') ? readRenames(reader) : [];
    case 'truncate':
      reader.accept('table');
      reader.accept('only');
      return reader.names().map((table) => ({ kind: 'truncate', table }));
    case 'delete':
    case 'update':
    case 'insert':
    case 'with':
      return readRows(tokens);
    case 'set':
      return readSet(reader);
    default:
      return readLock(tokens, driver);
  }
}

function readCreate(reader: TokenReader): Operation[] {
  reader.accept('or', 'replace');
  const unique = reader.accept('unique');
  const type = reader.acceptOne('fulltext', 'spatial') ?? 'plain';
  if (reader.accept('index')) {
    const concurrently = reader.accept('concurrently');
    const onlyIfMissing = reader.accept('if', 'not', 'exists');
    const name = reader.sees('on') ? '' : reader.name();
    while (reader.next !== undefined && !reader.accept('on')) reader.skip();
    reader.accept('only');
    const table = reader.name();
    if (reader.accept('using')) reader.name();
    const columns = (reader.group() ?? []).flatMap(([first]) => (first === undefined ? [] : [first.value]));
    return [{ kind: 'create index', table, name, columns, unique, concurrently, type, onlyIfMissing }];
  }
  while (reader.acceptOne('temp', 'temporary', 'unlogged', 'global', 'local', 'virtual') !== undefined);
  if (!reader.accept('table')) return [];
  reader.accept('if', 'not', 'exists');
  const table = reader.name();
  const columns: DeclaredColumn[] = [];
  const constraints: DeclaredConstraint[] = [];
  const indexes: string[][] = [];
  for (const part of reader.group() ?? []) {
    const item = new TokenReader(part);
    if (part[0]?.kind === 'word' && item.acceptOne('index', 'key', 'fulltext', 'spatial') !== undefined) {
      while (item.next !== undefined && !item.sees('(')) item.skip();
      indexes.push((item.group() ?? []).flatMap(([first]) => (first === undefined ? [] : [first.value])));
    } else if (seesConstraint(item)) {
      const constraint = readConstraint(item);
      if (constraint !== undefined) constraints.push(constraint);
    } else {
      const column = readColumn(item);
      columns.push(column);
      constraints.push(...readColumnConstraints(column, part));
    }
  }
  return [{ kind: 'create table', table, columns, constraints, indexes }];
}

function readDrop(reader: TokenReader): Operation[] {
  reader.accept('temporary');
  if (reader.accept('table')) {
    reader.accept('if', 'exists');
    return reader.names().map((table) => ({ kind: 'drop table', table }));
  }
  if (!reader.accept('index')) return [];
  const concurrently = reader.accept('concurrently');
  reader.accept('if', 'exists');
  return reader.names().map((name) => ({ kind: 'drop index', name, concurrently }));
}

function readRenames(reader: TokenReader): Operation[] {
  const renames: Operation[] = [];
  do {
    const table = reader.name();
    if (reader.accept('to')) renames.push({ kind: 'rename table', table, to: reader.name() });
  } while (reader.accept(','));
  return renames;
}

/** What changes rows may stand behind queries that it names. */
function readRows(tokens: SqlStatement['tokens']): Operation[] {
  const place = withDepth(tokens).findIndex(({ token, depth }) => depth === 0 && ['delete', 'update', 'insert', 'select'].some((word) => isWord(token, word)));
  const reader = new TokenReader(tokens.slice(Math.max(0, place)));
  if (reader.accept('delete')) {
    while (reader.next !== undefined && !reader.accept('from')) reader.skip();
    reader.accept('only');
    return [{ kind: 'delete', table: reader.name(), conditional: hasWord(reader.rest(), 'where') }];
  }
  if (reader.accept('update')) {
    reader.acceptOne('low_priority', 'ignore', 'only');
    return [{ kind: 'update', table: reader.name(), conditional: hasWord(reader.rest(), 'where') }];
  }
  if (!reader.accept('insert') || !reader.accept('into')) return [];
  return [{ kind: 'copy rows', table: reader.name() }];
}

function readSet(reader: TokenReader): Operation[] {
  reader.acceptOne('local', 'session', 'global');
  while (reader.accept('@'));
  const variable = reader.name();
  while (reader.acceptOne('=', 'to', ':') !== undefined);
  return [{ kind: 'set', variable, value: reader.next?.value ?? '' }];
}

function readLock(tokens: SqlStatement['tokens'], driver: SqlDriverName): Operation[] {
  const reader = new TokenReader(tokens);
  const has = (word: string): boolean => tokens.some((token) => isWord(token, word));
  const lock = (by: string): Operation => ({ kind: 'lock table', table: reader.name(), by });
  if (reader.accept('lock')) {
    reader.acceptOne('table', 'tables');
    reader.accept('only');
    return [lock('lock table')];
  }
  if (driver !== 'postgresql') return [];
  if (reader.accept('vacuum')) {
    if (!has('full')) return [];
    if (reader.group() === undefined) while (reader.acceptOne('full', 'freeze', 'verbose', 'analyze') !== undefined);
    return [lock('vacuum full')];
  }
  if (reader.accept('cluster')) {
    reader.group();
    reader.accept('verbose');
    return [lock('cluster')];
  }
  if (has('concurrently')) return [];
  if (reader.accept('reindex')) {
    reader.group();
    return reader.accept('table') ? [lock('reindex')] : [{ kind: 'lock table', table: '', by: 'reindex' }];
  }
  return reader.accept('refresh', 'materialized', 'view') ? [lock('refresh materialized view')] : [];
}

/** Reads what an `alter table` statement does, action by action. */
import type { SqlDriverName } from '../../drivers/driver.ts';
import type { Operation } from './operation.ts';
import { readColumn, readColumnRest, readConstraint, seesConstraint, toTypeText } from './read-definition.ts';
import type { SqlToken } from './sql-tokens.ts';
import { isWord, splitParts, TokenReader } from './token-reader.ts';

/** Reads what stands behind `alter table`. */
export function readAlterTable(reader: TokenReader, driver: SqlDriverName): Operation[] {
  reader.accept('if', 'exists');
  reader.accept('only');
  const table = reader.name();
  reader.accept('*');
  const actions = splitParts(reader.rest());
  // MySQL refuses a statement that says how it is to be done, when it cannot be done so: nothing is copied then
  const [algorithm, lock] = [findSetting(actions, 'algorithm'), findSetting(actions, 'lock')];
  const settings = (driver === 'mysql' || driver === 'mariadb' ? [algorithm, lock] : []).filter((setting) => setting !== undefined);
  return [...settings, ...actions.flatMap((action) => readAction(table, new TokenReader(action)))];
}

function findSetting(actions: readonly (readonly SqlToken[])[], variable: string): Operation | undefined {
  for (const [name, ...rest] of actions) {
    if (!isWord(name, variable)) continue;
    const value = rest.find(({ kind }) => kind === 'word')?.value ?? '';
    return { kind: 'set', variable, value };
  }
  return undefined;
}

function readAction(table: string, reader: TokenReader): Operation[] {
  if (reader.accept('add')) return readAdd(table, reader);
  if (reader.accept('drop')) return readDrop(table, reader);
  if (reader.accept('alter')) return readAlterColumn(table, reader);
  if (reader.accept('modify')) {
    reader.accept('column');
    reader.accept('if', 'exists');
    const column = readColumn(reader);
    return [{ kind: 'change column', table, name: column.name, column }];
  }
  if (reader.accept('change')) {
    reader.accept('column');
    reader.accept('if', 'exists');
    const name = reader.name();
    const column = readColumn(reader);
    const renamed: Operation[] = name === column.name ? [] : [{ kind: 'rename column', table, name, to: column.name }];
    return [{ kind: 'change column', table, name, column }, ...renamed];
  }
  if (reader.accept('rename')) return readRename(table, reader);
  if (reader.accept('validate', 'constraint')) return [{ kind: 'validate constraint', table, name: reader.name() }];
  if (reader.accept('convert', 'to')) return [{ kind: 'change charset', table }];
  if (reader.acceptOne('force', 'engine') !== undefined || reader.accept('set', 'logged') || reader.accept('set', 'unlogged'))
    return [{ kind: 'rewrite table', table }];
  return [];
}

function readAdd(table: string, reader: TokenReader): Operation[] {
  const isColumn = reader.accept('column');
  reader.accept('if', 'not', 'exists');
  const type = isColumn ? undefined : reader.acceptOne('fulltext', 'spatial');
  if (!isColumn && (type !== undefined || ((reader.sees('index') || reader.sees('key')) && reader.next?.kind === 'word'))) {
    reader.acceptOne('index', 'key');
    const name = reader.sees('(') ? '' : reader.name();
    const columns = (reader.group() ?? []).flatMap(([first]) => (first === undefined ? [] : [first.value]));
    const kind = type === 'fulltext' || type === 'spatial' ? type : 'plain';
    return [{ kind: 'create index', table, name, columns, unique: false, concurrently: false, type: kind, onlyIfMissing: false }];
  }
  if (!isColumn && seesConstraint(reader)) {
    const constraint = readConstraint(reader);
    return constraint === undefined ? [] : [{ kind: 'add constraint', table, constraint }];
  }
  const group = reader.group();
  const columns = group === undefined ? [readColumn(reader)] : group.map((part) => readColumn(new TokenReader(part)));
  return columns.map((column) => ({ kind: 'add column', table, column }));
}

function readDrop(table: string, reader: TokenReader): Operation[] {
  if (reader.accept('primary', 'key')) return [{ kind: 'drop primary key', table }];
  if (reader.acceptOne('constraint', 'check') !== undefined || reader.accept('foreign', 'key')) {
    reader.accept('if', 'exists');
    return [{ kind: 'drop constraint', table, name: reader.name() }];
  }
  if (reader.acceptOne('index', 'key') !== undefined) return [{ kind: 'drop index', name: reader.name(), concurrently: false }];
  reader.accept('column');
  reader.accept('if', 'exists');
  return [{ kind: 'drop column', table, name: reader.name() }];
}

function readAlterColumn(table: string, reader: TokenReader): Operation[] {
  reader.accept('column');
  const name = reader.name();
  if (reader.accept('set', 'not', 'null')) return [{ kind: 'require column', table, name }];
  if (reader.accept('set', 'data', 'type') || reader.accept('type')) return [readType(table, name, reader.rest())];
  return [];
}

function readType(table: string, name: string, tokens: readonly SqlToken[]): Operation {
  const { type } = readColumnRest(tokens);
  const place = tokens.findIndex((token) => isWord(token, 'using'));
  const expression = place < 0 ? [] : tokens.slice(place + 1).filter((token) => !isWord(token, '(') && !isWord(token, ')'));
  const [first, cast, ...target] = expression;
  const isCast =
    place < 0 || (first?.value === name && (cast === undefined || (isWord(cast, '::') && toTypeText(target) === type.replace(/[()]/g, ' ').trim())));
  return { kind: 'change type', table, name, type, using: !isCast };
}

function readRename(table: string, reader: TokenReader): Operation[] {
  if (reader.acceptOne('constraint', 'index', 'key') !== undefined) return [];
  if (reader.acceptOne('to', 'as') !== undefined) return [{ kind: 'rename table', table, to: reader.name() }];
  reader.accept('column');
  const name = reader.name();
  return reader.accept('to') ? [{ kind: 'rename column', table, name, to: reader.name() }] : [{ kind: 'rename table', table, to: name }];
}

/**
 * Turns a statement with MikroORM's placeholders into one with bound parameters. MikroORM by itself writes values into the
 * statement's text; bound, a value can never become a part of the statement, and equal statements share one preparation.
 * Placeholders: `?` a value, `??` a name, `\?` a question mark.
 */
import { isRaw, type Platform } from '@mikro-orm/core';

/** A statement and its parameters. */
export interface BoundStatement {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** Binds the parameters of a statement. */
export function bindParameters(sql: string, values: readonly unknown[], platform: Platform): BoundStatement {
  const parameters: unknown[] = [];
  const text = bind(sql, values, parameters, platform);
  return { sql: text, parameters };
}

function bind(sql: string, values: readonly unknown[], parameters: unknown[], platform: Platform): string {
  if (values.length === 0) return sql;
  let text = '';
  let start = 0;
  let next = 0;
  for (let mark = sql.indexOf('?'); mark !== -1; mark = sql.indexOf('?', start)) {
    if (mark > 0 && sql[mark - 1] === '\\') {
      text += `${sql.slice(start, mark - 1)}?`;
      start = mark + 1;
    } else if (sql[mark + 1] === '?') {
      text += sql.slice(start, mark) + platform.quoteIdentifier(values[next++] as string); // MikroORM gives names for these marks
      start = mark + 2;
    } else {
      text += sql.slice(start, mark) + toPlaceholder(values[next++], parameters, platform);
      start = mark + 1;
    }
  }
  return text + sql.slice(start);
}

function toPlaceholder(value: unknown, parameters: unknown[], platform: Platform): string {
  if (isRaw(value)) return bind(value.sql, value.params, parameters, platform);
  if (Array.isArray(value)) return value.map((item) => toPlaceholder(item, parameters, platform)).join(', ');
  parameters.push(toBindable(value));
  return '?';
}

/** Turns a value into one that SQLite can bind. */
export function toBindable(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'undefined':
      return null;
    case 'object':
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Date) return value.getTime();
      return JSON.stringify(value); // MikroORM marks what is JSON, and everything else has its type by now
    default:
      return String(value);
  }
}

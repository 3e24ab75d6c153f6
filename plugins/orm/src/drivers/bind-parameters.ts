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

/** How a database has its values bound. */
export interface BindOptions {
  /** Returns what stands for a parameter, counted from 1. */
  readonly toPlaceholder: (position: number) => string;
  /** Turns a value into one that can be bound. */
  readonly toBindable: (value: unknown) => unknown;
}

interface Binding extends BindOptions {
  readonly platform: Platform;
  readonly parameters: unknown[];
}

/** Binds the parameters of a statement. */
export function bindParameters(sql: string, values: readonly unknown[], platform: Platform, options: BindOptions): BoundStatement {
  const parameters: unknown[] = [];
  const text = bind(sql, values, { ...options, platform, parameters });
  return { sql: text, parameters };
}

function bind(sql: string, values: readonly unknown[], binding: Binding): string {
  if (values.length === 0) return sql;
  let text = '';
  let start = 0;
  let next = 0;
  for (let mark = sql.indexOf('?'); mark !== -1; mark = sql.indexOf('?', start)) {
    if (mark > 0 && sql[mark - 1] === '\\') {
      text += `${sql.slice(start, mark - 1)}?`;
      start = mark + 1;
    } else if (sql[mark + 1] === '?') {
      text += sql.slice(start, mark) + binding.platform.quoteIdentifier(values[next++] as string); // MikroORM gives names for these marks
      start = mark + 2;
    } else {
      text += sql.slice(start, mark) + bindValue(values[next++], binding);
      start = mark + 1;
    }
  }
  return text + sql.slice(start);
}

function bindValue(value: unknown, binding: Binding): string {
  if (isRaw(value)) return bind(value.sql, value.params, binding);
  if (Array.isArray(value)) return value.map((item) => bindValue(item, binding)).join(', ');
  return binding.toPlaceholder(binding.parameters.push(binding.toBindable(value)));
}

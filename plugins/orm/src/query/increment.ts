/** Adds to a number of many rows at once, within the bounds that its field has. */
import { EntityInvalidError, type FieldIssue, QueryInvalidError } from '../errors.ts';
import type { AnyModel, ManyToManyName, UpdateData } from '../model/infer-model.ts';
import { toPointer } from '../entities/flush-rules.ts';
import { pathOf } from '../model/embedded-layout.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { SummableName } from './aggregate.ts';
import { columnOf } from './find-names.ts';
import type { QuerySource } from './query-source.ts';
import type { QueryState } from './query-state.ts';

/** What `query.update` takes: what `assign` takes, but for relations to many. */
export type ChangeData<Of extends AnyModel> = Omit<UpdateData<Of>, ManyToManyName<Of>>;

/** The names of fields that can be added to: numbers, and decimals, which are texts. */
export type CountableName<Of extends AnyModel> = SummableName<Of>;

/**
 * Adds to a number of the rows, and returns how many there were.
 * @throws {QueryInvalidError} when the field is no number, or what is added is none.
 * @throws {EntityInvalidError} when a row would leave the bounds of the field; nothing was changed.
 */
export async function incrementRows(source: QuerySource, layout: ModelLayout, state: QueryState, name: string, by: unknown): Promise<number> {
  const column = columnOf(layout, name);
  const { type, min, max } = column.spec;
  const isNumber = type === 'integer' || type === 'bigint' || type === 'decimal';
  if (!isNumber || layout.keys.includes(column) || column.relation !== undefined || column.codec !== undefined)
    throw new QueryInvalidError(layout.name, `"${name}" is no number to be added to`);
  if (type === 'integer' && !Number.isSafeInteger(by)) throw new QueryInvalidError(layout.name, `${String(by)} is added to "${name}", which is a whole number`);
  if (type === 'bigint' && !isWhole64(by)) throw new QueryInvalidError(layout.name, `what is added to "${name}" has to be a whole number of 64 bits, like 5n`);
  if (type === 'decimal' && typeof by !== 'number' && !(typeof by === 'string' && /^-?\d+(?:\.\d+)?$/.test(by)))
    throw new QueryInvalidError(layout.name, `what is added to "${name}" has to be a number like "1.5"`);
  if (type === 'integer' && typeof by === 'number') {
    const leaves = async (condition: object): Promise<boolean> => source.exists(layout, { ...state, wheres: [...state.wheres, { [name]: condition }] });
    const refuse = (message: string): never => {
      throw new EntityInvalidError(layout.name, [{ in: 'body', path: toPointer(pathOf(column)), message } satisfies FieldIssue]);
    };
    if (max !== undefined && by > 0 && (await leaves({ gt: max - by }))) refuse(`would be more than ${max}`);
    if (min !== undefined && by < 0 && (await leaves({ lt: min - by }))) refuse(`would be less than ${min}`);
  }
  return source.add(layout, state, name, type === 'decimal' ? String(by) : by);
}

function isWhole64(value: unknown): boolean {
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
}

/** Returns what takes away as much as the value adds. */
export function negate(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('-') ? value.slice(1) : `-${value}`;
  return typeof value === 'bigint' || typeof value === 'number' ? -value : value;
}

/** Applies an update to a document: operators, a pipeline, or another document in its place. */
import { ObjectId } from 'bson';
import { resolve } from 'mingo/util';
import { type Modifier, type PipelineStage, updateOne } from 'mingo/updater';
import { CommandError } from '../command-error.ts';
import { compareValues, signValue } from '../values/compare-values.ts';
import { copyDocument, type Document, isDocument, setAtPath } from '../values/document.ts';
import { addNumbers, type BsonNumber, isBsonNumber, multiplyNumbers } from '../values/exact-number.ts';
import { context } from './context.ts';
import { refuse, runPipeline } from './run-query.ts';

/** An update as a command has it. */
export interface Update {
  readonly filter: Document;
  readonly change: Document | readonly Document[];
  readonly arrayFilters: readonly Document[];
}

/** Returns the value of a field after an operator. */
type FieldOperator = (current: unknown, amount: unknown) => unknown;

/** The operators over values of all types, which mingo has for those of JavaScript only; and the most frequent one, which mingo is slow at. */
const FIELD_OPERATORS: Readonly<Record<string, FieldOperator>> = {
  $set: (_current, value) => value,
  $inc: (current, amount) => addNumbers(toNumber(current ?? 0), toNumber(amount)),
  $mul: (current, amount) => multiplyNumbers(toNumber(current ?? 0), toNumber(amount)),
  $min: (current, amount) => (current === undefined || compareValues(amount, current) < 0 ? amount : current),
  $addToSet: addToSet,
  $max: (current, amount) => (current === undefined || compareValues(amount, current) > 0 ? amount : current),
};

/** Returns the document that the update makes of one that matches its filter. */
export function updateDocument(document: Document, update: Update): Document {
  const next = change(document, update, false);
  if (compareValues(next['_id'], document['_id']) === 0) return { _id: document['_id'], ...next };
  throw new CommandError('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");
}

/** Returns the document that an update inserts when nothing matches: what its filter wants to be equal, and the change. */
export function createDocument(update: Update): Document {
  const base: Record<string, unknown> = {};
  collectEqualities(update.filter, base);
  const { _id, ...fields } = change(base, update, true);
  return { _id: _id ?? new ObjectId(), ...fields };
}

function change(document: Document, { filter, change, arrayFilters }: Update, isInsert: boolean): Document {
  if (isPipeline(change)) return runPipeline([document], change, () => [])[0] ?? document;
  if (!Object.keys(change).some((name) => name.startsWith('$'))) return '_id' in document ? { _id: document['_id'], ...change } : change;
  const next = copyDocument(document);
  const { $setOnInsert, ...others } = change;
  const operators = isInsert ? { ...others, $set: { ...toFields($setOnInsert), ...toFields(others['$set']) } } : others;
  for (const [name, fields] of Object.entries(operators)) applyOperator(next, { name, fields: toFields(fields), filter, arrayFilters });
  return next;
}

function isPipeline(change: Document | readonly Document[]): change is readonly Document[] {
  return Array.isArray(change);
}

/** One operator and what it does to which field. */
interface Operator {
  readonly name: string;
  readonly fields: Document;
  readonly filter: Document;
  readonly arrayFilters: readonly Document[];
}

function applyOperator(document: Record<string, unknown>, { name, fields, filter, arrayFilters }: Operator): void {
  const operator = FIELD_OPERATORS[name];
  const { _id, ...others } = fields;
  if (_id !== undefined && name === '$set') document['_id'] = _id; // mingo forbids even what stays the same
  const paths = Object.keys(others);
  if (operator !== undefined && paths.every((path) => !path.includes('$'))) {
    for (const path of paths) setAtPath(document, path, operator(resolve(document, path), others[path]));
  } else if (paths.length > 0) {
    const config = { cloneMode: 'deep' as const, arrayFilters: arrayFilters.map((item) => ({ ...item })) };
    const modifier: Modifier<Record<string, unknown>> | PipelineStage[] = { [name]: others };
    refuse(() => updateOne([document], positional(paths, filter), modifier, config, { context }));
  }
}

/** The filter is needed only to find the element that `$` stands for. */
function positional(paths: readonly string[], filter: Document): Record<string, unknown> {
  return paths.some((path) => /\.\$(\.|$)/.test(path)) ? { ...filter } : {};
}

function addToSet(current: unknown, value: unknown): unknown {
  if (current !== undefined && !Array.isArray(current)) throw new CommandError('BadValue', 'Cannot apply $addToSet to a non-array field.');
  const added: readonly unknown[] = isDocument(value) && Array.isArray(value['$each']) ? value['$each'] : [value];
  const items: readonly unknown[] = current ?? [];
  const seen = new Set(items.map(signValue));
  return [...items, ...added.filter((item) => !seen.has(signValue(item)) && seen.add(signValue(item)))];
}

function toFields(value: unknown): Document {
  return isDocument(value) ? value : {};
}

function toNumber(value: unknown): BsonNumber {
  if (isBsonNumber(value)) return value;
  throw new CommandError('TypeMismatch', `Cannot apply $inc or $mul to a value of non-numeric type: ${String(value)}`);
}

function collectEqualities(filter: Document, into: Record<string, unknown>): void {
  for (const [path, condition] of Object.entries(filter)) {
    if (path === '$and' && Array.isArray(condition)) for (const part of condition) collectEqualities(toFields(part), into);
    if (path.startsWith('$')) continue;
    const operators = isDocument(condition) && Object.keys(condition).some((name) => name.startsWith('$')) ? condition : { $eq: condition };
    if ('$eq' in operators) setAtPath(into, path, operators['$eq']);
  }
}

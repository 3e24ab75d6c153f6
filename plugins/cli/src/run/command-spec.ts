/**
 * What a command takes, as plain data: made from the JSON Schema of its declaration, kept in the command cache, shown by
 * `--help`, and given to oclif as arguments and flags. Source: https://standardschema.dev/json-schema.
 */
import { toMessage } from '@oxidite/kernel';
import type { Command, CommandSchema } from '../declare/define-command.ts';
import { CommandSchemaError } from '../errors.ts';

/** One argument or flag. */
export interface InputSpec {
  /** The key in the schema: `dryRun`. */
  readonly key: string;
  /** The name on the command line: `dry-run`. */
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
  /** Several values are taken. */
  readonly multiple: boolean;
  /** It has to be given; a switch that is not given is off. */
  readonly required: boolean;
  readonly description?: string;
  /** The only values that are allowed. */
  readonly options?: readonly string[];
  /** The default, for the help; the schema applies it. */
  readonly default?: string;
  /** The one-letter form of a flag. */
  readonly char?: string;
}

/** A command, as plain data. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly hidden?: boolean;
  readonly examples: readonly string[];
  readonly args: readonly InputSpec[];
  readonly flags: readonly InputSpec[];
}

/** The parts of a JSON Schema that are read here. */
interface JsonSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly alias?: unknown;
}

/**
 * Describes a command.
 * @throws {CommandSchemaError} when a schema asks for what cannot be typed on a command line.
 */
export function toCommandSpec(command: Command): CommandSpec {
  const { name, declaration } = command;
  const args = readInputs(name, 'argument', declaration.args);
  const variadic = args.findIndex(({ multiple }) => multiple);
  if (variadic >= 0 && variadic < args.length - 1) {
    throw new CommandSchemaError(name, `its argument "${args[variadic]?.name}" takes all values that remain, but is not the last one`);
  }
  return {
    name,
    summary: declaration.summary,
    ...(declaration.description === undefined ? {} : { description: declaration.description }),
    ...(declaration.hidden === true ? { hidden: true } : {}),
    examples: declaration.examples ?? [],
    args,
    flags: readInputs(name, 'flag', declaration.flags),
  };
}

function readInputs(command: string, kind: 'argument' | 'flag', schema: CommandSchema | undefined): InputSpec[] {
  if (schema === undefined) return [];
  const { type, properties = {}, required = [] } = toJsonSchema(command, kind, schema);
  if (type !== 'object') throw new CommandSchemaError(command, `the schema of its ${kind}s is not that of an object`);
  return Object.entries(properties).map(([key, property]) => readInput(command, kind, key, property, required.includes(key)));
}

function toJsonSchema(command: string, kind: string, schema: CommandSchema): JsonSchema {
  try {
    // zod would refuse dates and the like, which are typed as text and converted by the schema
    return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } });
  } catch (error) {
    throw new CommandSchemaError(command, `the schema of its ${kind}s cannot be described (${toMessage(error)})`, error);
  }
}

function readInput(command: string, kind: 'argument' | 'flag', key: string, property: JsonSchema, required: boolean): InputSpec {
  const name = toKebabCase(key);
  const multiple = property.type === 'array';
  const { type, options } = readType(command, `${kind} "${name}"`, multiple ? (property.items ?? {}) : property);
  const { alias, description } = property;
  return {
    key,
    name,
    type,
    multiple,
    required,
    ...(description === undefined ? {} : { description }),
    ...(options === undefined ? {} : { options }),
    ...(property.default === undefined ? {} : { default: toText(property.default) }),
    ...(kind === 'flag' && typeof alias === 'string' && /^[a-zA-Z]$/.test(alias) ? { char: alias } : {}),
  };
}

function readType(command: string, subject: string, schema: JsonSchema): Pick<InputSpec, 'type' | 'options'> {
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values !== undefined) return { type: values.every((value) => typeof value === 'number') ? 'number' : 'string', options: values.map(toText) };
  if (schema.anyOf !== undefined) return readUnion(command, subject, schema.anyOf);
  const kinds = [schema.type].flat().filter((kind) => kind !== 'null');
  switch (kinds.length === 1 ? kinds[0] : undefined) {
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
    case 'integer':
      return { type: 'number' };
    case 'object':
    case 'array':
      throw new CommandSchemaError(command, `its ${subject} is an ${String(kinds[0])}`);
    default:
      return { type: 'string' };
  }
}

/** Nullable values, unions of literals and the like. What is not of one kind is typed as text and converted by the schema. */
function readUnion(command: string, subject: string, members: readonly JsonSchema[]): Pick<InputSpec, 'type' | 'options'> {
  const read = members.filter((member) => member.type !== 'null').map((member) => readType(command, subject, member));
  const [first] = read;
  const type = first !== undefined && read.every((member) => member.type === first.type) ? first.type : 'string';
  return read.every((member) => member.options !== undefined) ? { type, options: read.flatMap((member) => member.options ?? []) } : { type };
}

function toKebabCase(key: string): string {
  return key.replaceAll(/[A-Z]+/g, (letters, offset) => `${offset === 0 ? '' : '-'}${letters.toLowerCase()}`).replaceAll('_', '-');
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Turns what oclif parsed into what a command is given: numbers from text, then validation by the command's own schemas. */
import { type SchemaIssue, validateSchema } from '@oxidite/kernel';
import type { CommandSpec, InputSpec } from './command-spec.ts';
import type { Command, CommandSchema } from '../declare/define-command.ts';
import { CommandUsageError } from '../errors.ts';

/** Values by their names on the command line. */
export interface RawInput {
  readonly args: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<Record<string, unknown>>;
}

/**
 * Validates the input of a command.
 * @throws {CommandUsageError} naming everything that does not fit.
 */
export async function readCommandInput(command: Command, spec: CommandSpec, raw: RawInput): Promise<{ args: unknown; flags: unknown }> {
  const problems: string[] = [];
  const args = await readPart(command.declaration.args, spec.args, raw.args, problems, ({ name }) => name);
  const flags = await readPart(command.declaration.flags, spec.flags, raw.flags, problems, ({ name }) => `--${name}`);
  if (problems.length > 0) throw new CommandUsageError(command.name, problems);
  return { args, flags };
}

async function readPart(
  schema: CommandSchema | undefined,
  specs: readonly InputSpec[],
  raw: Readonly<Record<string, unknown>>,
  problems: string[],
  label: (spec: InputSpec) => string,
): Promise<unknown> {
  if (schema === undefined) return {};
  const values: Record<string, unknown> = {};
  for (const spec of specs) {
    const value = convert(spec, raw[spec.name]);
    if (value !== undefined) values[spec.key] = value;
  }
  const result = await validateSchema(schema, values);
  if (result.valid) return result.value;
  problems.push(...result.issues.map((issue) => describeIssue(issue, specs, label)));
  return undefined;
}

/** What is not of the type stays as it is, so that the schema's message shows it. */
function convert(spec: InputSpec, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => convert({ ...spec, multiple: false }, one));
  if (value === undefined) return spec.type === 'boolean' && spec.required && !spec.multiple ? false : undefined;
  if (typeof value !== 'string') return value;
  if (spec.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return spec.type === 'number' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;
}

function describeIssue(issue: SchemaIssue, specs: readonly InputSpec[], label: (spec: InputSpec) => string): string {
  const key = /^[^.[]*/.exec(issue.path)?.[0] ?? '';
  const spec = specs.find((candidate) => candidate.key === key);
  return spec === undefined ? issue.message : `${label(spec)}${issue.path.slice(key.length)}: ${issue.message}`;
}

/**
 * Runs one command through oclif: its parser reads the arguments and flags, its help formats `--help`. oclif is given the
 * command at run time, as one plugin in memory, so it scans no directories and reads no manifest.
 * Source: @oclif/core 5.1.9, `run(argv, { plugins })`.
 */
import { fileURLToPath } from 'node:url';
import * as Args from '@oclif/core/args';
import { Command as OclifCommand } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import type { PJSON, Plugin } from '@oclif/core/interfaces';
import { run } from '@oclif/core/run';
import { toMessage, toSuggestion } from '@oxidite/kernel';
import type { RawInput } from './command-input.ts';
import type { CommandSpec, InputSpec } from './command-spec.ts';
import { CommandUsageError } from '../errors.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What happens with the input once it is parsed. */
export type Execute = (input: RawInput) => Promise<unknown>;

/**
 * Parses `argv` as the command's arguments and flags, and passes them on to `execute`.
 * @throws {CommandUsageError} when they do not fit the command; whatever `execute` throws, as it is.
 */
export async function runWithOclif(spec: CommandSpec, argv: readonly string[], version: string, execute: Execute): Promise<unknown> {
  return run([spec.name, ...argv], createOptions(spec, version, execute));
}

/** Prints the help of a command to standard output. */
export async function showHelpWithOclif(spec: CommandSpec, version: string): Promise<void> {
  await run(
    [spec.name, '--help'],
    createOptions(spec, version, () => Promise.resolve()),
  );
}

function createOptions(spec: CommandSpec, version: string, execute: Execute): Parameters<typeof run>[1] {
  const pjson: PJSON = { name: 'oxidite', version, oclif: { bin: 'oxidite', topicSeparator: ':' } };
  const plugin = createPlugin(spec, pjson, execute);
  return { root: ROOT, pjson, plugins: new Map([[plugin.name, plugin]]), devPlugins: false, userPlugins: false };
}

function createPlugin(spec: CommandSpec, pjson: PJSON, execute: Execute): Plugin {
  const CommandClass = createCommandClass(spec, execute);
  const { name, version } = pjson;
  const command = {
    id: spec.name,
    aliases: [],
    hiddenAliases: [],
    hidden: false,
    summary: escapeTemplate(spec.summary),
    description: spec.description === undefined ? undefined : escapeTemplate(spec.description),
    examples: spec.examples.map((example) => `$ oxidite ${escapeTemplate(example)}`),
    args: CommandClass.args,
    flags: CommandClass.flags,
    strict: true,
    pluginName: name,
    pluginAlias: name,
    pluginType: 'core',
    load: () => Promise.resolve(CommandClass),
  };
  return {
    _base: '@oclif/core@5',
    alias: name,
    commandIDs: [spec.name],
    commands: [command],
    commandsDir: undefined,
    findCommand: () => Promise.resolve(CommandClass),
    hasManifest: true,
    hooks: {},
    isRoot: true,
    load: () => Promise.resolve(),
    moduleType: 'module',
    name,
    options: { root: ROOT },
    pjson,
    root: ROOT,
    topics: [],
    type: 'core',
    valid: true,
    version,
  };
}

function createCommandClass(spec: CommandSpec, execute: Execute): OclifCommand.Class {
  return class extends OclifCommand {
    static override id = spec.name;
    static override args = Object.fromEntries(spec.args.map((arg) => [arg.name, toArg(arg)]));
    static override flags = {
      ...Object.fromEntries(spec.flags.map((flag) => [flag.name, toFlag(flag)])),
      json: Flags.boolean({ description: 'Print one JSON document instead of text.', helpGroup: 'GLOBAL' }),
      help: Flags.boolean({ char: 'h', description: 'Show this help.', helpGroup: 'GLOBAL' }),
    };

    override async run(): Promise<unknown> {
      const { args, flags } = await this.parse(this.ctor).catch((error: unknown) => {
        throw toUsageError(spec, error);
      });
      return execute({ args, flags });
    }

    /** The caller reports errors. */
    override catch(error: Error): Promise<never> {
      return Promise.reject(error);
    }
  };
}

function toArg(spec: InputSpec): OclifCommand.Arg {
  return Args.string({ ...toProperties(spec), required: spec.required, ignoreStdin: true, ...(spec.multiple ? { multiple: true } : {}) });
}

function toFlag(spec: InputSpec): OclifCommand.Flag {
  // the schema checks the letter; oclif's type lists the alphabet
  const char = spec.char as 'a' | undefined;
  const properties = { ...toProperties(spec), ...(char === undefined ? {} : { char }) };
  if (spec.type === 'boolean' && !spec.multiple) return Flags.boolean({ ...properties, allowNo: spec.default === 'true' });
  return Flags.string({
    ...properties,
    required: spec.required,
    ...(spec.options === undefined ? { helpValue: `<${spec.type === 'number' ? 'number' : 'value'}>` } : {}),
    ...(spec.multiple ? { multiple: true, multipleNonGreedy: true } : {}),
  } as Parameters<typeof Flags.string>[0]); // its overloads want to know "multiple" while compiling
}

/** The schema applies the default; here it is only told. */
function toProperties(spec: InputSpec): { name: string; description: string; options?: string[] } {
  const told = spec.default === undefined || spec.default === 'false' ? '' : `${spec.description === undefined ? '' : ' '}[default: ${spec.default}]`;
  const description = escapeTemplate(`${spec.description ?? ''}${told}`);
  return { name: spec.name, description, ...(spec.options === undefined ? {} : { options: [...spec.options] }) };
}

/** oclif renders its texts as EJS templates, some of them twice, so that no escape of EJS would last. */
function escapeTemplate(text: string): string {
  return text.replaceAll('<%', '< %').replaceAll('%>', '% >');
}

function toUsageError(spec: CommandSpec, error: unknown): CommandUsageError {
  const problem = toMessage(error).replace(/\s*See more help with --help\s*$/, '');
  const [unknown] = error instanceof Error && 'flags' in error && Array.isArray(error.flags) ? error.flags.map(String) : [];
  const known = [...spec.flags.map(({ name }) => `--${name}`), '--json', '--help'];
  return new CommandUsageError(spec.name, [`${problem}${unknown === undefined ? '' : `.${toSuggestion(unknown, known)}`}`]);
}

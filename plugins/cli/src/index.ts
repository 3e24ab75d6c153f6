/** The public surface of `oxidite`: what an application and a plugin import. The command line itself is behind `bin`. */
export { defineConfig, definePlugin } from '@oxidite/plugin-sdk';
export type { CliHooks } from './declare/cli-hooks.ts';
export type { CommandLoader, CommandRegistry } from './declare/command-registry.ts';
export { type Command, type CommandDeclaration, type CommandInput, type CommandSchema, defineCommand, isCommand } from './declare/define-command.ts';
export type { DoctorCheck, DoctorChecks, DoctorResult } from './declare/doctor-checks.ts';
export { CommandNameError } from './errors.ts';
export type { Output, TableRow } from './declare/output.ts';

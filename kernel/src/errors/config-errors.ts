/** What can be wrong with the configuration file. */
import { defineError, toLines, toMessage } from './oxidite-error.ts';

/** No configuration file was found. */
export class ConfigNotFoundError extends defineError(
  'OXI_CONFIG_NOT_FOUND',
  ({ root, places }: { root: string; places: readonly string[] }) =>
    `No Oxidite configuration in ${root} or the directories above it. Create oxidite.config.ts there; also looked for: ${places.join(', ')}.`,
) {}

/** The configuration file cannot be parsed. */
export class ConfigSyntaxError extends defineError(
  'OXI_CONFIG_SYNTAX',
  ({ file, line }: { file: string; line?: number }, cause) =>
    `${file} cannot be parsed: ${toMessage(cause)}. Correct the syntax${line === undefined ? '' : ` at line ${line}`}.`,
) {}

/** The configuration file was read, but what it exports is not a configuration. */
export class ConfigInvalidError extends defineError(
  'OXI_CONFIG_INVALID',
  ({ file, problems }: { file: string; problems: readonly string[] }) => `${file} is not valid:${toLines(problems)}\nExport defineConfig({ plugins: [...] }).`,
) {}

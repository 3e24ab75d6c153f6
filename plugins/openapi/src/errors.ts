/** What can be wrong with documents, locks and clients. */
import { defineError } from '@oxidite/plugin-sdk';

/** Facts that are texts. */
type TextFacts<Name extends string> = Readonly<Record<Name, string>>;

/** A document of a version that no route has was asked for. */
export class VersionUnknownError extends defineError(
  'OXI_OPENAPI_VERSION_UNKNOWN',
  ({ version, known }: { readonly version: string; readonly known: readonly string[] }) =>
    known.length === 0
      ? `There is no version "${version}" of the API: its routes have no versions. Leave the version out.`
      : `There is no version "${version}" of the API. Its versions are: ${known.join(', ')}.`,
) {}

/** The lock cannot be read. */
export class LockInvalidError extends defineError(
  'OXI_OPENAPI_LOCK_INVALID',
  ({ file, problem }: TextFacts<'file' | 'problem'>) =>
    `${file} cannot be read: ${problem}. Restore it from your repository, or delete it and run "oxidite openapi --lock" to begin anew.`,
) {}

/** There is nothing to compare with. */
export class LockMissingError extends defineError(
  'OXI_OPENAPI_LOCK_MISSING',
  ({ file }: TextFacts<'file'>) => `There is no ${file} to compare the API with. Run "oxidite openapi --lock" once, and put the file under version control.`,
) {}

/** Flags that say two things, or one that needs another. */
export class OpenApiUsageError extends defineError('OXI_OPENAPI_USAGE', ({ problem }: TextFacts<'problem'>) => problem) {}

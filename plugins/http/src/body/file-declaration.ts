/** Declares the files of a multipart body. */

/** Options of {@link file} and {@link files}. */
export interface FileOptions {
  /** The greatest size of each file. Beyond: 413. Default: 1,048,576. */
  readonly maxBytes?: number;
  /** What is accepted: `['image/png', 'image/*']`. Where the bytes of a type are known, they must fit it. Default: anything. */
  readonly types?: readonly string[];
}

/** Options of {@link files}. */
export interface FilesOptions extends FileOptions {
  /** Default: 0. */
  readonly min?: number;
  /** Default: 10. */
  readonly max?: number;
}

/** Whether a field has one file, may have one, or may have several. */
export type FileCount = 'one' | 'optional' | 'many';

/** The files of one field. */
export interface FileDeclaration<Count extends FileCount = FileCount> {
  readonly count: Count;
  readonly min: number;
  readonly max: number;
  readonly maxBytes: number;
  readonly types: readonly string[] | undefined;
}

const DEFAULT_MAX_BYTES = 1_048_576;
const DEFAULT_MAX_FILES = 10;

/** Declares a field with one file. Without it the request is a 422, unless the file is `optional`. */
export function file(options: FileOptions & { readonly optional: true }): FileDeclaration<'optional'>;
export function file(options?: FileOptions): FileDeclaration<'one'>;
export function file({ optional = false, ...options }: FileOptions & { readonly optional?: boolean } = {}): FileDeclaration {
  return { ...toShared(options), count: optional ? 'optional' : 'one', min: optional ? 0 : 1, max: 1 };
}

/** Declares a field with several files. */
export function files({ min = 0, max = DEFAULT_MAX_FILES, ...options }: FilesOptions = {}): FileDeclaration<'many'> {
  return { ...toShared(options), count: 'many', min, max };
}

function toShared({ maxBytes = DEFAULT_MAX_BYTES, types }: FileOptions): Pick<FileDeclaration, 'maxBytes' | 'types'> {
  return { maxBytes, types };
}

/** A file that came in a multipart body, and waits in a temporary directory until the response has left. */
import { copyFile, rename, rm } from 'node:fs/promises';
import { UploadGoneError } from '../errors.ts';
import type { FileInfo } from './file-info.ts';
import type { UploadDirectory } from './upload-directory.ts';

/** A file on disk. It is removed after the response, unless it was moved. */
export class UploadedFile implements FileInfo {
  readonly field: string;
  readonly name: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  #path: string;
  readonly #directory: UploadDirectory;

  constructor({ field, name, type }: FileInfo, size: number, place: { readonly path: string; readonly directory: UploadDirectory }) {
    this.field = field;
    this.name = name;
    this.type = type;
    this.size = size;
    this.#path = place.path;
    this.#directory = place.directory;
  }

  /** Where the file is now. */
  get path(): string {
    return this.#path;
  }

  /**
   * Moves the file to where it stays; its directory must exist, and a file that is there already is replaced. Only this user
   * may read it, as long as its mode is not changed. Never make `path` of `name` alone: clients choose it, and two may choose the same.
   * @throws {UploadGoneError} when the response has left, so that the file was removed.
   */
  async moveTo(path: string): Promise<void> {
    if (this.#directory.isRemoved) throw new UploadGoneError(this.name);
    await this.#directory.keepFor(move(this.#path, path));
    this.#path = path;
  }

  /** Its facts, without its place. */
  toJSON(): FileInfo & { readonly size: number } {
    const { field, name, type, size } = this;
    return { field, name, type, size };
  }
}

/** A rename, or a copy where the two are on different file systems. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await copyFile(from, to);
    await rm(from);
  }
}

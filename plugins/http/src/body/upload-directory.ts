/**
 * The place of the files of one request while it is answered: a directory that only this user may enter, with a random name
 * of the system's choice. It is made with the first file, and goes with everything in it.
 */
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that can be written. */
export interface NewFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** The temporary directory of one request. */
export class UploadDirectory {
  #path: Promise<string> | undefined;
  #files = 0;
  #isRemoved = false;
  readonly #pending = new Set<Promise<unknown>>();

  /** `true` once there is something to remove. */
  get isUsed(): boolean {
    return this.#path !== undefined;
  }

  /** `true` once the directory was removed. */
  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /** Creates a file that only this user may read. Its name is made here; nothing of it comes from the client. */
  async create(): Promise<NewFile> {
    this.#path ??= mkdtemp(join(tmpdir(), 'oxidite-upload-')); // the mode of such directories is 0700
    const path = join(await this.#path, String(this.#files++));
    return { path, handle: await open(path, 'wx', 0o600) };
  }

  /** Keeps the directory until `work` has settled. */
  keepFor<Value>(work: Promise<Value>): Promise<Value> {
    const settled = work.catch(() => undefined).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return work;
  }

  /** Removes the directory, once what is under way in it has ended. Never rejects: what cannot be removed is left to the system. */
  async remove(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    this.#isRemoved = true;
    if (this.#path === undefined) return;
    await this.#path.then((path) => rm(path, { recursive: true, force: true })).catch(() => undefined);
  }
}

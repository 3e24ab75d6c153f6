/** A temporary directory of a test's own, so that the test sees whether anything is left in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';

/** The place of the uploads of one test. */
export interface UploadPlace {
  readonly path: string;
  /** Names what is there now. */
  list(): Promise<string[]>;
  /** Resolves when nothing is there any more. */
  emptied(): Promise<void>;
}

/** Makes a directory, and makes the system's temporary directory point to it until the test ends. */
export function openUploadPlace(): UploadPlace {
  const path = mkdtempSync(join(tmpdir(), 'oxidite-test-'));
  vi.stubEnv('TMPDIR', path);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(path, { recursive: true, force: true });
  });
  const list = (): Promise<string[]> => readdir(path);
  return { path, list, emptied: () => vi.waitFor(async () => expect(await list()).toEqual([]), { interval: 5 }) };
}

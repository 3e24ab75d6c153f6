/** The declarations of the packages: what TypeScript reads of them in the project of a user. They are made anew where a source has changed. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ServerProcess } from './server-process.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Writes them beside the packages, where they stay. */
export async function makeDeclarations(): Promise<Pick<ServerProcess, 'stop' | 'url'>> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', '--pretty', 'false'], { cwd: ROOT });
  return { url: ROOT, stop: async () => undefined };
}

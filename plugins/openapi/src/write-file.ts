/** Writes files whole or not at all: whoever reads one while it is written sees the former text. */
import type { Random } from '@oxidite/plugin-sdk';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file in one step; its directory is created. Nothing is left behind when it fails. */
export function writeFileAtomically(file: string, text: string, random: Random): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${random.uuid().slice(0, 8)}.tmp`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Finds out which release of the application runs, to note it beside the migrations that it applies. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '@oxidite/plugin-sdk';

/** The column of the history is as long. */
const MAX_LENGTH = 255;

/** Returns `OXIDITE_RELEASE`, else the version in the application's package.json, else `null`. */
export function findRelease(env: Env, root: string): string | null {
  const named = env['OXIDITE_RELEASE'];
  if (named !== undefined && named !== '') return named.slice(0, MAX_LENGTH);
  const file = join(root, 'package.json');
  if (!existsSync(file)) return null;
  try {
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: unknown }; // a file of somebody else: what is no text counts as none
    return typeof version === 'string' ? version.slice(0, MAX_LENGTH) : null;
  } catch {
    return null; // whoever starts the application hears of a broken package.json elsewhere
  }
}

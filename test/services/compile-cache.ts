/** Where processes of the tests keep what Node has compiled: they start twice as fast, because TypeScript is read only once. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The variables for such a process. It is Node's own place, which the command `oxidite` uses, too; not for what measures coverage. */
export const COMPILE_CACHE: Readonly<Record<string, string>> = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };

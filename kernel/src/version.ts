/** The version of this kernel, and the detection of a second copy of it in one process. */
import { readFileSync } from 'node:fs';
import { KernelDuplicateError } from './errors.ts';

const COPIES = Symbol.for('oxidite.kernel.copies');

/** The version of this kernel. */
export const KERNEL_VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

// The list must be shared by the copies that it finds, so it cannot live in a kernel.
const copies = ((globalThis as { [COPIES]?: Map<string, string> })[COPIES] ??= new Map());
copies.set(new URL('.', import.meta.url).pathname, KERNEL_VERSION);

/**
 * Checks that this process holds one copy of the kernel.
 * @throws {KernelDuplicateError} naming the directories of all copies.
 */
export function assertSingleCopy(found: ReadonlyMap<string, string> = copies): void {
  if (found.size > 1) throw new KernelDuplicateError({ copies: [...found].map(([directory, version]) => `${directory} (${version})`) });
}

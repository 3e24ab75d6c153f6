/**
 * Finds out which copies of the kernel the packages of an application would load. Two copies in one process cannot see
 * each other's plugins; the kernel refuses to boot then, and this says who brings the second one before it happens.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const KERNEL = '@oxidite/kernel';

/** A copy of the kernel, and the packages that load it. */
export interface KernelCopy {
  /** Its package.json. */
  readonly file: string;
  readonly packages: readonly string[];
}

interface PackageManifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly oxidite?: unknown;
}

/** Lists the copies that the application in `root` and the Oxidite packages it depends on resolve to. */
export function findKernelCopies(root: string): KernelCopy[] {
  const manifest = readManifest(join(root, 'package.json'));
  const copies = new Map<string, string[]>();
  for (const name of Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies })) {
    const file = findManifest(name, join(root, 'package.json'));
    if (file === undefined || (readManifest(file)?.oxidite === undefined && name !== KERNEL)) continue;
    const kernel = name === KERNEL ? file : findManifest(KERNEL, file);
    if (kernel !== undefined) copies.set(kernel, [...(copies.get(kernel) ?? []), name]);
  }
  return [...copies].map(([file, packages]) => ({ file, packages }));
}

function findManifest(name: string, from: string): string | undefined {
  const places = createRequire(from).resolve.paths(name) ?? [];
  const file = places.map((directory) => join(directory, name, 'package.json')).find((candidate) => existsSync(candidate));
  return file === undefined ? undefined : realpathSync(file); // a copy that is linked twice is one copy
}

function readManifest(file: string): PackageManifest | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // there is none, or npm reports it
  }
}

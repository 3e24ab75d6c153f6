/** The static part of a plugin: what its package.json says, readable without running its code. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { toMessage } from './oxidite-error.ts';
import { PluginInvalidError } from './errors.ts';

/** A plugin's manifest. */
export interface PluginManifest {
  /** The package name. */
  readonly name: string;
  /** The range of kernel versions it works with: `oxidite.kernel`. */
  readonly kernel: string | undefined;
  /** The absolute path of the package's entry; whether the file exists is not checked. */
  readonly entry: string;
}

/** The conditions under which packages are imported: those of Node, and those that the process was started with. */
const CONDITIONS: ReadonlySet<string> = new Set(['import', 'node', 'node-addons', 'module-sync', ...listOwnConditions()]);

/**
 * Reads the manifest in a package.json.
 * @throws {PluginInvalidError} when it cannot be parsed or has no `oxidite` field.
 */
export function readManifest(file: string, place: string): PluginManifest {
  const refuse = (found: string, remedy: string): PluginInvalidError => new PluginInvalidError({ place, found, remedy });
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw refuse(`a package.json that cannot be parsed (${toMessage(error)}): ${file}`, 'Correct the file.');
  }
  const { name, version, oxidite, exports, main } = json;
  if (typeof oxidite !== 'object' || oxidite === null) {
    throw refuse(`a package without the field "oxidite" in ${file}`, 'Add "oxidite": { "kernel": "^0.1.0" } to its package.json.');
  }
  const kernel = 'kernel' in oxidite ? oxidite.kernel : undefined;
  if (typeof name !== 'string' || typeof version !== 'string' || (kernel !== undefined && typeof kernel !== 'string')) {
    throw refuse(`a manifest without name, version or a range in oxidite.kernel in ${file}`, 'Correct its package.json.');
  }
  return { name, kernel, entry: findEntry(file, name, exports, main) };
}

/** Conditions are looked up here: `require`, which Node lets ask for others than its own, forgets them while a hook for modules is registered. */
function findEntry(file: string, name: string, exports: unknown, main: unknown): string {
  const directory = dirname(file);
  const target = typeof exports === 'object' ? findTarget(exports) : undefined;
  if (target !== undefined) return join(directory, target);
  try {
    return createRequire(file).resolve(exports === undefined ? directory : name);
  } catch {
    return join(directory, findTarget(exports) ?? (typeof main === 'string' ? main : 'index.js'));
  }
}

/** Source: Node.js, "Conditional exports": the first key that is a condition wins; the dot stands for the package itself. */
function findTarget(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  const isMet = (key: string): boolean => key === '.' || key === 'default' || CONDITIONS.has(key);
  const nested = Object.entries(target).flatMap(([key, value]) => (isMet(key) ? (findTarget(value) ?? []) : []));
  return nested[0];
}

/** The flags this process was started with, which are no environment of the application. */
function listOwnConditions(): string[] {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS']].join(' ');
  return Array.from(flags.matchAll(/(?:^|\s)(?:--conditions|-C)[= ](\S+)/g), ([, condition = '']) => condition);
}

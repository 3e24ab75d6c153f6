/**
 * Finds and reads the configuration file. cosmiconfig only *finds* the file: its own loader would swallow an ENOENT
 * thrown inside the user's code and read it as "no configuration". The kernel imports the file itself.
 */
import { readFileSync } from 'node:fs'; // node:fs/promises takes milliseconds to load
import { basename, dirname } from 'node:path';
import { type KernelConfig, parseConfig } from './config.ts';
import type { Env } from './env.ts';
import { ConfigInvalidError, ConfigNotFoundError, ConfigSyntaxError } from './errors.ts';
import { importFile } from './import-file.ts';
import { toMessage } from './oxidite-error.ts';

const EXTENSIONS = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'];

/** The files that are looked for in a directory, in this order; then in the directory above, up to the project's root. */
export const CONFIG_PLACES: readonly string[] = [...EXTENSIONS.map((extension) => `oxidite.config.${extension}`), 'package.json'];

/** A configuration and where it came from. */
export interface DiscoveredConfig {
  readonly config: KernelConfig;
  /** The absolute path of the file. */
  readonly file: string;
  /** The directory of the file: the application's root. */
  readonly root: string;
}

/** Finds the configuration file for `directory`, or returns `undefined`. */
export async function findConfigFile(directory: string): Promise<string | undefined> {
  const { cosmiconfig } = await import('cosmiconfig');
  const findOnly = async (path: string): Promise<unknown> => (basename(path) === 'package.json' ? { oxidite: await readData(path) } : { path });
  const explorer = cosmiconfig('oxidite', {
    searchStrategy: 'project',
    searchPlaces: [...CONFIG_PLACES],
    cache: false,
    ignoreEmptySearchPlaces: false, // an empty file is an error of its own, not "no configuration"
    loaders: Object.fromEntries(EXTENSIONS.map((extension) => [`.${extension}`, findOnly])),
  });
  return (await explorer.search(directory))?.filepath;
}

/**
 * Finds and reads the configuration for `directory`.
 * @throws {ConfigNotFoundError} when there is none.
 * @throws Whatever the user's file throws, as it is.
 */
export async function discoverConfig(directory: string, env: Env): Promise<DiscoveredConfig> {
  const file = await findConfigFile(directory);
  if (file === undefined) throw new ConfigNotFoundError({ root: directory, places: CONFIG_PLACES });
  return loadConfigFile(file, env);
}

/**
 * Reads one configuration file.
 * @throws {ConfigSyntaxError} when it cannot be parsed.
 * @throws {ConfigInvalidError} when what it holds is not a configuration.
 * @throws Whatever the user's file throws, as it is.
 */
export async function loadConfigFile(file: string, env: Env): Promise<DiscoveredConfig> {
  const value = /\.(?:json|ya?ml)$/.test(file) ? await readData(file) : await runConfig(file, env);
  return { config: parseConfig(value, file), file, root: dirname(file) };
}

/** A syntax error in a module that the file imports keeps its own place; only the file's own is renamed. */
async function runConfig(file: string, env: Env): Promise<unknown> {
  const module = await importFile(file, (error, line) => (line === undefined ? error : new ConfigSyntaxError({ file, line }, error)));
  if (!('default' in module)) throw new ConfigInvalidError({ file, problems: ['it has no default export'] });
  const exported = module['default'];
  return typeof exported === 'function' ? exported(env) : exported;
}

/** Reads data, which is never run. Of a package.json only the key `oxidite` counts, if it is a configuration: plugin packages keep their manifest there. */
async function readData(file: string): Promise<unknown> {
  const content = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  let data: unknown;
  try {
    data = file.endsWith('.json') ? JSON.parse(content) : (await import('cosmiconfig')).defaultLoaders['.yaml'](file, content);
  } catch (error) {
    const isLineNamed = !file.endsWith('.json') || toMessage(error).includes('(line ');
    throw new ConfigSyntaxError({ file, line: isLineNamed ? undefined : findLine(content) }, error);
  }
  const problems = listPoisonedKeys(data).map((path) => `${path} is refused: it could change the prototype of every object`);
  if (problems.length > 0) throw new ConfigInvalidError({ file, problems });
  if (basename(file) !== 'package.json') return data;
  const own = (data as { readonly oxidite?: unknown } | null)?.oxidite;
  return typeof own === 'object' && own !== null && 'plugins' in own ? own : undefined;
}

/** Finds the line of what is wrong with a JSON text: the first one with which Node meets a wrong token, or the last one when the text only ends too early. */
function findLine(content: string): number {
  const lines = content.split('\n');
  for (let count = 1; count < lines.length; count++) {
    try {
      JSON.parse(lines.slice(0, count).join('\n'));
    } catch (error) {
      if (toMessage(error).startsWith('Unexpected token')) return count;
    }
  }
  return lines.length;
}

/** Keys that reach a prototype when options are merged. In code the user writes them on purpose; in data nobody does. */
function listPoisonedKeys(data: unknown, path = '', seen = new Set<object>()): string[] {
  if (typeof data !== 'object' || data === null || seen.has(data)) return [];
  seen.add(data); // YAML can refer to one part many times, and to itself
  return Object.entries(data).flatMap(([key, value]) => {
    const isPoisoned = key === '__proto__' || (key === 'constructor' && typeof value === 'object');
    return isPoisoned ? [`${path}/${key}`] : listPoisonedKeys(value, `${path}/${key}`, seen);
  });
}

/**
 * Turns the entries of a configuration into plugins. A plugin that is listed by name or path has its manifest (the
 * `oxidite` field of its package.json) read and checked before any of its code is imported.
 */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { describeValue, type KernelConfig, type PluginEntry } from './config.ts';
import { PluginImportError, PluginIncompatibleError, PluginInvalidError, PluginNotFoundError } from './errors.ts';
import { importFile } from './import-file.ts';
import { type PluginManifest, readManifest } from './manifest.ts';
import { isPlugin, isPluginFactory, type Plugin, type ResolvedPlugin } from './plugin.ts';
import { KERNEL_VERSION } from './version.ts';

/** Source: the rules of npm for package names. */
const PACKAGE_NAME = /^(?=.{1,214}$)(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;

/** A package name, and possibly the plugin's place in the package. */
const PLUGIN_NAME = /^(?=.{1,214}$)(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/;

/** The parts of a definition that are lists of names. */
const NAME_LISTS = ['requires', 'optional', 'provides', 'after', 'before'] as const;

/** The names under which the kernel itself and the application's own set-up act. */
const RESERVED_NAMES = ['kernel', 'application'];

/** What loading needs to know of the application: `root` is the directory against which names and paths are resolved. */
export type LoadContext = Pick<KernelConfig, 'ignoreCompatibility'> & { readonly root: string };

/** Where a plugin that is listed by name or path was found. */
type LocatedPlugin = Pick<PluginManifest, 'entry'> & Partial<PluginManifest>;

/**
 * Loads one entry.
 * @param place where the entry stands, for messages.
 * @throws {PluginNotFoundError | PluginInvalidError | PluginImportError | PluginIncompatibleError}
 */
export async function loadPlugin(entry: PluginEntry, place: string, context: LoadContext): Promise<ResolvedPlugin> {
  const [listed, options] = isPair(entry) ? entry : [entry, undefined];
  const plugin = typeof listed === 'string' ? await importPlugin(listed, place, context) : toPlugin(listed);
  if (plugin === undefined) {
    const remedy = 'List a plugin like http(), a package name, a path, or [name, options].';
    throw new PluginInvalidError({ place, found: describeValue(entry), remedy });
  }
  const { definition } = plugin;
  if (typeof definition.name !== 'string' || !PLUGIN_NAME.test(definition.name) || RESERVED_NAMES.includes(definition.name)) {
    const remedy = `Name it like its npm package; ${RESERVED_NAMES.join(' and ')} are reserved.`;
    throw new PluginInvalidError({ place, found: `the plugin name ${JSON.stringify(definition.name)}`, remedy });
  }
  const malformed = NAME_LISTS.find((key) => !Array.isArray(definition[key] ?? []));
  if (malformed !== undefined) {
    const found = `${describeValue(definition[malformed])} as "${malformed}" of the plugin "${definition.name}"`;
    throw new PluginInvalidError({ place, found, remedy: 'Give an array of names.' });
  }
  await assertCompatible(definition, place, context);
  return { definition, options: options ?? plugin.options, place };
}

async function importPlugin(name: string, place: string, context: LoadContext): Promise<Plugin> {
  const isPath = name.startsWith('./') || name.startsWith('../') || isAbsolute(name);
  const { entry, ...manifest } = isPath ? locatePath(name, place, context) : locatePackage(name, place, context);
  await assertCompatible(manifest, place, context);
  if (!existsSync(entry)) throw new PluginNotFoundError({ plugin: name, place, remedy: `Its entry ${entry} does not exist; is the package built?` });
  const exported = await importFile(entry, (error, line) => {
    return new PluginImportError({ plugin: name, place, file: line === undefined ? entry : `${entry}:${line}` }, error);
  });
  const plugin = pickPlugin(exported, manifest.name);
  if (plugin !== undefined) return plugin;
  const found = Object.keys(exported).length === 0 ? 'no exports' : `the exports ${Object.keys(exported).join(', ')}`;
  throw new PluginInvalidError({ place, found: `${found} in ${entry}`, remedy: 'Export the result of definePlugin(), as the default or as the only plugin.' });
}

/** A file has no manifest, a directory must have one. */
function locatePath(path: string, place: string, { root }: LoadContext): LocatedPlugin {
  const absolute = resolve(root, path);
  if (!existsSync(absolute)) throw new PluginNotFoundError({ plugin: path, place, remedy: `There is no file or directory ${absolute}.` });
  if (!statSync(absolute).isDirectory()) return { entry: absolute };
  const file = join(absolute, 'package.json');
  if (existsSync(file)) return readManifest(file, place);
  throw new PluginNotFoundError({ plugin: path, place, remedy: `${absolute} has no package.json; name the plugin's file instead.` });
}

function locatePackage(name: string, place: string, { root }: LoadContext): LocatedPlugin {
  if (!PACKAGE_NAME.test(name)) {
    const remedy = 'A package name has lower-case letters, digits and ".-_"; a path starts with "./" or "../".';
    throw new PluginInvalidError({ place, found: JSON.stringify(name), remedy });
  }
  const places = createRequire(join(root, 'package.json')).resolve.paths(name) ?? [];
  const file = places.map((directory) => join(directory, name, 'package.json')).find((candidate) => existsSync(candidate));
  if (file === undefined) throw new PluginNotFoundError({ plugin: name, place, remedy: `Install it: npm install ${name}.` });
  return readManifest(file, place);
}

function pickPlugin(exported: Readonly<Record<string, unknown>>, name: string | undefined): Plugin | undefined {
  const standard = toPlugin(exported['default']);
  if (standard !== undefined) return standard;
  const plugins = Object.values(exported).flatMap((value) => toPlugin(value) ?? []);
  return plugins.length === 1 ? plugins[0] : plugins.find(({ definition }) => definition.name === name);
}

/** A factory that is listed without a call gets no options. */
function toPlugin(value: unknown): Plugin | undefined {
  if (isPlugin(value)) return value;
  return isPluginFactory(value) ? value() : undefined;
}

async function assertCompatible({ name = '', kernel }: { name?: string; kernel?: string | undefined }, place: string, context: LoadContext): Promise<void> {
  if (kernel === undefined || context.ignoreCompatibility?.includes(name) === true) return;
  const { default: satisfies } = await import('semver/functions/satisfies.js');
  if (satisfies(KERNEL_VERSION, kernel, { includePrerelease: true })) return;
  throw new PluginIncompatibleError({ plugin: name, place, range: kernel, version: KERNEL_VERSION });
}

function isPair(entry: PluginEntry): entry is readonly [string, unknown] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string';
}

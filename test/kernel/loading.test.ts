import { describe, expect, it } from 'vitest';
import { KERNEL_VERSION, PluginImportError, PluginIncompatibleError, PluginInvalidError, PluginNotFoundError, type PluginEntry } from '@oxidite/kernel';
import { definePlugin } from '@oxidite/plugin-sdk';
import * as z from 'zod';
import { loadPlugin } from '../../kernel/src/loading.ts';
import { createFixture, manifestSource, pluginSource } from './support/fixture.ts';
import { plugin, thrownBy } from './support/plugins.ts';

const PLACE = 'plugins[0] of /shop/oxidite.config.ts';
const HERE = { root: import.meta.dirname };

/** The files of one package in `node_modules`. */
function packageFiles(name: string, manifest: Readonly<Record<string, unknown>>, files: Readonly<Record<string, string>>): Record<string, string> {
  const directory = `node_modules/${name}`;
  const entries = Object.entries(files).map(([file, content]) => [`${directory}/${file}`, content]);
  return { 'package.json': '{}', [`${directory}/package.json`]: manifestSource({ name, ...manifest }), ...Object.fromEntries(entries) };
}

describe('loadPlugin', () => {
  const search = definePlugin({ name: '@acme/search', version: '1.0.0', config: z.object({ index: z.string().default('main') }), setup() {} });

  it('takes a plugin with its options', async () => {
    await expect(loadPlugin(search({ index: 'a' }), PLACE, HERE)).resolves.toEqual({ definition: search.definition, options: { index: 'a' }, place: PLACE });
  });

  it('takes a factory that was not called, without options', async () => {
    await expect(loadPlugin(search, PLACE, HERE)).resolves.toEqual({ definition: search.definition, options: undefined, place: PLACE });
  });

  it.each([
    [{ name: 'acme' }, 'an object with the keys name'],
    [null, 'null'],
    [undefined, 'undefined'],
    [3, '3'],
    [() => undefined, 'a function'],
    [['acme'], 'an array'],
    [['acme', {}, {}], 'an array'],
    [[search, {}], 'an array'],
  ])('refuses %o as an entry', async (entry, found) => {
    const error = await thrownBy(loadPlugin(entry as PluginEntry, PLACE, HERE)); // JavaScript can list anything
    expect(error).toBeInstanceOf(PluginInvalidError);
    expect(error.message).toBe(`The entry at ${PLACE} is not a plugin: found ${found}. List a plugin like http(), a package name, a path, or [name, options].`);
  });

  it.each(['kernel', 'application', '', 'Acme', '../acme', 'аcme', '@acme', 'acme/', `a${'b'.repeat(214)}`, '__proto__'])(
    'refuses the plugin name %j',
    async (name) => {
      await expect(loadPlugin(plugin({ name }), PLACE, HERE)).rejects.toThrow(`found the plugin name ${JSON.stringify(name)}`);
    },
  );

  it.each([undefined, null, 5, ['acme']])('refuses a name that is not a text: %j', async (name) => {
    const nameless = plugin({ name: name as unknown as string }); // JavaScript can write anything
    await expect(loadPlugin(nameless, PLACE, HERE)).rejects.toThrow(PluginInvalidError);
  });

  it.each(['requires', 'optional', 'provides', 'after', 'before'])('refuses a plugin whose %s is no list', async (key) => {
    const error = await thrownBy(loadPlugin(plugin({ name: 'acme', [key]: 'orm' }), PLACE, HERE)); // JavaScript can write anything
    expect(error).toBeInstanceOf(PluginInvalidError);
    expect(error.message).toBe(`The entry at ${PLACE} is not a plugin: found "orm" as "${key}" of the plugin "acme". Give an array of names.`);
  });

  it.each(['acme', '@acme/search', '@acme/search/admin', 'acme.search_2', 'constructor'])('accepts the plugin name %j', async (name) => {
    await expect(loadPlugin(plugin({ name }), PLACE, HERE)).resolves.toMatchObject({ definition: { name } });
  });
});

describe('loadPlugin by package name', () => {
  it.each([
    ['main', { main: 'lib/entry.js' }, 'lib/entry.js'],
    ['no entry', { main: undefined }, 'index.js'],
    ['exports as a string', { exports: './lib/entry.js' }, 'lib/entry.js'],
    ['exports with a dot', { exports: { '.': './lib/entry.js', './testing': './lib/testing.js' } }, 'lib/entry.js'],
    ['exports by condition', { exports: { '.': { types: './lib/entry.d.ts', import: './lib/entry.js' } } }, 'lib/entry.js'],
    [
      'exports by nested conditions',
      { exports: { browser: './lib/no.js', node: { require: { never: './lib/no.js' }, import: './lib/entry.js' } } },
      'lib/entry.js',
    ],
    ['exports that lead nowhere', { exports: { '.': { never: './lib/no.js' } }, main: 'lib/entry.js' }, 'lib/entry.js'],
    ['exports that are refused', { exports: { '.': null } }, 'index.js'],
  ])('finds the entry of a package with %s', async (_title, manifest, entry) => {
    await using fixture = await createFixture(packageFiles('@acme/search', manifest, { [entry]: pluginSource('@acme/search') }));
    await expect(loadPlugin('@acme/search', PLACE, fixture)).resolves.toMatchObject({ definition: { name: '@acme/search' }, options: undefined, place: PLACE });
  });

  it('gives it the options of a pair', async () => {
    await using fixture = await createFixture(packageFiles('acme', {}, { 'index.js': pluginSource('acme') }));
    await expect(loadPlugin(['acme', { a: 1 }], PLACE, fixture)).resolves.toMatchObject({ options: { a: 1 } });
  });

  it.each([
    ['the only plugin', `export const acme = plugin('acme'); export const other = 1;`],
    ['the plugin with the name of the package among several', `export const other = plugin('acme/other'); export const acme = plugin('acme');`],
    ['a default factory', `export default Object.assign((options) => ({ ...plugin('acme'), options }), plugin('acme'));`],
  ])('takes %s', async (_title, source) => {
    const define = `const plugin = (name) => ({ [Symbol.for('oxidite.plugin')]: true, definition: { name, version: '1.0.0', setup() {} } });`;
    await using fixture = await createFixture(packageFiles('acme', {}, { 'index.js': `${define}\n${source}` }));
    await expect(loadPlugin('acme', PLACE, fixture)).resolves.toMatchObject({ definition: { name: 'acme' } });
  });

  it.each([
    ['export const acme = { name: "acme" };', 'the exports acme'],
    ['', 'no exports'],
    [
      `const plugin = (name) => ({ [Symbol.for('oxidite.plugin')]: true, definition: { name } });\nexport const a = plugin('a'); export const b = plugin('b');`,
      'the exports a, b',
    ],
  ])('refuses a package whose entry holds %j', async (source, found) => {
    await using fixture = await createFixture(packageFiles('acme', {}, { 'index.js': source }));
    const error = await thrownBy(loadPlugin('acme', PLACE, fixture));
    expect(error).toBeInstanceOf(PluginInvalidError);
    expect(error.message).toContain(`found ${found} in ${fixture.path('node_modules/acme/index.js')}. Export the result of definePlugin()`);
  });

  it('names place and cause when the entry throws', async () => {
    await using fixture = await createFixture(packageFiles('acme', {}, { 'index.js': 'throw new Error("no licence");' }));
    const error = await thrownBy(loadPlugin('acme', PLACE, fixture));
    expect(error).toBeInstanceOf(PluginImportError);
    expect(error.message).toContain(`Plugin "acme", listed at ${PLACE}, failed while ${fixture.path('node_modules/acme/index.js')} was imported: no licence.`);
    expect(error.cause).toEqual(new Error('no licence'));
  });

  it('names the line when the entry cannot be parsed', async () => {
    await using fixture = await createFixture(packageFiles('acme', {}, { 'index.js': 'export default {\n  a: [\n};' }));
    await expect(loadPlugin('acme', PLACE, fixture)).rejects.toThrow(`failed while ${fixture.path('node_modules/acme/index.js')}:3 was imported`);
  });

  it('asks to install what is missing', async () => {
    await using fixture = await createFixture({ 'package.json': '{}' });
    const error = await thrownBy(loadPlugin('@acme/missing', PLACE, fixture));
    expect(error).toBeInstanceOf(PluginNotFoundError);
    expect(error.message).toBe(`Plugin "@acme/missing", listed at ${PLACE}, was not found. Install it: npm install @acme/missing.`);
  });

  it('asks whether a package is built when its entry is missing', async () => {
    await using fixture = await createFixture(packageFiles('acme', { main: 'dist/index.js' }, {}));
    await expect(loadPlugin('acme', PLACE, fixture)).rejects.toThrow(
      `Its entry ${fixture.path('node_modules/acme/dist/index.js')} does not exist; is the package built?`,
    );
  });

  it.each([
    ['no field "oxidite"', { oxidite: undefined }, 'a package without the field "oxidite"'],
    ['a field "oxidite" that is no object', { oxidite: true }, 'a package without the field "oxidite"'],
    ['no version', { version: undefined }, 'a manifest without name, version or a range'],
    ['a range that is no text', { oxidite: { kernel: 1 } }, 'a manifest without name, version or a range'],
  ])('refuses a package with %s, and runs none of its code', async (_title, manifest, found) => {
    await using fixture = await createFixture(packageFiles('acme', manifest, { 'index.js': 'globalThis.acmeRan = true;' }));
    await expect(loadPlugin('acme', PLACE, fixture)).rejects.toThrow(`found ${found}`);
    expect(globalThis).not.toHaveProperty('acmeRan');
  });

  it('refuses a package.json that cannot be parsed', async () => {
    await using fixture = await createFixture({ 'plugin/package.json': '{ "name": ' });
    const error = await thrownBy(loadPlugin('./plugin', PLACE, fixture));
    expect(error).toBeInstanceOf(PluginInvalidError);
    expect(error.message).toContain(fixture.path('plugin/package.json'));
  });

  it.each([
    'fs',
    '.hidden',
    'Acme',
    'acme/sub',
    'a\0b',
    '__proto__',
    '-rf',
    '@/x',
    '@acme/../x',
    'node:fs',
    'a b',
    '%2e%2e',
    'file:///etc/passwd',
    'ａcme',
    '',
  ])('never looks for a package with the hostile name %j', async (name) => {
    await using fixture = await createFixture({ 'package.json': '{}' });
    const error = await thrownBy(loadPlugin(name, PLACE, fixture));
    expect(error instanceof PluginInvalidError || error instanceof PluginNotFoundError).toBe(true);
    expect(error.message).toContain(PLACE);
    expect({}).not.toHaveProperty('acme');
  });
});

describe('loadPlugin by path', () => {
  it('takes a file, in TypeScript too', async () => {
    await using fixture = await createFixture({
      'plugins/audit.ts': `import { definePlugin } from '@oxidite/plugin-sdk';\nexport const audit = definePlugin({ name: 'audit', version: '1.0.0', setup(): void {} });`,
    });
    await expect(loadPlugin('./plugins/audit.ts', PLACE, fixture)).resolves.toMatchObject({ definition: { name: 'audit' } });
    await expect(loadPlugin(fixture.path('plugins/audit.ts'), PLACE, fixture)).resolves.toMatchObject({ definition: { name: 'audit' } });
    await expect(loadPlugin('../plugins/audit.ts', PLACE, { root: fixture.path('app') })).resolves.toMatchObject({ definition: { name: 'audit' } });
  });

  it('takes a directory with a manifest', async () => {
    await using fixture = await createFixture({ 'audit/package.json': manifestSource({ name: 'audit' }), 'audit/index.js': pluginSource('audit') });
    await expect(loadPlugin(['./audit', { deep: true }], PLACE, fixture)).resolves.toMatchObject({ definition: { name: 'audit' }, options: { deep: true } });
  });

  it('asks for the file of a directory without a manifest', async () => {
    await using fixture = await createFixture({ 'audit/index.js': pluginSource('audit') });
    await expect(loadPlugin('./audit', PLACE, fixture)).rejects.toThrow(`${fixture.path('audit')} has no package.json; name the plugin's file instead.`);
  });

  it.each(['../../x', './a\0b', '/does/not/exist', './..%2f'])('finds nothing at %j', async (path) => {
    await using fixture = await createFixture({ 'package.json': '{}' });
    const error = await thrownBy(loadPlugin(path, PLACE, fixture));
    expect(error).toBeInstanceOf(PluginNotFoundError);
    expect(error.message).toContain(PLACE);
  });
});

describe('the range of kernel versions', () => {
  const flag = 'globalThis.incompatibleRan = true;';

  it('is read from the manifest, before any code of the package runs', async () => {
    await using fixture = await createFixture(packageFiles('acme', { oxidite: { kernel: '^99.0.0' } }, { 'index.js': pluginSource('acme', '', flag) }));
    const error = await thrownBy(loadPlugin('acme', PLACE, fixture));
    expect(error).toBeInstanceOf(PluginIncompatibleError);
    expect(error.message).toContain(`works with kernel ^99.0.0, but this is kernel ${KERNEL_VERSION}.`);
    expect(globalThis).not.toHaveProperty('incompatibleRan');
  });

  it('can be ignored by name', async () => {
    await using fixture = await createFixture(packageFiles('acme', { oxidite: { kernel: '^99.0.0' } }, { 'index.js': pluginSource('acme') }));
    await expect(loadPlugin('acme', PLACE, { root: fixture.root, ignoreCompatibility: ['acme'] })).resolves.toMatchObject({ definition: { name: 'acme' } });
    await expect(loadPlugin('acme', PLACE, { root: fixture.root, ignoreCompatibility: ['other'] })).rejects.toThrow(PluginIncompatibleError);
  });

  it.each([`^${KERNEL_VERSION}`, '*', '>=0.0.1', KERNEL_VERSION])('accepts %s', async (kernel) => {
    await expect(loadPlugin(plugin({ name: 'acme', kernel }), PLACE, HERE)).resolves.toBeDefined();
  });

  it.each(['^99.0.0', '<0.0.1', 'newest', ''.padEnd(3, 'x')])('refuses %s, also in code', async (kernel) => {
    await expect(loadPlugin(plugin({ name: 'acme', kernel }), PLACE, HERE)).rejects.toThrow(PluginIncompatibleError);
    await using fixture = await createFixture(
      packageFiles('acme', { oxidite: {} }, { 'index.js': pluginSource('acme').replace("version: '1.0.0'", `version: '1.0.0', kernel: '${kernel}'`) }),
    );
    await expect(loadPlugin('acme', PLACE, fixture)).rejects.toThrow(PluginIncompatibleError);
  });
});

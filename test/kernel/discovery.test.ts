import { describe, expect, it } from 'vitest';
import { CONFIG_PLACES, ConfigInvalidError, ConfigNotFoundError, ConfigSyntaxError, discoverConfig, findConfigFile, loadConfigFile } from '@oxidite/kernel';
import { createFixture } from './support/fixture.ts';
import { thrownBy } from './support/plugins.ts';
import { runNode } from './support/run-node.ts';

const PROJECT = { 'package.json': '{ "name": "shop" }' };

/** What a compiler makes of `export default`. */
const COMPILED = 'Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = { plugins: [] };';

/** Reads the configuration in a real Node process and prints what is thrown. */
const PRINT_ERROR = `
import { discoverConfig } from '@oxidite/kernel';
try {
  console.log('loaded', JSON.stringify((await discoverConfig(process.cwd(), {})).config));
} catch (error) {
  console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message }));
}
`;

describe('findConfigFile', () => {
  it('looks for one file after the other', async () => {
    const all = Object.fromEntries(CONFIG_PLACES.map((place) => [place, place === 'package.json' ? '{ "oxidite": { "plugins": [] } }' : ' \n']));
    for (const [index, place] of CONFIG_PLACES.entries()) {
      const left = Object.fromEntries(Object.entries(all).filter(([name]) => CONFIG_PLACES.indexOf(name) >= index));
      await using fixture = await createFixture({ ...PROJECT, ...left });
      await expect(findConfigFile(fixture.root)).resolves.toBe(fixture.path(place));
    }
  });

  it('looks in the directories above, up to the one with a package.json', async () => {
    await using fixture = await createFixture({
      'oxidite.config.json': '{ "plugins": [] }',
      'shop/package.json': '{}',
      'shop/oxidite.config.yaml': 'plugins: []',
      'shop/app/routes/a.txt': '',
      'other/package.json': '{}',
    });
    await expect(findConfigFile(fixture.path('shop/app/routes'))).resolves.toBe(fixture.path('shop/oxidite.config.yaml'));
    await expect(findConfigFile(fixture.path('other'))).resolves.toBeUndefined();
  });

  it('does not take the manifest of a plugin package for a configuration', async () => {
    await using fixture = await createFixture({ 'package.json': '{ "oxidite": { "kernel": "^0.1.0" } }' });
    await expect(findConfigFile(fixture.root)).resolves.toBeUndefined();
  });
});

describe('discoverConfig', () => {
  it.each([
    ['oxidite.config.ts', 'const plugins: string[] = ["acme"];\nexport default { plugins };'],
    ['oxidite.config.mts', 'export default { plugins: ["acme"] satisfies string[] };'],
    ['oxidite.config.js', 'export default { plugins: ["acme"] };'],
    ['oxidite.config.mjs', 'export default { plugins: ["acme"] };'],
    ['oxidite.config.json', '{ "plugins": ["acme"] }'],
    ['oxidite.config.yaml', 'plugins:\n  - acme\n'],
    ['oxidite.config.yml', 'plugins: [acme]'],
    ['package.json', '{ "name": "shop", "oxidite": { "plugins": ["acme"] } }'],
  ])('reads %s', async (name, content) => {
    await using fixture = await createFixture({ ...PROJECT, [name]: content });
    await expect(discoverConfig(fixture.root, {})).resolves.toEqual({ config: { plugins: ['acme'] }, file: fixture.path(name), root: fixture.root });
  });

  it('calls a function with the environment and waits for it', async () => {
    await using fixture = await createFixture({ ...PROJECT, 'oxidite.config.ts': 'export default async (env) => ({ plugins: [env.SEARCH] });' });
    await expect(discoverConfig(fixture.root, { SEARCH: 'acme' })).resolves.toMatchObject({ config: { plugins: ['acme'] } });
  });

  it('says where it looked when there is nothing', async () => {
    await using fixture = await createFixture(PROJECT);
    const error = await thrownBy(discoverConfig(fixture.root, {}));
    expect(error).toBeInstanceOf(ConfigNotFoundError);
    expect(error).toMatchObject({ root: fixture.root });
    for (const place of CONFIG_PLACES) expect(error.message).toContain(place);
  });

  it('lets an error of the user through as it is, even one that reads like a missing file', async () => {
    await using fixture = await createFixture({
      ...PROJECT,
      'oxidite.config.ts': 'import { readFileSync } from "node:fs";\nexport default { plugins: [readFileSync("/does/not/exist")] };',
    });
    await expect(discoverConfig(fixture.root, {})).rejects.toMatchObject({ code: 'ENOENT', path: '/does/not/exist' });
  });

  it('lets an error of a function through as it is', async () => {
    await using fixture = await createFixture({ ...PROJECT, 'oxidite.config.js': 'export default () => { throw new RangeError("mine"); };' });
    await expect(discoverConfig(fixture.root, {})).rejects.toEqual(new RangeError('mine'));
  });

  it('lets a syntax error that the user causes at run time through as it is', async () => {
    await using fixture = await createFixture({ ...PROJECT, 'oxidite.config.js': 'export default { plugins: JSON.parse("[") };' });
    const error = await thrownBy(discoverConfig(fixture.root, {}));
    expect(error).toBeInstanceOf(SyntaxError);
    expect(error).not.toBeInstanceOf(ConfigSyntaxError);
  });

  it.each([
    ['oxidite.config.json', '{ "plugins": [ }'],
    ['oxidite.config.json', ''],
    ['oxidite.config.yaml', 'plugins: [a\nb: }'],
    ['package.json', '{ "oxidite": '],
  ])('names a %s that cannot be parsed: %j', async (name, content) => {
    await using fixture = await createFixture({ ...PROJECT, [name]: content });
    const error = await thrownBy(discoverConfig(fixture.root, {}));
    expect(error).toBeInstanceOf(ConfigSyntaxError);
    expect(error.message).toContain(fixture.path(name));
  });

  it.each([
    ['oxidite.config.json', '{ "plugins": [["acme", { "a": { "__proto__": { "polluted": true } } }]] }', '/plugins/0/1/a/__proto__'],
    ['oxidite.config.json', '{ "plugins": [], "constructor": { "prototype": { "polluted": true } } }', '/constructor'],
    ['oxidite.config.yaml', 'plugins:\n  - [acme, { __proto__: { polluted: true } }]\n', '/plugins/0/1/__proto__'],
    ['package.json', '{ "oxidite": { "plugins": [], "__proto__": { "polluted": true } } }', '/oxidite/__proto__'],
  ])('refuses keys in %s that could reach a prototype: %j', async (name, content, path) => {
    await using fixture = await createFixture({ ...PROJECT, [name]: content });
    const error = await thrownBy(discoverConfig(fixture.root, {}));
    expect(error).toBeInstanceOf(ConfigInvalidError);
    expect(error.message).toContain(`${path} is refused`);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('data that was written by other tools', () => {
  it.each(['oxidite.config.json', 'oxidite.config.yaml', 'package.json'])(
    'may begin with a byte order mark and end its lines as Windows does: %s',
    async (name) => {
      const config = name === 'package.json' ? '{\r\n "oxidite": { "plugins": [] }\r\n}' : '{\r\n "plugins": []\r\n}';
      await using fixture = await createFixture({ ...PROJECT, [name]: `\uFEFF${config}\r\n` });
      await expect(discoverConfig(fixture.root, {})).resolves.toMatchObject({ config: { plugins: [] } });
    },
  );

  it.each([
    ['', /at line 1\.$/],
    ['{\n "plugins": [\n', /at line 3\.$/],
    ['{\n "plugins": [,]\n}', /at line 2\.$/],
    ['{\n "plugins": []\n}\n}', /\(line 4 column 1\)/],
    ['{\n "plugins": [],\n}\n', /\(line 3 column 1\)/],
    ['{\n "plugins": [\n  "acme" // a comment\n ]\n}', /\(line 3 column 10\)/],
  ])('is told the line at which it cannot be parsed: %j', async (content, line) => {
    await using fixture = await createFixture({ ...PROJECT, 'oxidite.config.json': content });
    await expect(discoverConfig(fixture.root, {})).rejects.toThrow(line);
  });

  it('may refer to itself, and to one part many times', async () => {
    const levels = Array.from({ length: 20 }, (_, level) => `${'  '.repeat(2)}- &l${level + 1} [${`*l${level}, `.repeat(10)}]`);
    const content = ['plugins:', '  - &self [acme, { again: *self }]', '  - - acme', '    - &l0 x', ...levels].join('\n');
    await using fixture = await createFixture({ ...PROJECT, 'oxidite.config.yaml': content });
    await expect(discoverConfig(fixture.root, {})).resolves.toMatchObject({ config: { plugins: [['acme', { again: expect.anything() }], expect.anything()] } });
  });
});

describe('loadConfigFile', () => {
  it('reads a file of any name', async () => {
    await using fixture = await createFixture({ 'other.json': '{ "plugins": [] }' });
    await expect(loadConfigFile(fixture.path('other.json'), {})).resolves.toEqual({
      config: { plugins: [] },
      file: fixture.path('other.json'),
      root: fixture.root,
    });
  });

  it('reads what was compiled from an ES module to CommonJS', async () => {
    const seenByNode = 'export default { __esModule: true, default: { plugins: [] } };';
    await using fixture = await createFixture({ 'oxidite.config.mjs': seenByNode });
    await expect(loadConfigFile(fixture.path('oxidite.config.mjs'), {})).resolves.toMatchObject({ config: { plugins: [] } });
  });

  it('refuses a module without a default export', async () => {
    await using fixture = await createFixture({ 'oxidite.config.mjs': 'export const config = {};' });
    await expect(loadConfigFile(fixture.path('oxidite.config.mjs'), {})).rejects.toThrow('it has no default export');
  });

  it.each([
    ['its own', 'export default {\n  plugins: [\n};', 'ConfigSyntaxError'],
    ['of a module it imports', "import './broken.mjs';\nexport default { plugins: [] };", 'SyntaxError'],
  ])('tells a syntax error %s', async (_whose, content, name) => {
    await using fixture = await createFixture({ 'node_modules/acme/oxidite.config.mjs': content, 'node_modules/acme/broken.mjs': 'export default {' });
    const error = await thrownBy(loadConfigFile(fixture.path('node_modules/acme/oxidite.config.mjs'), {}));
    expect(error.name).toBe(name);
  });

  it('refuses a package.json without a configuration', async () => {
    await using fixture = await createFixture({ 'package.json': '[]' });
    await expect(loadConfigFile(fixture.path('package.json'), {})).rejects.toThrow('found undefined instead of an object');
  });
});

describe('discoverConfig in a process of its own', () => {
  async function printed(files: Readonly<Record<string, string>>): Promise<string> {
    await using fixture = await createFixture({ ...PROJECT, 'print-error.mjs': PRINT_ERROR, ...files });
    const { stdout, stderr } = await runNode(['print-error.mjs'], fixture.root);
    return (stdout === '' ? stderr : stdout).trim().replaceAll(`file://${fixture.root}`, '<root>').replaceAll(fixture.root, '<root>');
  }

  it('names file and line of a syntax error', async () => {
    const line = await printed({ 'oxidite.config.mjs': 'export default {\n  plugins: [\n};\n' });
    expect(JSON.parse(line)).toEqual({
      name: 'ConfigSyntaxError',
      code: 'OXI_CONFIG_SYNTAX',
      message: "<root>/oxidite.config.mjs cannot be parsed: Unexpected token '}'. Correct the syntax at line 3.",
    });
  });

  it('names file and line of a syntax error in TypeScript', async () => {
    const error: { name: string; message: string } = JSON.parse(await printed({ 'oxidite.config.ts': 'export default {\n  plugins: [,\n};\n' }));
    expect(error.name).toBe('ConfigSyntaxError');
    expect(error.message).toMatch(/^<root>\/oxidite\.config\.ts cannot be parsed: .*at line 3\.$/s);
  });

  it('explains TypeScript that Node cannot run', async () => {
    const error: { name: string; message: string } = JSON.parse(
      await printed({ 'oxidite.config.ts': 'enum Mode { Fast }\nexport default { plugins: [], mode: Mode.Fast };\n' }),
    );
    expect(error.name).toBe('ConfigSyntaxError');
    expect(error.message).toMatch(/^<root>\/oxidite\.config\.ts cannot be parsed: .*enum.*at line 1\.$/s);
  });

  it('does not blame the configuration for a syntax error in a module that it imports', async () => {
    const error: { name: string } = JSON.parse(
      await printed({ 'oxidite.config.mjs': "import './broken.mjs';\nexport default { plugins: [] };", 'broken.mjs': 'export default {' }),
    );
    expect(error.name).toBe('SyntaxError');
  });

  it('reads CommonJS and TypeScript with types', async () => {
    expect(await printed({ 'oxidite.config.js': COMPILED })).toBe('loaded {"plugins":[]}');
    expect(await printed({ 'oxidite.config.js': 'module.exports = { plugins: [] };' })).toBe('loaded {"plugins":[]}');
    expect(await printed({ 'oxidite.config.ts': 'interface A { b: string }\nconst plugins: A[] = [];\nexport default { plugins };' })).toBe(
      'loaded {"plugins":[]}',
    );
  });

  it('names the file of a syntax error in CommonJS', async () => {
    const error: { name: string; message: string } = JSON.parse(
      await printed({ 'package.json': '{ "type": "commonjs" }', 'oxidite.config.js': 'module.exports = {\n  plugins: [\n};\n' }),
    );
    expect(error.name).toBe('ConfigSyntaxError');
    expect(error.message).toContain('at line 3');
  });
});

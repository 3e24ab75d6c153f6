import { registerHooks } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../kernel/src/manifest.ts';
import { createFixture, manifestSource } from './support/fixture.ts';
import { runNode } from './support/run-node.ts';

const PLACE = 'plugins[0]';
const FILES = { 'lib.js': '', 'index.js': '', 'src.ts': '', 'no.js': '', 'no.cjs': '' };

describe('readManifest', () => {
  it.each([
    [{}, 'index.js'],
    [{ main: 'lib.js' }, 'lib.js'],
    [{ main: 1 }, 'index.js'],
    [{ exports: './lib.js', main: 'no.js' }, 'lib.js'],
    [{ exports: { '.': './lib.js' } }, 'lib.js'],
    [{ exports: { browser: './no.js', import: './lib.js' } }, 'lib.js'],
    [{ exports: { '.': { browser: './no.js', node: { import: './lib.js' }, default: './no.js' } } }, 'lib.js'],
    [{ exports: { '.': { node: { browser: './no.js' }, default: './lib.js' } } }, 'lib.js'],
    [{ exports: { '.': { require: './no.js', import: './lib.js' } } }, 'lib.js'],
    [{ exports: { './other': './no.js' } }, 'index.js'],
    [{ exports: { './other': './no.js' }, main: 'lib.js' }, 'lib.js'],
    [{ exports: null, main: 'lib.js' }, 'lib.js'],
    [{ exports: 1 }, 'index.js'],
    [{ exports: './missing.js' }, 'missing.js'],
  ])('finds the entry of a package with %j', async (fields, entry) => {
    await using fixture = await createFixture({ ...FILES, 'package.json': manifestSource({ name: 'acme', main: undefined, ...fields }) });
    expect(readManifest(fixture.path('package.json'), PLACE).entry).toBe(fixture.path(entry));
  });

  it('finds the same entry while a hook for modules is registered, as that of a development server', async () => {
    const fields = { exports: { '.': { require: './no.js', import: './lib.js' } } };
    await using fixture = await createFixture({ ...FILES, 'package.json': manifestSource({ name: 'acme', main: undefined, ...fields }) });
    const hooks = registerHooks({ resolve: (specifier, context, next) => next(specifier, context) });
    try {
      expect(readManifest(fixture.path('package.json'), PLACE).entry).toBe(fixture.path('lib.js'));
    } finally {
      hooks.deregister();
    }
  });

  it('reads a package.json that begins with a byte order mark', async () => {
    await using fixture = await createFixture({ ...FILES, 'package.json': `\uFEFF${manifestSource({ name: 'acme' })}` });
    expect(readManifest(fixture.path('package.json'), PLACE).entry).toBe(fixture.path('index.js'));
  });

  it.each([
    ['the command line', ['--conditions=acme-source'], './src.ts'],
    ['the command line, in short', ['-C', 'acme-source'], './src.ts'],
    ['nothing', [], './no.js'],
  ])('knows the conditions that %s sets', async (_title, flags, entry) => {
    await using fixture = await createFixture({
      ...FILES,
      'package.json': manifestSource({ name: 'acme', exports: { '.': { 'acme-source': './src.ts', default: './no.js' } } }),
      'run.ts': `
        import { readManifest } from ${JSON.stringify(new URL('../../kernel/src/manifest.ts', import.meta.url).href)};
        console.log(readManifest(new URL('package.json', import.meta.url).pathname, '').entry);
      `,
    });
    await expect(runNode([...flags, 'run.ts'], fixture.root)).resolves.toMatchObject({ stdout: `${fixture.path(entry)}\n` });
  });
});

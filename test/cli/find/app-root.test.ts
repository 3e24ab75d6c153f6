import { CONFIG_PLACES, findConfigFile } from '@oxidite/kernel';
import { describe, expect, it } from 'vitest';
import { CONFIG_EXTENSIONS, findAppRoot, findLockFile } from '../../../plugins/cli/src/find/app-root.ts';
import { createApp } from '../support/test-app.ts';

describe('findAppRoot', () => {
  it('knows the same files as the kernel, in the same order', () => {
    expect([...CONFIG_EXTENSIONS.map((extension) => `oxidite.config.${extension}`), 'package.json']).toEqual([...CONFIG_PLACES]);
  });

  it.each(CONFIG_EXTENSIONS)('finds oxidite.config.%s from a directory below', async (extension) => {
    await using app = await createApp({ [`oxidite.config.${extension}`]: '', 'app/routes/x.ts': '' });
    expect(findAppRoot(app.path('app/routes'))).toEqual({ root: app.root, file: app.path(`oxidite.config.${extension}`) });
  });

  it('prefers TypeScript', async () => {
    await using app = await createApp({ 'oxidite.config.json': '', 'oxidite.config.ts': '' });
    expect(findAppRoot(app.root)?.file).toBe(app.path('oxidite.config.ts'));
  });

  it('finds the key of package.json', async () => {
    await using app = await createApp({ 'package.json': '{ "oxidite": { "plugins": [] } }' });
    expect(findAppRoot(app.root)).toEqual({ root: app.root, file: app.path('package.json') });
  });

  it.each(['{ "oxidite": { "kernel": "*" } }', '{}', '{'])('ends at a package without a configuration: %s', async (manifest) => {
    await using app = await createApp({ 'oxidite.config.ts': '', 'inner/package.json': manifest });
    expect(findAppRoot(app.path('inner'))).toBeUndefined();
  });

  it.each([
    ['a configuration here', { 'a/b/oxidite.config.ts': '' }],
    ['a configuration above', { 'a/oxidite.config.mjs': '' }],
    ['one above a package', { 'a/oxidite.config.ts': '', 'a/b/package.json': '{}' }],
    ['one beside a package', { 'a/oxidite.config.ts': '', 'a/package.json': '{}' }],
    ['two', { 'a/oxidite.config.ts': '', 'a/b/oxidite.config.yaml': '' }],
    ['the key of a package, and a file above', { 'a/oxidite.config.ts': '', 'a/b/package.json': '{ "oxidite": { "plugins": [] } }' }],
    ['one above a package in YAML', { 'a/oxidite.config.ts': '', 'a/b/package.yaml': '' }],
    ['none', {}],
  ])('finds what the kernel finds: %s', async (_, files) => {
    await using app = await createApp({ 'a/b/c/x.ts': '', ...files });
    expect(findAppRoot(app.path('a/b/c'))?.file).toBe(await findConfigFile(app.path('a/b/c')));
  });

  it('finds nothing where nothing is', () => {
    expect(findAppRoot('/nowhere/at/all')).toBeUndefined();
  });
});

describe('findLockFile', () => {
  it.each(['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'])('finds %s above', async (name) => {
    await using app = await createApp({ [name]: '', 'packages/shop/package.json': '{}' });
    expect(findLockFile(app.path('packages/shop'))).toBe(app.path(name));
  });

  it('finds nothing where nothing is', () => {
    expect(findLockFile('/nowhere/at/all')).toBeUndefined();
  });
});

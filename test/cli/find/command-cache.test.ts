import { chmod, readdir, readFile, utimes } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type CachedCommand, listCommandFiles, readCommandCache, writeCommandCache } from '../../../plugins/cli/src/find/command-cache.ts';
import { createApp, type TestApp } from '../support/test-app.ts';

const COMMANDS: readonly CachedCommand[] = [{ name: 'shop:it', summary: 'Do it', examples: [], args: [], flags: [], plugin: 'shop' }];

async function createCachedApp(): Promise<TestApp & { readonly file: string }> {
  const app = await createApp({ 'oxidite.config.ts': '', 'package-lock.json': '{}', 'app/commands/a.ts': '' });
  const cached = { ...app, file: app.path('oxidite.config.ts') };
  writeCommandCache(cached, '1.0.0', COMMANDS);
  return cached;
}

describe('the command cache', () => {
  it('gives back what was written', async () => {
    await using app = await createCachedApp();
    expect(readCommandCache(app, '1.0.0')).toEqual(COMMANDS);
  });

  it('replaces the file in one step', async () => {
    await using app = await createCachedApp();
    writeCommandCache(app, '1.0.0', []);
    expect(await readdir(app.path('.oxidite'))).toEqual(['commands.json']);
    expect(readCommandCache(app, '1.0.0')).toEqual([]);
  });

  it.each([
    ['another version of oxidite', '2.0.0', () => Promise.resolve()],
    ['a touched configuration', '1.0.0', (app: TestApp) => utimes(app.path('oxidite.config.ts'), 1, 1)],
    ['another lock file', '1.0.0', (app: TestApp) => app.write('package-lock.json', '{ "a": 1 }')],
    ['a touched command', '1.0.0', (app: TestApp) => utimes(app.path('app/commands/a.ts'), 1, 1)],
    ['a new command', '1.0.0', (app: TestApp) => app.write('app/commands/b.ts', '')],
    ['a corrupt file', '1.0.0', (app: TestApp) => app.write('.oxidite/commands.json', '{ "key":')],
  ])('does not fit %s', async (_, version, change) => {
    await using app = await createCachedApp();
    await change(app);
    expect(readCommandCache(app, version)).toBeUndefined();
  });

  it('does not fit a file of another form', async () => {
    await using app = await createCachedApp();
    const { key } = JSON.parse(await readFile(app.path('.oxidite/commands.json'), 'utf8'));
    await app.write('.oxidite/commands.json', JSON.stringify({ key, commands: {} }));
    expect(readCommandCache(app, '1.0.0')).toBeUndefined();
  });

  it('is done without where it cannot be written', async () => {
    await using app = await createApp({ 'oxidite.config.ts': '', '.oxidite': 'a file where the directory should be' });
    const root = { root: app.root, file: app.path('oxidite.config.ts') };
    writeCommandCache(root, '1.0.0', COMMANDS);
    expect(readCommandCache(root, '1.0.0')).toBeUndefined();
    await chmod(app.root, 0o755);
  });
});

describe('listCommandFiles', () => {
  it('lists modules in the order of their names', async () => {
    await using app = await createApp(
      Object.fromEntries(['b.ts', 'a.js', 'c.mts', 'd.d.ts', '.e.ts', 'f.json', 'g.md'].map((name) => [`app/commands/${name}`, ''])),
    );
    expect(listCommandFiles(app.root)).toEqual(['app/commands/a.js', 'app/commands/b.ts', 'app/commands/c.mts']);
  });

  it('lists nothing where there is no such directory', () => {
    expect(listCommandFiles('/nowhere')).toEqual([]);
  });
});

import { rm } from 'node:fs/promises';
import { createSystemClock } from '@oxidite/kernel';
import { describe, expect, it } from 'vitest';
import { type SourceWatcher, watchSources } from '../../../plugins/cli/src/dev/source-watcher.ts';
import { createApp, type TestApp } from '../support/test-app.ts';

interface Watch extends AsyncDisposable {
  readonly watcher: SourceWatcher;
  /** Resolves with the file of the next change. */
  next(): Promise<string>;
  readonly changes: string[];
}

async function watchApp(app: TestApp): Promise<Watch> {
  const changes: string[] = [];
  let heard: (file: string) => void = () => undefined;
  const watcher = watchSources({ root: app.root, file: app.path('oxidite.config.ts') }, createSystemClock(), (file) => {
    changes.push(file);
    heard(file);
  });
  await watcher.ready;
  return { watcher, changes, next: () => new Promise((resolve) => (heard = resolve)), [Symbol.asyncDispose]: () => watcher.close() };
}

describe('watchSources', () => {
  it('notices changes, new files and removed files of the application', async () => {
    await using app = await createApp({ 'oxidite.config.ts': '', 'app/routes/a.ts': '' });
    await using watch = await watchApp(app);
    for (const [name, change] of [
      ['app/routes/a.ts', () => app.write('app/routes/a.ts', 'x')],
      ['app/routes/b.ts', () => app.write('app/routes/b.ts', 'x')],
      ['oxidite.config.ts', () => app.write('oxidite.config.ts', 'x')],
      ['.env', () => app.write('.env', 'A=1')],
      ['app/routes/b.ts', () => rm(app.path('app/routes/b.ts'))],
    ] as const) {
      const before = watch.changes.length;
      await change();
      await expect.poll(() => watch.changes.slice(before), { interval: 5 }).toContain(app.path(name)); // a file may be told of twice
    }
    expect(new Set(watch.changes)).toEqual(new Set(['app/routes/a.ts', 'app/routes/b.ts', 'oxidite.config.ts', '.env'].map((name) => app.path(name))));
  });

  it('watches imported files wherever they are, and nothing else beside the application', async () => {
    await using app = await createApp({ 'oxidite.config.ts': '' });
    await using other = await createApp({ 'plugin.ts': '', 'data.json': '' });
    await using watch = await watchApp(app);
    watch.watcher.add([other.path('plugin.ts'), other.path('plugin.ts'), app.path('app/x.ts')]);
    watch.watcher.add([other.path('plugin.ts')]);
    const next = watch.next();
    await app.write('shop.db', 'x');
    await other.write('data.json', '{}');
    for (let written = 0; watch.changes.length === 0; written += 1) {
      await other.write('plugin.ts', `export const a = ${written};`); // until the watch of the new file is set up
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await next).toBe(other.path('plugin.ts'));
    expect(new Set(watch.changes)).toEqual(new Set([other.path('plugin.ts')]));
  });

  it('gathers the changes of one moment', async () => {
    await using app = await createApp({ 'oxidite.config.ts': '', 'app/a.ts': '', 'app/b.ts': '' });
    await using watch = await watchApp(app);
    const next = watch.next();
    await Promise.all([app.write('app/a.ts', 'x'), app.write('app/b.ts', 'x')]);
    await next;
    const last = watch.next();
    await app.write('.env', 'x');
    expect(await last).toBe(app.path('.env'));
    expect(watch.changes).toHaveLength(2);
  });
});

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApp } from '../support/test-app.ts';

const TRACKER = resolve(import.meta.dirname, '../../../plugins/cli/src/dev/module-tracker.ts');

describe('trackModules', () => {
  it('lists what is imported outside of node_modules, also what is missing', async () => {
    await using app = await createApp({
      'main.mjs': `
        import { trackModules } from ${JSON.stringify(TRACKER)};
        const tracker = trackModules();
        await import('./a.mjs').catch(() => undefined);
        await import('not-installed').catch(() => undefined);
        tracker.stop();
        await import('./late.mjs');
        process.stdout.write(JSON.stringify(tracker.list()));
      `,
      'a.mjs': `import 'node:fs'; import 'tapable'; import './b.mjs';`,
      'b.mjs': `import './missing.mjs';`,
      'late.mjs': '',
    });
    const { stdout } = spawnSync(process.execPath, ['main.mjs'], { cwd: app.root, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(['a.mjs', 'b.mjs', 'missing.mjs'].map((name) => app.path(name)));
  });
});

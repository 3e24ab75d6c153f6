import { createTestHttp } from '@oxidite/http/testing';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recordLog } from '../support/recorded-log.ts';

const brand = "Symbol.for('oxidite.http.route-group')";

/** Writes an application's files; a group is written by hand, because the files stand outside of any package. */
async function write(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'oxidite-routes-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = join(root, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return root;
}

const group = (name: string, prefix: string, body: string): string =>
  `export const ${name} = { [${brand}]: true, prefix: '${prefix}', options: {}, define(routes) { ${body} } };\n`;
const none = (): void => undefined;

describe('route files', () => {
  it('are loaded from app/routes, every group they export, in the order of their names', async () => {
    const root = await write({
      'app/routes/b.mjs': group('b', '/b', "routes.get('/', () => 'b');") + group('b2', '/b2', "routes.get('/', () => 'b2');") + 'export const other = 1;',
      'app/routes/a.mjs': group('a', '/a', "routes.get('/', () => 'a');"),
      'app/routes/deep/c.mjs': group('c', '/c', "routes.get('/', () => 'c');"),
      'app/routes/ignored.txt': 'x',
      'app/routes/ignored.test.mjs': 'throw new Error("never")',
      'app/routes/ignored.d.mts': 'throw new Error("never")',
    });
    await using app = await createTestHttp(none, { root });
    expect(app.services.http.routes.map(({ path }) => path)).toEqual(['/a', '/b', '/b2', '/c']);
    expect(app.services.http.routes[0]?.place).toBe(`${join(root, 'app/routes/a.mjs')}:1`);
  });

  it('that another file nests are not registered a second time', async () => {
    const root = await write({
      'app/routes/inner.mjs': group('inner', '/inner', "routes.get('/', () => 'inner');"),
      'app/routes/outer.mjs': `import { inner } from './inner.mjs';\n${group('outer', '/outer', 'routes.use(inner);')}export { inner };`,
    });
    await using app = await createTestHttp(none, { root });
    expect(app.services.http.routes.map(({ path }) => path)).toEqual(['/outer/inner']);
  });

  it('need not exist, unless their directory was set', async () => {
    const root = await write({});
    await using app = await createTestHttp(none, { root });
    expect(app.services.http.routes).toEqual([]);
    await expect(createTestHttp(none, { root, http: { routesDirectory: 'routes' } })).rejects.toMatchObject({
      cause: { code: 'OXI_HTTP_ROUTES_DIRECTORY', directory: join(root, 'routes') },
    });
  });

  it('may be in another directory', async () => {
    const root = await write({ 'src/http/a.mjs': group('a', '/a', "routes.get('/', () => 'a');") });
    await using app = await createTestHttp(none, { root, http: { routesDirectory: 'src/http' } });
    expect((await app.request('GET', '/a')).text).toBe('a');
  });

  it('that fail are named', async () => {
    const root = await write({ 'app/routes/broken.mjs': 'throw new Error("cannot begin");' });
    await expect(createTestHttp(none, { root })).rejects.toMatchObject({
      cause: { code: 'OXI_HTTP_ROUTE_FILE', file: join(root, 'app/routes/broken.mjs'), message: expect.stringContaining('cannot begin') },
    });
  });

  it('without a group are warned of', async () => {
    const root = await write({ 'app/routes/empty.mjs': 'export const x = 1;' });
    const { logger, lines } = recordLog();
    await using app = await createTestHttp(none, { root, logger });
    expect(app.services.http.routes).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ file: join(root, 'app/routes/empty.mjs') }) }));
  });
});

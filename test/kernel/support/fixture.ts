/** Directories of files for tests that read real files. They live below the repository, so that packages resolve. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const HERE = new URL('..', import.meta.url).pathname;

/** A directory that is removed at the end of the test: `await using fixture = await createFixture({...})`. */
export interface Fixture extends AsyncDisposable {
  readonly root: string;
  path(name: string): string;
}

/** Creates a directory with these files: relative path -> content. */
export async function createFixture(files: Readonly<Record<string, string>>): Promise<Fixture> {
  const root = await mkdtemp(join(HERE, '.fixtures-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return {
    root,
    path: (name) => join(root, name),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** The source of an ES module that exports a plugin without importing anything. */
export function pluginSource(name: string, setup = '', extra = ''): string {
  return `${extra}
const definition = { name: ${JSON.stringify(name)}, version: '1.0.0', setup(kernel) { ${setup} } };
export default { [Symbol.for('oxidite.plugin')]: true, definition, options: undefined };
`;
}

/** The package.json of a plugin package. */
export function manifestSource(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ version: '1.0.0', type: 'module', main: 'index.js', oxidite: { kernel: '*' }, ...fields });
}

/**
 * Lays out the built packages as npm would install them: without their sources, so that neither the command nor an import
 * finds TypeScript. The directory is inside node_modules, where other packages are found as usual.
 */
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAMS = fileURLToPath(new URL('compiled', import.meta.url));

/** A directory with the built packages, and the programs that use them. */
export interface CompiledPackages extends Disposable {
  readonly directory: string;
  /** For processes that must not see sources. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Lays them out; disposing removes them.
 * @throws {Error} when a package is not built.
 */
export function layOutCompiledPackages(): CompiledPackages {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'oxidite-bench-'));
  for (const path of globSync(['kernel', 'plugin-sdk', 'plugins/*'], { cwd: ROOT })) copyPackage(join(ROOT, path), directory);
  cpSync(PROGRAMS, directory, { recursive: true });
  const nodeOptions = (process.env['NODE_OPTIONS'] ?? '').replace(/(?:--conditions|-C)[= ]oxidite-source/, '').trim();
  return {
    directory,
    env: { NODE_OPTIONS: nodeOptions },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function copyPackage(path: string, directory: string): void {
  const manifest: { readonly name: string; readonly files?: readonly string[] } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  assertBuilt(path, manifest.name);
  const target = join(directory, 'node_modules', manifest.name);
  for (const file of ['package.json', ...(manifest.files ?? [])]) {
    if (file !== 'src' && existsSync(join(path, file))) cpSync(join(path, file), join(target, file), { recursive: true });
  }
}

function assertBuilt(path: string, name: string): void {
  const build = join(path, 'dist/.tsbuildinfo');
  if (!existsSync(build)) throw new Error(`${name} is not built: run "npm run check:types" first.`);
  const builtMs = statSync(build).mtimeMs;
  const isOlder = globSync('src/**/*.ts', { cwd: path }).some((file) => statSync(join(path, file)).mtimeMs > builtMs);
  if (isOlder) process.stderr.write(`${name} has changed since it was built: "npm run check:types" builds it.\n`);
}

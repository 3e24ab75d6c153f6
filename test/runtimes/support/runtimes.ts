/** The programs of the runtimes. Those of Bun and Deno come from the packages of their platforms, which need no install script. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeName } from './target.ts';

const DIRECTORY = join(import.meta.dirname, '..');
const CONDITION = '--conditions=oxidite-source';
const { platform, arch } = process;
const SUFFIX = platform === 'win32' ? '.exe' : '';

/** Returns the command that runs TypeScript files with a runtime. Installs the runtimes when they are missing. */
export function commandOf(runtime: RuntimeName): readonly [program: string, ...args: string[]] {
  if (runtime === 'node') return [process.execPath, CONDITION];
  if (!existsSync(pathOf(runtime))) install();
  return runtime === 'bun' ? [pathOf('bun'), CONDITION] : [pathOf('deno'), 'run', '--allow-all', '--quiet', CONDITION];
}

/** @throws {Error} when a runtime has no package for this platform. */
function install(): void {
  execFileSync('npm', ['ci', '--prefix', DIRECTORY], { stdio: ['ignore', 'ignore', 'inherit'], shell: platform === 'win32' });
  for (const runtime of ['bun', 'deno'] as const) {
    if (!existsSync(pathOf(runtime))) throw new Error(`There is no ${runtime} for ${platform} on ${arch}: ${pathOf(runtime)} was not installed.`);
  }
}

function pathOf(runtime: 'bun' | 'deno'): string {
  const modules = join(DIRECTORY, 'node_modules');
  const system = platform === 'win32' && runtime === 'bun' ? 'windows' : platform;
  if (runtime === 'bun') return join(modules, '@oven', `bun-${system}-${arch === 'arm64' ? 'aarch64' : arch}${isMusl() ? '-musl' : ''}`, 'bin', `bun${SUFFIX}`);
  return join(modules, '@deno', `${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`, `deno${SUFFIX}`);
}

/** Node's report names the version of glibc, where there is one. */
function isMusl(): boolean {
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return platform === 'linux' && report.header?.glibcVersionRuntime === undefined;
}

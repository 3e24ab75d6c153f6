/** Installs what tests need of Debian, where that can be done. */
import { spawnSync } from 'node:child_process';

/** A program and the package it comes in. */
export interface DebianPackage {
  readonly name: string;
  /** The program; it knows `--version`. */
  readonly program: string;
}

/** Returns why the program is not there; as root, its package is installed first. */
export function findPackageProblem({ name, program }: DebianPackage): string | undefined {
  const isInstalled = (): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  if (isInstalled()) return undefined;
  const problem = `the Debian package ${name} is not installed`;
  if (process.getuid?.() !== 0) return problem;
  process.stdout.write(`installing the Debian package ${name} for the tests\n`);
  const install = (): boolean => runApt('install', '-y', '--no-install-recommends', name);
  if (!install() && runApt('update')) install(); // the lists of a fresh machine are empty
  return isInstalled() ? undefined : problem;
}

/** Suites run side by side, and apt refuses instead of waiting: who holds the lock on its directory goes first. In runlevel 1 no service is started. */
function runApt(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return spawnSync('flock', ['/var/lib/apt', 'apt-get', ...args], { stdio: 'ignore', env }).status === 0;
}

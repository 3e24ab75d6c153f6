/** Holds what `npm ci` needs to work on a machine that has nothing but Node, npm and git. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly gypfile?: boolean; readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const lock: Lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));

describe('the lock file', () => {
  it('keeps npm from compiling better-sqlite3, which brings its binaries; after "npm install", add "gypfile": false to its entry again', () => {
    expect(lock.packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
  });

  it('has the binaries of every platform, so that "npm ci" works everywhere', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => lock.packages[`node_modules/${name}`] === undefined && lock.packages[`${path}/node_modules/${name}`] === undefined,
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('every package.json', () => {
  it('pins its dependencies to exact versions', () => {
    const files = globSync(
      ['package.json', '{kernel,plugin-sdk,bench}/package.json', '{plugins,examples}/*/package.json', 'examples/own-plugin/*/package.json'],
      { cwd: ROOT },
    );
    const loose = files.flatMap((file) => {
      const { dependencies, devDependencies }: Manifest = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
      return Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, version]) =>
        /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) ? [] : `${file}: ${name}@${version}`,
      );
    });
    expect(loose).toEqual([]);
  });
});

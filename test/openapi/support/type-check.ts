/** Type-checks files in a directory of their own, as a user's project would. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Everything that makes TypeScript stricter. */
const STRICTEST = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  target: 'es2022',
  module: 'nodenext',
};

/** Where a client runs. */
export const PLATFORMS = {
  browser: { lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] as string[], module: 'esnext', moduleResolution: 'bundler' },
  node: { lib: ['es2022'], types: ['node'] },
} as const;

/** A project of some files. */
export interface TypedProject extends Disposable {
  readonly directory: string;
  write(path: string, text: string): void;
  /** Returns what TypeScript finds wrong: an empty text for nothing. */
  check(platform: keyof typeof PLATFORMS): string;
}

/** Creates an empty project. */
export function createTypedProject(): TypedProject {
  const directory = mkdtempSync(resolve(import.meta.dirname, '..', '.fixtures-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  const files: string[] = [];
  write('package.json', '{ "name": "typed", "type": "module", "private": true }\n');
  return {
    directory,
    write(path, text) {
      if (!files.includes(path)) files.push(path);
      write(path, text);
    },
    check(platform) {
      write('tsconfig.json', JSON.stringify({ compilerOptions: { ...STRICTEST, ...PLATFORMS[platform] }, files }));
      const { stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', directory, '--pretty', 'false'], {
        encoding: 'utf8',
      });
      return (stdout + stderr).trim();
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

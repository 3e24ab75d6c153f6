/** Holds the shape of the repository: who may import whom. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGES = ['kernel', 'plugin-sdk', ...globSync('plugins/*', { cwd: ROOT })].filter((directory) => existsSync(join(ROOT, directory, 'package.json')));
const KERNEL_IMPORTS = ['tapable', 'awilix/browser', 'cosmiconfig', 'semver/functions/satisfies.js', '@standard-schema/spec'];
/** What a plugin may take from another plugin's package: types, `define*` and `create*` functions, the words in which routes are declared, contract suites. */
const ALLOWED_VALUE =
  /^(?:type |define[A-Z]|create[A-Z]|is[A-Z]|[A-Z]\w*Error$|badRequest$|unauthorized$|forbidden$|notFound$|conflict$|unprocessable$|reply$|created$|noContent$|redirect$|json$|form$|text$|bytes$|stream$|multipart$|anyOf$|[A-Z_]+$)/;

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
  readonly names: readonly string[];
}

function listSources(directory: string): string[] {
  return globSync('src/**/*.ts', { cwd: join(ROOT, directory) }).map((file) => join(ROOT, directory, file));
}

function listImports(file: string): Import[] {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const statics = [...text.matchAll(/^(import|export)\s+(type\s+)?(?:([\w\s,{}*$]*?)\s*from\s+)?['"]([^'"]+)['"]/gm)].map((match) => ({
    file,
    specifier: match[4] ?? '',
    typeOnly: match[2] !== undefined,
    lazy: false,
    names: (match[3] ?? '')
      .replaceAll(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  }));
  const dynamics = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)].map((match) => ({
    file,
    specifier: match[1] ?? '',
    typeOnly: false,
    lazy: true,
    names: [],
  }));
  return [...statics, ...dynamics];
}

function packageNameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

const manifests = new Map(
  PACKAGES.map((directory) => [
    directory,
    JSON.parse(readFileSync(join(ROOT, directory, 'package.json'), 'utf8')) as { name: string; dependencies?: object; peerDependencies?: object },
  ]),
);
const pluginNames = new Set([...manifests].filter(([directory]) => directory.startsWith('plugins/')).map(([, { name }]) => name));

describe('the boundaries between packages', () => {
  it('let the kernel import only node: and its four small libraries', () => {
    const foreign = listSources('kernel')
      .flatMap(listImports)
      .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:') && !KERNEL_IMPORTS.includes(specifier));
    expect(foreign).toEqual([]);
  });

  it('let a plugin import the SDK, never the kernel itself, but for declaration merging', () => {
    const deep = [...manifests.keys()]
      .filter((directory) => directory.startsWith('plugins/') && directory !== 'plugins/cli') // the command line is the host: it makes kernels
      .flatMap(listSources)
      .flatMap(listImports)
      .filter(({ specifier }) => specifier.startsWith('@oxidite/kernel'));
    expect(deep).toEqual([]);
  });

  it('let a plugin take only types, define functions and contract suites from another plugin', () => {
    const reaching = [...manifests]
      .filter(([directory]) => directory.startsWith('plugins/'))
      .flatMap(([directory, { name }]) =>
        listSources(directory)
          .flatMap(listImports)
          .filter(({ specifier, typeOnly, names }) => {
            const owner = packageNameOf(specifier);
            if (owner === name || !pluginNames.has(owner) || typeOnly) return false;
            return specifier !== `${owner}/testing` && names.some((imported) => !ALLOWED_VALUE.test(imported));
          }),
      );
    expect(reaching).toEqual([]);
  });

  it('name every imported package in package.json', () => {
    const missing = [...manifests].flatMap(([directory, manifest]) => {
      const declared = new Set([manifest.name, ...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})]);
      return listSources(directory)
        .flatMap(listImports)
        .filter(
          ({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:') && !specifier.startsWith('#') && !builtinModules.includes(specifier),
        )
        .filter(({ specifier }) => !declared.has(packageNameOf(specifier)))
        .map(({ file, specifier }) => `${relative(ROOT, file)} imports ${specifier}`);
    });
    expect(missing).toEqual([]);
  });

  it('import every package that package.json names', () => {
    const unused = [...manifests].flatMap(([directory, manifest]) => {
      const text = listSources(directory)
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n');
      const bin = globSync('bin/*', { cwd: join(ROOT, directory) })
        .map((file) => readFileSync(join(ROOT, directory, file), 'utf8'))
        .join('\n');
      return Object.keys(manifest.dependencies ?? {})
        .filter((name) => !`${text}\n${bin}`.includes(`'${name}`))
        .map((name) => `${directory} does not import ${name}`);
    });
    expect(unused).toEqual([]);
  });

  it('have no cycle of packages', () => {
    const needs = new Map(
      [...manifests.values()].map(({ name, dependencies, peerDependencies }) => [name, Object.keys({ ...dependencies, ...peerDependencies })]),
    );
    const visit = (name: string, path: readonly string[]): void => {
      expect(path, [...path, name].join(' -> ')).not.toContain(name);
      for (const next of needs.get(name) ?? []) if (needs.has(next)) visit(next, [...path, name]);
    };
    for (const name of needs.keys()) visit(name, []);
  });

  it('have no cycle of files that import values', () => {
    for (const directory of manifests.keys()) {
      const edges = new Map(
        listSources(directory).map((file) => [
          file,
          listImports(file)
            .filter(
              ({ specifier, typeOnly, lazy, names }) =>
                specifier.startsWith('.') && !typeOnly && !lazy && (names.length === 0 || names.some((name) => !name.startsWith('type '))),
            )
            .map(({ specifier }) => resolve(dirname(file), specifier)),
        ]),
      );
      const done = new Set<string>();
      const visit = (file: string, path: readonly string[]): void => {
        expect(path.map((step) => relative(ROOT, step))).not.toContain(relative(ROOT, file));
        if (done.has(file)) return;
        for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
        done.add(file);
      };
      for (const file of edges.keys()) visit(file, []);
    }
  });
});

describe('the kernel', () => {
  it('has under 1,725 lines without comments, and no file over 250', () => {
    const lengths = listSources('kernel').map((file) => {
      const text = readFileSync(file, 'utf8');
      const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
      return { file: relative(ROOT, file), lines: text.split('\n').length - 1, code: code.split('\n').filter((line) => line.trim() !== '').length };
    });
    expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
    expect(lengths.reduce((sum, { code }) => sum + code, 0)).toBeLessThan(1_725);
  });
});

/** Holds docs/errors.md and the codes in the sources of all packages equal. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const DIRECTORIES = ['kernel', 'plugin-sdk', ...readdirSync(join(ROOT, 'plugins')).map((name) => `plugins/${name}`)].filter((name) =>
  existsSync(join(ROOT, name, 'package.json')),
);

/** Package name -> the codes in its sources. */
function readSources(): Map<string, string[]> {
  const codes = new Map<string, string[]>();
  for (const directory of DIRECTORIES) {
    const { name }: { name: string } = JSON.parse(readFileSync(join(ROOT, directory, 'package.json'), 'utf8'));
    const sources = globSync('src/**/*.ts', { cwd: join(ROOT, directory) }).map((file) =>
      readFileSync(join(ROOT, directory, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, ''),
    );
    const found = new Set(sources.flatMap((source) => [...source.matchAll(/'(OXI_[A-Z0-9_]+)'/g)].map(([, code = '']) => code)));
    if (found.size > 0) codes.set(name, [...found].toSorted());
  }
  return codes;
}

/** Section -> the rows of its table: code, when, what to do. */
function readDocument(): Map<string, string[][]> {
  const sections = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const rows = section.split('\n').filter((line) => line.startsWith('| `'));
      return [
        section.split('\n', 1).join(''),
        rows.map((line) =>
          line
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        ),
      ];
    }),
  );
}

describe('docs/errors.md', () => {
  const document = readDocument();
  const sources = readSources();

  it('has a section for each package that has codes, and no other', () => {
    expect([...document.keys()].toSorted()).toEqual([...sources.keys()].toSorted());
  });

  it.each([...sources.keys()])('has one line for each code of %s, in alphabetical order', (name) => {
    expect(document.get(name)?.map(([code]) => code)).toEqual(sources.get(name)?.map((code) => `\`${code}\``));
  });

  it('says when each code occurs and what to do, in sentences', () => {
    for (const [code, ...cells] of [...document.values()].flat()) {
      expect(cells, code).toHaveLength(2);
      for (const cell of cells) expect(cell, code).toMatch(/^[`\w].*\.$/);
    }
  });

  it('lists codes of the form OXI_<AREA>_<CONDITION>, each in one package only', () => {
    const codes = [...sources.values()].flat();
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^OXI_[A-Z]+(_[A-Z0-9]+)+$/);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTRACT_DRIVERS, defineFeature } from './contract-case.ts';
import { FEATURES } from './features.ts';
import { formatMatrix, replaceMatrix } from './matrix.ts';

const GUIDE = join(import.meta.dirname, '../../../docs/guides/database.md');
const nothing = (): void => undefined;

describe('the support matrix', () => {
  it('stands in the guide as the cases declare it', () => {
    const guide = readFileSync(GUIDE, 'utf8');
    expect(guide, 'The cases of the contract have changed. Write the matrix anew: npm run docs:matrix').toBe(replaceMatrix(guide, formatMatrix(FEATURES)));
  });

  it('numbers what differs, each reason once, and says no where all is refused', () => {
    const both = { reason: 'both differ', run: nothing };
    const matrix = formatMatrix([
      defineFeature('One', { 'does this': nothing, 'does that': { run: nothing, differs: { sqlite: both, mysql: both } } }),
      defineFeature('Two', { 'does more': { run: nothing, differs: { sqlite: { reason: '`x` is refused', refused: true, run: nothing }, mysql: both } } }),
      defineFeature(
        'Three',
        { 'does much': { run: nothing, differs: { mongodb: both } }, 'does little': nothing },
        {
          mysql: { reason: 'all of it is otherwise', runs: { 'is otherwise': nothing } },
          mongodb: { reason: 'nothing of it is there', refused: true, runs: { 'is refused': nothing } },
        },
      ),
    ]);
    expect(matrix).toBe(`|  | cases | SQLite | PostgreSQL | MySQL | MariaDB | MongoDB |
| --- | --- | --- | --- | --- | --- | --- |
| One | 2 | yes (1) | yes | yes (1) | yes | yes |
| Two | 1 | no (2) | yes | yes (1) | yes | yes |
| Three | 2 | yes | yes | yes (3) | yes | no (4) |
| all | 5 | 3 alike | 5 alike | 1 alike | 5 alike | 3 alike |

1. Both differ.
2. \`x\` is refused.
3. All of it is otherwise.
4. Nothing of it is there.`);
  });

  it('keeps the text around it, and needs its place', () => {
    expect(replaceMatrix(replaceMatrix(readFileSync(GUIDE, 'utf8'), 'old'), 'new')).toBe(replaceMatrix(readFileSync(GUIDE, 'utf8'), 'new'));
    expect(() => replaceMatrix('no place', 'x')).toThrow(/needs the lines/);
  });
});

describe('the contract', () => {
  it('has no two features and no two cases of one name, and a reason for every difference', () => {
    const names = FEATURES.flatMap(({ name, cases }) => cases.map((each) => `${name} ${each.name}`));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
    for (const { differs } of FEATURES.flatMap((feature) => [feature, ...feature.cases])) {
      for (const [driver, difference] of Object.entries(differs)) {
        expect(CONTRACT_DRIVERS).toContain(driver);
        expect(difference.reason).toMatch(/^\S.*[^.]$/);
      }
    }
    for (const runs of FEATURES.flatMap(({ differs }) => Object.values(differs).map((difference) => difference.runs))) expect(runs).not.toEqual({});
  });
});

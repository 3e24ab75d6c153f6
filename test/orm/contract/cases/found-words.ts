/** Conditions on words, and what they find: for the cases about conditions. */
import type { Where } from '@oxidite/orm';
import { expect } from 'vitest';
import type { ContractContext } from '../contract-case.ts';
import { Sample } from '../models/sample.ts';

/** Conditions on samples. */
export type Condition = Where<typeof Sample>;

/** Writes a row for each word, with its place as `whole`; a missing word is null. */
export async function writeWords({ orm }: ContractContext, words: readonly (string | null)[]): Promise<void> {
  await orm.unitOfWork((unit) =>
    unit.insertMany(
      Sample,
      words.map((word, whole) => ({ word, whole })),
    ),
  );
}

/** Returns the words that a condition finds, in the order in which they were written. */
export async function findWords({ orm }: ContractContext, condition: Condition): Promise<(string | null)[]> {
  const rows = await orm.query(Sample).where(condition).orderBy({ whole: 'asc' }).all();
  expect(await orm.query(Sample).where(condition).count()).toBe(rows.length);
  expect(await orm.query(Sample).where(condition).exists()).toBe(rows.length > 0);
  const entities = await orm.unitOfWork(async (unit) => (await unit.list(Sample, condition, { orderBy: { whole: 'asc' } })).map(({ word }) => word));
  expect(entities).toEqual(rows.map(({ word }) => word));
  return entities;
}

/** Declares a case by conditions on words, and what they find. */
export const finds =
  (words: readonly (string | null)[], ...expected: readonly (readonly [Condition, readonly (string | null)[]])[]) =>
  async (context: ContractContext): Promise<void> => {
    await writeWords(context, words);
    for (const [condition, found] of expected) expect(await findWords(context, condition), JSON.stringify(condition)).toEqual(found);
  };

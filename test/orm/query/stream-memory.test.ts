import { defineModel, field, orm as ormPlugin } from '@oxidite/orm';
import { withAmbientSignal } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';

const Point = defineModel('point', { label: field.string(), value: field.integer() });
const COUNT = 200_000;
const MAX_GROWTH_BYTES = 48 * 1024 * 1024; // all rows at once take about four times as much

describe('query.stream', () => {
  it('goes through 200,000 rows in a memory that does not grow with them', { timeout: 120_000 }, async () => {
    await using kernel = await boot(COUNT);
    const before = process.memoryUsage().heapUsed;
    let rows = 0;
    let sum = 0;
    let growth = 0;
    for await (const { value } of kernel.use('orm').query(Point).stream()) {
      sum += value;
      if (++rows % 20_000 === 0) growth = Math.max(growth, process.memoryUsage().heapUsed - before);
    }
    expect([rows, sum]).toEqual([COUNT, (COUNT * (COUNT + 1)) / 2]);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  });

  it('stops at once when nobody wants more rows, and when the signal aborts', async () => {
    await using kernel = await boot(100);
    const query = kernel.use('orm').query(Point);
    const seen: number[] = [];
    for await (const { value } of query.stream({ chunk: 10 })) {
      seen.push(value);
      if (seen.length === 15) break;
    }
    expect(seen).toHaveLength(15);
    const controller = new AbortController();
    const reading = withAmbientSignal(controller, async () => {
      for await (const { value } of query.stream({ chunk: 10 })) {
        seen.push(value);
        if (seen.length === 18) controller.abort(new Error('gone'));
      }
    });
    await expect(reading).rejects.toThrow('gone');
    expect(seen).toHaveLength(18);
  });
});

async function boot(count: number): Promise<TestKernel> {
  const kernel = await createTestKernel({ plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Point], autoMigrate: 'models' })] });
  await kernel.use('orm').unitOfWork(async (orm) => {
    const rows = sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count}) select 'point ' || n, n from numbers`;
    await sql`insert into points (label, value) ${rows}`.execute(orm.kysely);
  });
  return kernel;
}

import { defineModel, field, orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const Note = defineModel(
  'note',
  {
    text: field.string(),
    long: field.text().nullable(),
    count: field.integer().default(3),
    big: field.bigint().default(2n ** 60n),
    price: field.decimal().default('12.50'),
    open: field.boolean().default(true),
    at: field.datetime().default(() => new Date(1_000)),
    day: field.date().default('2026-11-22'),
    kind: field.enum(['a', 'b']).default('b'),
    key: field.uuid().default('01890a5d-ac96-774b-bcce-b302099a8057'),
    data: field.json(z.object({ list: z.array(z.number()) })).default({ list: [1, 2] }),
  },
  { timestamps: true },
);

async function boot(): Promise<TestKernel> {
  const kernel = await createTestKernel({ plugins: [orm({ driver: 'sqlite', database: ':memory:', models: [Note], autoMigrate: 'models' })] });
  await kernel.scopes.run((services) => void services.orm.create(Note, { text: 'a' }));
  await kernel.clock.advance({ minutes: 5 });
  return kernel;
}

describe('timestamps', () => {
  it('move updatedAt when an entity changes', async () => {
    await using kernel = await boot();
    await kernel.scopes.run(async (services) => void (await services.orm.get(Note, 1)).assign({ text: 'b' }));
    const note = await kernel.use('orm').query(Note).get();
    expect(note.updatedAt.getTime() - note.createdAt.getTime()).toBe(300_000);
  });

  it('stay as they are when a loaded entity is not changed, whatever its fields hold', async () => {
    await using kernel = await boot();
    await kernel.scopes.run(async (services) => void (await services.orm.get(Note, 1)));
    await kernel.scopes.run(async (services) => void (await services.orm.get(Note, 1)).assign({ text: 'a', at: new Date(1_000), data: { list: [1, 2] } }));
    const note = await kernel.use('orm').query(Note).get();
    expect(note.updatedAt).toEqual(note.createdAt);
  });
});

import { defineModel, field, orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';

const Page = defineModel('page', { slug: field.string().unique(), alias: field.string().unique().nullable(), title: field.string() }, { timestamps: true });

async function boot(): Promise<TestKernel> {
  const kernel = await createTestKernel({ plugins: [orm({ driver: 'sqlite', database: ':memory:', models: [Page], autoMigrate: 'models' })] });
  await kernel.scopes.run(({ orm: unit }) => {
    unit.create(Page, { slug: 'one', alias: 'uno', title: 'One' });
    unit.create(Page, { slug: 'two', title: 'Two' });
  });
  return kernel;
}

describe('a unique field', () => {
  it('can be changed, alone or with others', async () => {
    await using kernel = await boot();
    await kernel.scopes.run(async ({ orm: unit }) => void (await unit.get(Page, 1)).assign({ slug: 'first' }));
    await kernel.scopes.run(async ({ orm: unit }) => void (await unit.get(Page, 1)).assign({ slug: 'primo', title: 'Primo', alias: null }));
    expect(await kernel.use('orm').query(Page).where({ id: 1 }).get()).toMatchObject({ slug: 'primo', title: 'Primo', alias: null });
  });

  it('keeps its value in the entity while it is written', async () => {
    await using kernel = await boot();
    await kernel.scopes.run(async ({ orm: unit }) => {
      const page = await unit.get(Page, 1);
      page.assign({ slug: 'first' });
      await unit.flush();
      expect(page.slug).toBe('first');
    });
  });

  it('can be exchanged between two entities in one unit of work', async () => {
    await using kernel = await boot();
    await kernel.scopes.run(async ({ orm: unit }) => {
      const [one, two] = [await unit.get(Page, 1), await unit.get(Page, 2)];
      one.assign({ alias: null });
      await unit.flush();
      two.assign({ alias: 'uno' });
    });
    expect(await kernel.use('orm').query(Page).where({ alias: 'uno' }).get()).toMatchObject({ slug: 'two' });
  });

  it('refuses a value that is taken, by the name of the field', async () => {
    await using kernel = await boot();
    const change = kernel.scopes.run(async ({ orm: unit }) => void (await unit.get(Page, 1)).assign({ slug: 'two' }));
    await expect(change).rejects.toMatchObject({ status: 409, errors: [{ in: 'body', path: '/slug', message: 'has already been taken' }] });
    expect(await kernel.use('orm').query(Page).where({ id: 1 }).get()).toMatchObject({ slug: 'one' });
  });
});

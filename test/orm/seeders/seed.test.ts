import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSeeder } from '@oxidite/orm';
import { Tag } from '../support/blog.ts';
import { createProject, type Project } from '../support/project.ts';

let project: Project;

beforeEach(async () => {
  project = await createProject();
});

afterEach(() => project[Symbol.asyncDispose]());

const boot = () => project.boot([Tag], { autoMigrate: 'models' });

function seeder(file: string, name: string, body: string): void {
  project.write(
    `seeders/${file}.ts`,
    `import { defineSeeder } from '@oxidite/orm';\nimport { Tag } from '../../support/models/tag.ts';\nexport const seeder = defineSeeder(${JSON.stringify(name)}, async ({ name }, { orm }) => { ${body} });\nexport const other = 1;\n`,
  );
}

describe('orm.seed', () => {
  it('runs the seeders in the order of their names, each in its own unit of work', async () => {
    seeder('z', 'a first', 'orm.create(Tag, { name });');
    seeder('a', 'b second', "if (await orm.query(Tag).where({ name: 'a first' }).exists()) orm.create(Tag, { name });");
    await using kernel = await boot();
    expect(await kernel.orm.seed()).toEqual(['a first', 'b second']);
    expect((await kernel.orm.query(Tag).all()).map(({ name }) => name)).toEqual(['a first', 'b second']);
  });

  it('runs one by its name, also from a unit of work', async () => {
    seeder('one', 'one', 'orm.create(Tag, { name });');
    seeder('two', 'two', 'orm.create(Tag, { name });');
    await using kernel = await boot();
    expect(await kernel.orm.unitOfWork((orm) => orm.seed('two'))).toEqual(['two']);
    expect(await kernel.orm.query(Tag).count()).toBe(1);
    await expect(kernel.orm.seed('twoo')).rejects.toMatchObject({ code: 'OXI_ORM_SEEDER_UNKNOWN', message: expect.stringContaining('Did you mean "two"') });
  });

  it('leaves nothing of a seeder that fails, and keeps those before it', async () => {
    seeder('one', 'one', 'orm.create(Tag, { name });');
    seeder('two', 'two', "orm.create(Tag, { name }); throw new Error('no');");
    await using kernel = await boot();
    await expect(kernel.orm.seed()).rejects.toMatchObject({ code: 'OXI_ORM_SEEDER_FAILED', seeder: 'two', message: expect.stringContaining('no') });
    expect((await kernel.orm.query(Tag).all()).map(({ name }) => name)).toEqual(['one']);
  });

  it('refuses two seeders of one name, and files that cannot be imported', async () => {
    seeder('one', 'same', '');
    seeder('two', 'same', '');
    await using kernel = await boot();
    await expect(kernel.orm.seed()).rejects.toThrow(/second seeder of this name/);
    project.write('seeders/a.ts', 'throw new Error("broken")');
    await expect(kernel.orm.seed()).rejects.toThrow(/broken/);
  });

  it('has nothing to do without a directory', async () => {
    await using kernel = await boot();
    expect(await kernel.orm.seed()).toEqual([]);
    expect(isSeeder({})).toBe(false);
  });
});

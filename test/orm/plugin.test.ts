import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { orm } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { Tag } from './support/blog.ts';
import { createProject } from './support/project.ts';

describe('orm()', () => {
  it('finds models in app/models, and opens the database below the application', async () => {
    await using project = await createProject();
    project.write(
      'app/models/note.ts',
      "import { defineModel, field } from '@oxidite/orm';\nexport const Note = defineModel('note', { text: field.string() });\nexport const other = 1;",
    );
    project.write('app/models/shop/item.ts', "import { defineModel } from '@oxidite/orm';\nexport const Item = defineModel('item', {});");
    project.write('app/models/note.test.ts', "throw new Error('not a model')");
    await using kernel = await project.boot([], { autoMigrate: 'models', database: 'data/app.db' });
    expect(existsSync(join(project.root, 'data/app.db'))).toBe(true);
    const tables = await kernel.orm.kysely
      .selectFrom('sqlite_master')
      .select('name')
      .where('type', '=', 'table')
      .where('name', 'not like', 'sqlite_%')
      .orderBy('name')
      .execute();
    expect(tables.map(({ name }) => name)).toEqual(['items', 'notes']);
  });

  it('says which file of models cannot be imported', async () => {
    await using project = await createProject();
    project.write('app/models/bad.ts', "throw new Error('broken');");
    await expect(project.boot([])).rejects.toMatchObject({
      code: 'OXI_PLUGIN_SETUP',
      cause: { code: 'OXI_ORM_MODEL_IMPORT', file: join(project.root, 'app/models/bad.ts') },
    });
  });

  it.each<[string, object, RegExp]>([
    ['a driver that does not exist', { driver: 'oracle', database: 'x' }, /drivers that exist: sqlite/],
    ['no database', { driver: 'sqlite' }, /database/],
    ['an empty database', { driver: 'sqlite', database: '' }, /Expected a file/],
    ['models that are none', { driver: 'sqlite', database: ':memory:', models: [{}] }, /made by defineModel/],
    ['an option of another driver', { driver: 'sqlite', database: ':memory:', url: 'postgresql://127.0.0.1/x' }, /url/],
    ['a misspelt option', { driver: 'postgresql', url: 'postgresql://127.0.0.1/x', poolsize: 5 }, /poolsize/],
    ['a certificate option that is none', { driver: 'mysql', url: 'mysql://127.0.0.1/x', tls: { ca: 'ca.pem', verify: false } }, /tls/],
    ['an unknown way to migrate', { driver: 'sqlite', database: ':memory:', autoMigrate: 'always' }, /autoMigrate/],
  ])('refuses %s', async (_, options, message) => {
    await expect(createTestKernel({ plugins: [orm(options as never)] })).rejects.toThrow(message);
  });

  it('does not make tables from models in production', async () => {
    const booting = createTestKernel({
      env: { NODE_ENV: 'production' },
      plugins: [orm({ driver: 'sqlite', database: ':memory:', models: [Tag], autoMigrate: 'models' })],
    });
    await expect(booting).rejects.toMatchObject({ cause: { code: 'OXI_ORM_AUTO_MIGRATE' } });
  });

  it('closes the database when the application ends', async () => {
    await using project = await createProject();
    const kernel = await project.boot([Tag], { autoMigrate: 'models' });
    await kernel.stop();
    expect(project.list('.')).toEqual(['app.db']);
    await expect(kernel.orm.kysely.selectFrom('tags').selectAll().execute()).rejects.toThrow();
  });

  it('serves several applications of one process with the same models', async () => {
    await using project = await createProject();
    await using one = await project.boot([Tag], { autoMigrate: 'models', database: 'one.db' });
    await using two = await project.boot([Tag], { autoMigrate: 'models', database: 'two.db' });
    await one.orm.unitOfWork(async (orm) => {
      const tag = orm.create(Tag, { name: 'one' });
      await orm.transaction(() => two.orm.unitOfWork((other) => void other.create(Tag, { name: 'two' })));
      expect(tag.name).toBe('one');
    });
    expect([await one.orm.query(Tag).all(), await two.orm.query(Tag).all()]).toMatchObject([[{ name: 'one' }], [{ name: 'two' }]]);
  });
});

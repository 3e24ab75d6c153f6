import type { Orm, Where } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { Author, createShop, Image, Product, Remark, type Shop, Story } from './shop.ts';

describeOnDatabases((database) => {
  let shop: Shop;
  let lamp: number;
  let tale: string;

  beforeEach(async () => {
    shop = await createShop(database);
    [lamp, tale] = await shop.orm.unitOfWork(async (orm) => {
      const product = orm.create(Product, { name: 'lamp' });
      const story = orm.create(Story, { title: 'tale' });
      const author = orm.create(Author, { name: 'ann' });
      orm.create(Remark, { body: 'bright', subject: product, author });
      orm.create(Remark, { body: 'long', subject: story });
      orm.create(Image, { path: 'lamp.png', of: product });
      await orm.flush();
      return [product.id, story.id];
    });
  });

  afterEach(() => shop.stop());

  const failing = (work: (orm: Orm) => unknown): Promise<unknown> => shop.orm.unitOfWork(async (orm) => void (await work(orm)));

  describe('morphTo', () => {
    it('makes a foreign key for each model, of the type of its key', async () => {
      const rows = await shop.orm.query(Remark).orderBy({ id: 'asc' }).select('subjectProductId', 'subjectStoryId').all();
      expect(rows).toEqual([
        { subjectProductId: lamp, subjectStoryId: null },
        { subjectProductId: null, subjectStoryId: tale },
      ]);
    });

    it('takes managed entities, keys, references and rows', async () => {
      const row = await shop.orm.query(Product).get();
      await shop.orm.unitOfWork(async (orm) => {
        const product = await orm.get(Product, lamp);
        for (const subject of [product, { product: lamp }, { product }, { product: { id: lamp } }, { product: row }, { story: tale }])
          orm.create(Remark, { body: 'x', subject });
      });
      expect(await shop.orm.query(Remark).where({ body: 'x', subjectProductId: lamp }).count()).toBe(5);
      expect(await shop.orm.query(Remark).where({ body: 'x', subjectStoryId: tale }).count()).toBe(1);
    });

    it('is one accessor, and leads from one model to the other', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const remark = await orm.get(Remark, { body: 'bright' });
        expect(remark.subject === (await orm.get(Product, lamp))).toBe(true);
        remark.subject = await orm.get(Story, tale);
        await orm.flush();
        orm.assign(remark, { subject: { product: lamp } });
        expect(remark.subject).toBeInstanceOf(orm.entity(Product));
        remark.assign({ subject: { story: tale } });
      });
      expect(await shop.orm.query(Remark).where({ body: 'bright' }).get()).toMatchObject({ subjectProductId: null, subjectStoryId: tale });
    });

    it('adds to the collection of the other side in memory', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const product = await orm.get(Product, lamp, { with: ['remarks'] });
        const remark = orm.create(Remark, { body: 'new', subject: product });
        expect(product.remarks.contains(remark)).toBe(true);
        product.remarks.add(orm.create(Remark, { body: 'newer', subject: { story: tale } }));
        await orm.flush();
      });
      expect(await shop.orm.query(Product).withCount('remarks').get()).toMatchObject({ remarksCount: 3 });
    });

    it('is written with new entities of all kinds in one flush', async () => {
      const key = await shop.orm.unitOfWork(async (orm) => {
        const remark = orm.create(Remark, { body: 'both are new', subject: orm.create(Product, { name: 'chair' }) });
        await orm.flush();
        return remark.id;
      });
      expect(await shop.orm.query(Remark).where({ id: key }).with('subject').get()).toMatchObject({ subject: { type: 'product', name: 'chair' } });
    });

    it('refuses what is not one of the models', async () => {
      const refused = expect.objectContaining({ code: 'OXI_ORM_INVALID_ENTITY', status: 422, errors: [expect.objectContaining({ path: '/subject' })] });
      await shop.orm.unitOfWork(async (orm) => {
        const author = await orm.get(Author, { name: 'ann' });
        const remark = await orm.get(Remark, { body: 'bright' });
        for (const subject of [author, lamp, {}, { author: author.id }, { product: lamp, story: tale }, { product: null }, []]) {
          expect(() => orm.create(Remark, { body: 'x', subject: subject as never })).toThrow(refused);
          expect(() => remark.assign({ subject: subject as never })).toThrow(refused);
        }
        expect(() => (remark.subject = author as never)).toThrow(refused);
        expect(() => remark.assign({ subjectProduct: lamp } as never)).toThrow(expect.objectContaining({ code: 'OXI_ORM_INVALID_ENTITY' }));
        orm.clear();
      });
    });

    it('is required unless it is nullable', async () => {
      const required = { code: 'OXI_ORM_INVALID_ENTITY', errors: [{ in: 'body', path: '/subject', message: 'is required' }] };
      await expect(failing((orm) => orm.create(Remark, { body: 'x' } as never))).rejects.toMatchObject(required);
      await expect(failing((orm) => orm.create(Remark, { body: 'x', subject: null as never }))).rejects.toMatchObject(required);
      await expect(failing(async (orm) => ((await orm.get(Remark, { body: 'long' })).subject = null as never))).rejects.toMatchObject(required);
      await shop.orm.unitOfWork((orm) => void orm.create(Image, { path: 'none.png' }));
      expect(await shop.orm.query(Image).where({ path: 'none.png' }).with('of').get()).toMatchObject({ of: null, ofProductId: null, ofAuthorId: null });
    });

    it('names the field when the entity does not exist', async () => {
      await expect(failing((orm) => orm.create(Remark, { body: 'x', subject: { product: 99 } }))).rejects.toMatchObject({
        code: 'OXI_ORM_FOREIGN_KEY_VIOLATION',
        status: 409,
        model: 'remark',
        errors: [{ in: 'body', path: '/subject', message: 'does not exist' }],
      });
    });

    it('names the field when it is taken', async () => {
      await expect(failing((orm) => orm.create(Image, { path: 'two.png', of: { product: lamp } }))).rejects.toMatchObject({
        code: 'OXI_ORM_UNIQUE_VIOLATION',
        errors: [{ path: '/of' }],
      });
    });

    it('is held together by the database', async () => {
      const insert = (table: string, row: object) => (orm: Orm) =>
        orm.transaction(() =>
          orm.kysely
            .insertInto(table)
            .values(row as never)
            .execute(),
        );
      const at = database.name === 'sqlite' ? 0 : new Date(0);
      const none = { body: 'x', created_at: at, updated_at: at };
      const broken = { code: 'OXI_ORM_CHECK_VIOLATION', status: 422 };
      for (const row of [none, { ...none, subject_product_id: lamp, subject_story_id: tale }])
        await expect(failing(insert('remarks', row))).rejects.toMatchObject({ ...broken, model: 'remark', errors: [{ path: '/subject' }] });
      const [chair, bob] = await shop.orm.unitOfWork(async (orm) => {
        const entities = [orm.create(Product, { name: 'chair' }), orm.create(Author, { name: 'bob' })] as const;
        await orm.flush();
        return entities.map(({ id }) => id);
      });
      const both = failing(insert('images', { path: 'x', of_product_id: chair, of_author_id: bob }));
      // MySQL and MariaDB have no check of columns that a foreign key sets to null
      if (database.name === 'mysql' || database.name === 'mariadb') await both;
      else await expect(both).rejects.toMatchObject({ ...broken, model: 'image', errors: [{ path: '/of' }] });
    });

    it('goes with its entity, or is set to null, as it says', async () => {
      await shop.orm.unitOfWork(async (orm) => orm.remove(await orm.get(Product, lamp)));
      expect((await shop.orm.query(Remark).all()).map(({ body }) => body)).toEqual(['long']);
      expect(await shop.orm.query(Image).with('of').get()).toMatchObject({ path: 'lamp.png', of: null });
    });
  });

  describe('query.with', () => {
    it('returns the row with its type, by one query for each model', async () => {
      const rows = await shop.orm.query(Remark).with('subject', 'author').orderBy({ id: 'asc' }).all();
      expect(rows.map(({ body, subject, author }) => ({ body, subject, author }))).toEqual([
        { body: 'bright', subject: { type: 'product', id: lamp, name: 'lamp' }, author: { id: 1, name: 'ann' } },
        { body: 'long', subject: { type: 'story', id: tale, title: 'tale' }, author: null },
      ]);
      const twice = await shop.orm.query(Remark).with('subject').with('subject').orderBy({ id: 'asc' }).first();
      expect(twice?.subject).toEqual({ type: 'product', id: lamp, name: 'lamp' });
    });

    it('keeps a row that is softly deleted', async () => {
      await shop.orm.unitOfWork(async (orm) => orm.remove(await orm.get(Story, tale)));
      expect((await shop.orm.query(Remark).where({ body: 'long' }).with('subject').get()).subject).toEqual({ type: 'story', id: tale, title: 'tale' });
    });

    it('loads and counts the other sides', async () => {
      const product = await shop.orm
        .query(Product)
        .with('remarks', (remarks) => remarks.with('author', 'subject').orderBy({ id: 'desc' }))
        .with('cover')
        .withCount('remarks')
        .get();
      expect(product).toMatchObject({
        remarksCount: 1,
        cover: { path: 'lamp.png' },
        remarks: [{ body: 'bright', author: { name: 'ann' }, subject: { type: 'product' } }],
      });
      expect(await shop.orm.query(Story).with('remarks').get()).toMatchObject({ remarks: [{ body: 'long' }] });
    });

    it('has nothing to refine where there are several models', () => {
      expect(() => shop.orm.query(Remark).with('subject' as never, ((query: unknown) => query) as never)).toThrow(/not one query to refine/);
    });
  });

  describe('where', () => {
    const bodies = async (where: Where<typeof Remark>): Promise<string[]> =>
      (await shop.orm.query(Remark).where(where).orderBy({ id: 'asc' }).all()).map(({ body }) => body);

    it('compares with entities, keys and conditions by the name of the model', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        expect((await orm.list(Remark, { subject: await orm.get(Product, lamp) })).map(({ body }) => body)).toEqual(['bright']);
        expect((await orm.list(Remark, { subject: await orm.get(Story, tale) })).map(({ body }) => body)).toEqual(['long']);
      });
      expect(await bodies({ subject: { product: lamp } })).toEqual(['bright']);
      expect(await bodies({ subject: { product: { name: { startsWith: 'la' } } } })).toEqual(['bright']);
      expect(await bodies({ subject: { product: {} } })).toEqual(['bright']);
      expect(await bodies({ subject: { story: { title: 'other' } } })).toEqual([]);
      expect(await bodies({ not: { subject: { story: tale } }, subjectStoryId: null })).toEqual([]);
    });

    it('holds for one of several models', async () => {
      expect(await bodies({ subject: { product: { name: 'lamp' }, story: tale } })).toEqual(['bright', 'long']);
      expect(await bodies({ subject: { product: { name: 'none' }, story: { title: 'tale' } } })).toEqual(['long']);
    });

    it('compares with null', async () => {
      await shop.orm.unitOfWork((orm) => void orm.create(Image, { path: 'none.png' }));
      expect((await shop.orm.query(Image).where({ of: null }).all()).map(({ path }) => path)).toEqual(['none.png']);
      expect(
        (
          await shop.orm
            .query(Image)
            .where({ not: { of: null } })
            .all()
        ).map(({ path }) => path),
      ).toEqual(['lamp.png']);
    });

    it('goes through the other side', async () => {
      expect(
        (
          await shop.orm
            .query(Product)
            .where({ remarks: { author: { name: 'ann' } } })
            .all()
        ).length,
      ).toBe(1);
      expect(
        (
          await shop.orm
            .query(Story)
            .where({ remarks: { author: { name: 'ann' } } })
            .all()
        ).length,
      ).toBe(0);
    });

    it('refuses what the relation does not lead to', async () => {
      for (const subject of [lamp, 'x', [], new Date(), {}, { author: 1 }, { product: null }, { product: undefined }, { product: true }])
        expect(() =>
          shop.orm
            .query(Remark)
            .where({ subject: subject as never })
            .toSql(),
        ).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
      await shop.orm.unitOfWork(async (orm) => {
        const author = await orm.get(Author, { name: 'ann' });
        expect(() =>
          orm
            .query(Remark)
            .where({ subject: author as never })
            .toSql(),
        ).toThrow(/does not lead to "author"/);
      });
      expect(() =>
        shop.orm
          .query(Remark)
          .where({ subject: { prodct: 1 } as never })
          .toSql(),
      ).toThrow(/Did you mean "product"/);
      expect(() => shop.orm.query(Remark).with('subjct' as never)).toThrow(/Did you mean "subject".*There are: author, subject/);
    });
  });

  describe('writes in bulk', () => {
    it('take the same data', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const product = await orm.get(Product, lamp);
        await orm.insertMany(Remark, [
          { body: 'x', subject: product },
          { body: 'x', subject: { product: { id: lamp } } },
          { body: 'x', subject: { story: tale } },
        ]);
        await orm.insertMany(Image, [{ path: 'none.png' }, { path: 'ann.png', of: { author: 1 } }]);
        expect(
          await orm
            .query(Remark)
            .where({ body: 'long' })
            .update({ subject: { product: lamp } }),
        ).toBe(1);
        await orm.upsert(Image, [{ id: 1, path: 'changed.png', of: null }], { by: ['id'] });
      });
      expect(await shop.orm.query(Remark).where({ body: 'x' }).select('subjectProductId', 'subjectStoryId').orderBy({ id: 'asc' }).all()).toEqual([
        { subjectProductId: lamp, subjectStoryId: null },
        { subjectProductId: lamp, subjectStoryId: null },
        { subjectProductId: null, subjectStoryId: tale },
      ]);
      expect(await shop.orm.query(Remark).where({ body: 'long' }).get()).toMatchObject({ subjectProductId: lamp, subjectStoryId: null });
      const images = await shop.orm.query(Image).with('of').orderBy({ path: 'asc' }).all();
      expect(images.map(({ path, of }) => [path, of?.type])).toEqual([
        ['ann.png', 'author'],
        ['changed.png', undefined],
        ['none.png', undefined],
      ]);
    });

    it('refuse the same data', async () => {
      const refused = { code: 'OXI_ORM_INVALID_ENTITY', errors: [{ path: '/0/subject' }] };
      for (const subject of [undefined, null, {}, lamp, { author: 1 }, { product: lamp, story: tale }, { product: null }, { product: 'x' }])
        await expect(failing((orm) => orm.insertMany(Remark, [{ body: 'x', subject: subject as never }]))).rejects.toMatchObject(refused);
      for (const subject of [null, {}, { author: 1 }])
        await expect(
          failing((orm) =>
            orm
              .query(Remark)
              .where({})
              .update({ subject: subject as never }),
          ),
        ).rejects.toMatchObject({ errors: [{ path: '/subject' }] });
      await expect(failing((orm) => orm.insertMany(Remark, [{ body: 'x', subject: { product: 99 } }]))).rejects.toMatchObject({
        code: 'OXI_ORM_FOREIGN_KEY_VIOLATION',
        errors: database.name === 'sqlite' ? [] : [{ path: '/subject' }], // SQLite does not say which it was
      });
    });
  });

  describe('managed entities', () => {
    it('load the relation with them, and later', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const [first, second] = await orm.list(Remark, {}, { with: ['subject'], orderBy: { id: 'asc' } });
        expect(first?.subject).toMatchObject({ name: 'lamp' });
        expect(second?.subject).toMatchObject({ title: 'tale' });
        if (first?.subject instanceof orm.entity(Product)) first.subject.name = 'torch';
      });
      await shop.orm.unitOfWork(async (orm) => {
        const remarks = await orm.list(Remark, {}, { orderBy: { id: 'asc' } });
        expect(JSON.parse(JSON.stringify(remarks[0]))).toMatchObject({ body: 'bright', subject: { type: 'product', id: lamp } });
        await remarks[0]?.load('subject');
        await orm.populate(remarks, 'subject', 'author');
        expect(remarks.map(({ subject }) => ('name' in subject ? subject.name : subject.title))).toEqual(['torch', 'tale']);
        remarks[0]?.subject.assign({ name: 'lamp' }); // it belongs to this unit of work
        const product = await orm.get(Product, lamp);
        await orm.populate(product, 'remarks', 'cover');
        expect([product.remarks.getItems().map(({ body }) => body), product.cover?.path]).toEqual([['bright'], 'lamp.png']);
      });
    });

    it('are one object in JSON, with the type of the other', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const [first] = await orm.list(Remark, { body: 'bright' }, { with: ['subject', 'author'] });
        const json = JSON.parse(JSON.stringify(first)) as object;
        expect(json).toMatchObject({ body: 'bright', author: { name: 'ann' }, subject: { type: 'product', id: lamp, name: 'lamp' } });
        expect(Object.keys(json)).not.toContain('subjectProduct');
        const product = await orm.get(Product, lamp, { with: ['remarks'] });
        expect(JSON.parse(JSON.stringify(product))).toMatchObject({ remarks: [{ body: 'bright', subject: { type: 'product', id: lamp } }] });
      });
    });
  });
});

import { describe, expect, it } from 'vitest';
import { addUser, createBlog, Tag, User } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases((database) => {
  const ATTACKS = [
    "' or '1'='1",
    "'; drop table users; --",
    '"; drop table users; --',
    '`; drop table users; --',
    "x' union select password_hash from users --",
    "') or 1=1 --",
    '1; drop table users',
    "\\'; drop table users; --",
    '\u0000; drop table users; --',
    '%',
    '_%',
    '?',
    '??',
    ':id',
    '$1',
    'id) or (1=1',
    'id desc; drop table users',
    '(select password_hash from users limit 1)',
    'username" from "users" --',
    '__proto__',
    'constructor',
    'toString',
  ];

  describe('text of an attacker', () => {
    it('is only a value where a value is', async () => {
      await using blog = await createBlog(database);
      const id = await addUser(blog.orm, 'ann');
      for (const attack of ATTACKS) {
        for (const condition of [
          { username: attack },
          { username: { eq: attack } },
          { username: { in: [attack] } },
          { username: { startsWith: attack } },
          { articles: { title: attack } },
          { or: [{ bio: attack }, { email: { contains: attack } }] },
        ]) {
          expect([attack, await blog.orm.query(User).where(condition).count()]).toEqual([attack, 0]);
        }
        expect(
          await blog.orm
            .query(User)
            .where({ username: { ne: attack } })
            .count(),
        ).toBe(1);
        await blog.orm.unitOfWork(async (orm) => {
          expect(await orm.find(User, { username: attack })).toBeUndefined();
          await expect(orm.find(User, attack as never)).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID' });
          expect(await orm.list(User, { email: attack })).toEqual([]);
        });
      }
      expect(await blog.orm.query(User).where({ id }).withHidden().get()).toMatchObject({ username: 'ann', passwordHash: 'x' });
    });

    it('is stored and read as it is, unless the database cannot keep it', async () => {
      await using blog = await createBlog(database);
      const kept = database.name === 'postgresql' ? ATTACKS.filter((text) => !text.includes('\0')) : ATTACKS;
      for (const name of ATTACKS.filter((text) => !kept.includes(text))) {
        await expect(blog.orm.unitOfWork((orm) => void orm.create(Tag, { name }))).rejects.toMatchObject({ status: 422, errors: [{ path: '/name' }] });
      }
      await blog.orm.unitOfWork((orm) => kept.forEach((name) => orm.create(Tag, { name })));
      expect((await blog.orm.query(Tag).orderBy({ id: 'asc' }).all()).map(({ name }) => name)).toEqual(kept);
      await blog.orm.unitOfWork(async (orm) => {
        for (const name of kept) (await orm.get(Tag, { name })).name = `${name}!`;
      });
      expect((await blog.orm.query(Tag).orderBy({ id: 'asc' }).all()).map(({ name }) => name)).toEqual(kept.map((name) => `${name}!`));
    });

    it('is an error where a name is', async () => {
      await using blog = await createBlog(database);
      await addUser(blog.orm, 'ann');
      const invalid = expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' });
      for (const attack of ATTACKS) {
        const query = blog.orm.query(User);
        const name = JSON.parse(JSON.stringify({ [attack]: 'asc' })) as never;
        await expect(query.where(JSON.parse(`{${JSON.stringify(attack)}:"x"}`) as never).all()).rejects.toThrow(invalid);
        await expect(query.where({ username: JSON.parse(`{${JSON.stringify(attack)}:"x"}`) }).all()).rejects.toThrow(invalid);
        if (attack !== '__proto__') await expect(query.orderBy(name).all()).rejects.toThrow(invalid);
        await expect(query.orderBy({ username: attack as never }).all()).rejects.toThrow(invalid);
        await expect(query.select(attack as never).all()).rejects.toThrow(invalid);
        expect(() => query.with(attack as never)).toThrow(invalid);
        expect(() => query.withCount(attack as never)).toThrow(invalid);
        expect(() => query.limit(attack as never)).toThrow(invalid);
        await expect(query.paginate({ limit: attack as never })).rejects.toThrow(invalid);
        await expect(query.paginate({ offset: attack as never })).rejects.toThrow(invalid);
      }
      expect(await blog.orm.query(User).count()).toBe(1);
    });

    it('never leaves a value in the statement', async () => {
      await using blog = await createBlog(database);
      for (const attack of ATTACKS.filter((text) => text.length > 3 && !text.includes('\0'))) {
        const { sql, parameters } = blog.orm
          .query(User)
          .where({ username: attack, email: { contains: attack } })
          .toSql();
        expect(sql).not.toContain(attack);
        expect(parameters).toHaveLength(2);
      }
    });
  });
});

/** A disk that is full: SQLite's limit of pages gives the same error as a file system without room. */
import { join } from 'node:path';
import type { Orm } from '@oxidite/orm';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createTemporaryDirectory } from '../support/temporary-directory.ts';
import { openShop, Post, type Shop, Tag } from './shop.ts';

/** Lets the file grow by some pages of 4 KiB. */
async function leaveRoom({ orm }: Shop, pages: number): Promise<void> {
  const { rows } = await sql<{ readonly page_count: number }>`pragma page_count`.execute(orm.kysely);
  await sql`pragma max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + pages)}`.execute(orm.kysely);
}

const long = (index: number): string => `${index} ${'x'.repeat(240)}`;

const WORKS: Readonly<Record<string, (unit: Orm) => unknown>> = {
  'a flush': async (unit) => {
    const author = (await unit.get(Post, { title: 'first' }, { with: ['author'] })).author;
    for (let index = 0; index < 300; index++) unit.create(Post, { title: long(index), author });
  },
  'a bulk insert': (unit) =>
    unit.insertMany(
      Tag,
      Array.from({ length: 2_000 }, (_, index) => ({ name: long(index) })),
    ),
  'a transaction': (unit) =>
    unit.transaction(async () => {
      for (let part = 0; part < 20; part++)
        await unit.insertMany(
          Tag,
          Array.from({ length: 100 }, (_, index) => ({ name: long(part * 100 + index) })),
        );
    }),
};

describe.each(Object.entries(WORKS))('when the disk is full in the middle of %s', (_title, work) => {
  it('nothing is written, and the application goes on when there is room', async () => {
    using directory = createTemporaryDirectory();
    await using shop = await openShop({ driver: 'sqlite', database: join(directory.path, 'shop.db') });
    const before = await shop.dump();
    await leaveRoom(shop, 10);
    const running = shop.orm.unitOfWork(async (unit) => void (await work(unit)));
    await expect(running).rejects.toMatchObject({ code: 'OXI_ORM_DATABASE_FULL', status: 507 });
    expect(await shop.dump()).toEqual(before);
    expect(shop.committed).toEqual([]);
    await leaveRoom(shop, 1_000);
    await shop.orm.unitOfWork(async (unit) => void (await work(unit)));
    expect(await shop.dump()).not.toEqual(before);
  });
});

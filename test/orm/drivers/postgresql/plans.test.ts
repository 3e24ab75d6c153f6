import { defineModel, field, orm as ormPlugin, type Orm } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createPostgresqlDatabase } from '../../support/postgresql-database.ts';

const Page = defineModel('page', { title: field.string(), body: field.text().nullable(), rating: field.integer().index() }, { search: ['title', 'body'] });

describe('a query on PostgreSQL', () => {
  it('asks the index of a search', async () => {
    expect(await explain((orm) => orm.query(Page).search('word').orderBy({ id: 'asc' }))).toContain('pages_search');
  });

  it('with a limit that applications choose is planned once, and not whenever it is run', async () => {
    expect(
      await countPlans((orm) =>
        orm
          .query(Page)
          .where({ rating: { gt: 100 } })
          .orderBy({ rating: 'asc' })
          .limit(20),
      ),
    ).toEqual({ generic: 5, custom: 5 });
  });

  it('takes its order from an index, in either direction', async () => {
    for (const order of [{ id: 'asc' }, { id: 'desc' }, { rating: 'asc' }, { rating: 'desc' }] as const)
      expect(await explain((orm) => orm.query(Page).orderBy(order).limit(5))).toMatch(/^(?!.*Sort).*Index Scan/s);
  });
});

/** Returns how often the server took the plan that it keeps, and how often it made a new one, while a query was run ten times. */
async function countPlans(toQuery: (orm: Orm) => { all(): Promise<unknown> }): Promise<object | undefined> {
  const opened = await createPostgresqlDatabase().open();
  const kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Page], autoMigrate: 'models' })] });
  try {
    return await kernel.use('orm').unitOfWork((orm) =>
      orm.transaction(async () => {
        await sql`insert into pages (title, body, rating) select 'Title', 'Body', n from generate_series(1, 5000) n`.execute(orm.kysely);
        await sql`analyze pages`.execute(orm.kysely);
        for (let run = 0; run < 10; run++) await toQuery(orm).all();
        const { rows } = await sql<object>`select generic_plans as generic, custom_plans as custom from pg_prepared_statements
          where statement like '%limit 20'`.execute(orm.kysely);
        return rows[0];
      }),
    );
  } finally {
    await kernel.stop();
    await opened.drop();
  }
}

/** Returns how the server would run a query if it could not read the whole table. */
async function explain(toQuery: (orm: Orm) => { toKysely(): { compile(): { sql: string; parameters: readonly unknown[] } } }): Promise<string> {
  const opened = await createPostgresqlDatabase().open();
  const kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Page], autoMigrate: 'models' })] });
  try {
    return await kernel.use('orm').unitOfWork((orm) =>
      orm.transaction(async () => {
        const { sql: text, parameters } = toQuery(orm).toKysely().compile();
        await sql`set local enable_seqscan = off`.execute(orm.kysely);
        await sql`set local enable_bitmapscan = ${sql.lit(text.includes('to_tsvector') ? 'on' : 'off')}`.execute(orm.kysely);
        const { rows } = await orm.kysely.executeQuery({ ...orm.query(Page).toKysely().compile(), sql: `explain ${text}`, parameters });
        return JSON.stringify(rows);
      }),
    );
  } finally {
    await kernel.stop();
    await opened.drop();
  }
}

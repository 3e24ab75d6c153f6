import { defineModel, field, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createPostgresqlDatabase } from '../../support/postgresql-database.ts';

const Page = defineModel('page', { title: field.string(), body: field.text().nullable() }, { search: ['title', 'body'] });

describe('query.search on PostgreSQL', () => {
  it('asks the index', async () => {
    const opened = await createPostgresqlDatabase().open();
    await using kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Page], autoMigrate: 'models' })] });
    await kernel.use('orm').unitOfWork((orm) =>
      orm.transaction(async () => {
        const statement = orm.query(Page).search('word').orderBy({ id: 'asc' }).toKysely().compile();
        await sql`set local enable_seqscan = off`.execute(orm.kysely);
        const plan = await orm.kysely.executeQuery({ ...statement, sql: `explain ${statement.sql}` });
        expect(JSON.stringify(plan.rows)).toContain('pages_search');
      }),
    );
    await kernel.stop();
    await opened.drop();
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@oxidite/kernel';
import { type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Article, type Blog, createBlog, Tag } from '../support/blog.ts';
import { DATABASES, DOCUMENT_DATABASES, describeOnDatabases, describeOnEach } from '../support/databases.ts';
import { createLibrary } from '../drivers/mongodb/library.ts';

/** What holds a connection while `work` runs; the line that begins it has this name at its end. */
const HOLDERS: Readonly<Record<string, (orm: Orm, work: () => Promise<void>) => Promise<void>>> = {
  async transaction(orm, work) {
    await orm.transaction(work); // transaction
  },
  async begin(orm, work) {
    await orm.em.begin(); // begin
    await work();
    await orm.em.commit();
  },
  async transactional(orm, work) {
    await orm.em.transactional(work); // transactional
  },
};

const SQL_HOLDERS: typeof HOLDERS = {
  ...HOLDERS,
  async connection(orm, work) {
    await orm.kysely.connection().execute(work); // connection
  },
  async kyselyTransaction(orm, work) {
    await orm.kysely.transaction().execute(work); // kyselyTransaction
  },
  async startTransaction(orm, work) {
    const transaction = await orm.kysely.startTransaction().execute(); // startTransaction
    await work();
    await transaction.rollback().execute();
  },
};

/** Those that are over when `work` has failed. */
const ENDS_ITSELF: ReadonlySet<string> = new Set(['transaction', 'transactional', 'connection', 'kyselyTransaction']);

let warnings: { readonly line: string | undefined; readonly openMs: unknown; readonly message: string }[];

function createCollector(): ReturnType<typeof createLogger> {
  warnings = [];
  return createLogger((level, fields, message) => {
    if (level === 'warn') warnings.push({ line: fields['line'] as string | undefined, openMs: fields['openMs'], message }); // as the watch gives it
  });
}

/** Returns the source of a line that a warning has named. */
function sourceOf(line = ''): string | undefined {
  const [, url = '', number] = /^(.+):(\d+)$/.exec(line) ?? [];
  return readFileSync(fileURLToPath(url), 'utf8').split('\n')[Number(number) - 1];
}

function describeHolders(holders: typeof HOLDERS, boot: () => Pick<Blog, 'clock' | 'orm'>): void {
  it.each(Object.keys(holders))('warns once of what holds a connection, with the line that has taken it: %s', async (name) => {
    const { orm, clock } = boot();
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const open = orm.unitOfWork((unit) =>
      holders[name]?.(unit, async () => {
        begun.resolve();
        await promise;
      }),
    );
    await begun.promise;
    await clock.advance(9_999);
    expect(warnings).toEqual([]);
    await clock.advance(60_000);
    expect(warnings).toHaveLength(1);
    const [warning] = warnings;
    expect(sourceOf(warning?.line)).toMatch(new RegExp(`// ${name}$`));
    expect(warning).toMatchObject({ openMs: 10_000, message: expect.stringContaining(name === 'connection' ? 'connection is held' : 'open for a long time') });
    resolve();
    await open;
    expect(clock.pendingTimers()).toBe(0);
  });

  it.each(Object.keys(holders).filter((name) => ENDS_ITSELF.has(name)))('keeps no timer of what has failed: %s', async (name) => {
    const { orm, clock } = boot();
    const failed = orm.unitOfWork((unit) => holders[name]?.(unit, () => Promise.reject(new Error('no'))));
    await expect(failed).rejects.toThrow('no');
    expect(clock.pendingTimers()).toBe(0);
  });
}

describe('the option leakWarningMs', () => {
  describeOnDatabases((database) => {
    let blog: Blog;

    beforeEach(async () => {
      blog = await createBlog(database, { logger: createCollector() });
    });
    afterEach(() => blog.stop());

    describeHolders(SQL_HOLDERS, () => blog);

    it('counts a transaction and what it holds within once', async () => {
      await blog.orm.unitOfWork((orm) =>
        orm.transaction(async () => {
          await orm.transaction(() => void orm.create(Tag, { name: 'a' }));
          await sql`select 1`.execute(orm.kysely);
          await blog.clock.advance(60_000);
        }),
      );
      expect(warnings).toHaveLength(1);
    });
  }, DATABASES);

  describeOnEach(() => {
    let library: Awaited<ReturnType<typeof createLibrary>>;

    beforeEach(async () => {
      library = await createLibrary({ logger: createCollector() });
    });
    afterEach(() => library.stop());

    describeHolders(HOLDERS, () => library);
  }, DOCUMENT_DATABASES);

  it('never warns when it is 0, and refuses what is no time', async () => {
    const logger = createCollector();
    const boot = (leakWarningMs: number): ReturnType<typeof createTestKernel> =>
      createTestKernel({ logger, plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Article], autoMigrate: 'models', leakWarningMs })] });
    await using kernel = await boot(0);
    await kernel.scopes.run(({ orm }) => orm.transaction(() => kernel.clock.advance({ days: 1 })));
    expect(warnings).toEqual([]);
    await expect(boot(-1)).rejects.toThrow(/leakWarningMs/);
  });
});

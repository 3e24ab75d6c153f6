import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { belongsTo, defineModel, field, type Orm, orm } from '@oxidite/orm';
import { REPLICA_REST_MS } from '../../../plugins/orm/src/connections/replica-set.ts';
import type { Logger } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askMysql } from '../support/mysql-database.ts';
import { openGate } from './gate.ts';
import { describeOnDatabases, type OpenedDatabase, SERVER_DATABASES } from '../support/databases.ts';

const Region = defineModel('region', { name: field.string() });
const Place = defineModel('place', { name: field.string().unique(), size: field.integer().default(0), parent: belongsTo(() => Region).nullable() });

interface Line {
  readonly level: 'info' | 'warn';
  readonly replica: unknown;
}

function collect(): { readonly logger: Logger; readonly lines: Line[] } {
  const lines: Line[] = [];
  const ignore = (): void => undefined;
  const note =
    (level: Line['level']) =>
    (facts: object | string): void => {
      if (typeof facts === 'object' && 'replica' in facts) lines.push({ level, replica: facts.replica });
    };
  const logger: Logger = { debug: ignore, info: note('info'), warn: note('warn'), error: ignore, child: () => logger } as unknown as Logger; // the rest is not used here
  return { logger, lines };
}

/** Rows that a replica does not have by itself here: each database says which it is. */
describeOnDatabases((database) => {
  let primary: OpenedDatabase;
  let replicas: OpenedDatabase[];
  let kernels: TestKernel[];

  const urlOf = ({ options }: OpenedDatabase): string => ('url' in options ? options.url : '');

  /** Boots an application without replicas, to fill a database. */
  const fill = async ({ options }: OpenedDatabase, names: readonly string[]): Promise<void> => {
    await using kernel = await createTestKernel({ plugins: [orm({ ...options, models: [Place], autoMigrate: 'models' })] });
    await kernel.use('orm').unitOfWork(async (unit) => {
      const parent = unit.create(Region, { name: names.join() });
      for (const name of names) unit.create(Place, { name, parent });
    });
  };

  beforeEach(async () => {
    primary = await database.open();
    replicas = [await database.open(), await database.open()];
    kernels = [];
    await fill(primary, ['primary']);
    for (const [index, replica] of replicas.entries()) await fill(replica, [`replica ${index}`]);
  });

  afterEach(async () => {
    for (const kernel of kernels) await kernel.stop();
    for (const opened of [primary, ...replicas]) await opened.drop();
  });

  const boot = async (urls: readonly string[], options: object = {}): Promise<TestKernel & { readonly orm: Orm; readonly lines: Line[] }> => {
    const { logger, lines } = collect();
    const plugin = orm({ ...primary.options, models: [Place], replicas: [...urls], replicaPoolSize: 2, ...options } as Parameters<typeof orm>[0]);
    const kernel = await createTestKernel({ logger, plugins: [plugin] });
    kernels.push(kernel);
    return Object.assign(kernel, { orm: kernel.use('orm'), lines });
  };
  const namesOf = async (unit: Orm): Promise<string[]> => (await unit.query(Place).all()).map(({ name }) => name);

  describe('the option replicas', () => {
    it('reads queries from replicas, each unit of work from one', async () => {
      const app = await boot(replicas.map(urlOf));
      const seen = new Set<string>();
      for (let count = 0; count < 12; count++) {
        await app.scopes.run(async ({ orm: unit }) => {
          const [first] = await namesOf(unit);
          for (let again = 0; again < 3; again++) expect(await namesOf(unit)).toEqual([first]);
          expect(await unit.query(Place).where({ name: 'primary' }).exists()).toBe(false);
          seen.add(String(first));
        });
      }
      expect([...seen].toSorted()).toEqual(['replica 0', 'replica 1']);
      expect(await namesOf(app.orm)).toEqual([expect.stringContaining('replica')]);
    });

    it('reads from the primary with onPrimary(), related rows too', async () => {
      const app = await boot(replicas.map(urlOf));
      await app.scopes.run(async ({ orm: unit }) => {
        const rows = await unit
          .query(Place)
          .onPrimary()
          .with('parent', (parents) => parents.select('name'))
          .all();
        expect(rows).toMatchObject([{ name: 'primary', parent: { name: 'primary' } }]);
        expect(await unit.query(Place).onPrimary().count()).toBe(1);
        expect(
          (
            await unit
              .query(Place)
              .with('parent', (parents) => parents.select('name'))
              .all()
          )[0]?.parent?.name,
        ).toContain('replica');
      });
    });

    it.each<[string, (unit: Orm) => unknown]>([
      ['a flush', (unit) => (unit.create(Place, { name: 'new' }), unit.flush())],
      ['a bulk write', (unit) => unit.insertMany(Place, [{ name: 'new' }])],
      ['a change of rows', (unit) => unit.query(Place).where({ name: 'primary' }).increment('size')],
      ['a transaction', (unit) => unit.transaction(() => undefined)],
      ['orm.kysely', (unit) => unit.kysely.updateTable('places').set({ size: 1 }).execute()],
    ])('reads from the primary from %s on, until the unit of work ends', async (_, write) => {
      const app = await boot(replicas.map(urlOf));
      await app.scopes.run(async ({ orm: unit }) => {
        expect(await namesOf(unit)).toEqual([expect.stringContaining('replica')]);
        await write(unit);
        expect(await namesOf(unit)).toContain('primary');
      });
      await app.scopes.run(async ({ orm: unit }) => expect(await namesOf(unit)).toEqual([expect.stringContaining('replica')]));
    });

    it('goes on reading from replicas after a flush of nothing', async () => {
      const app = await boot(replicas.map(urlOf));
      await app.scopes.run(async ({ orm: unit }) => {
        await unit.get(Place, { name: 'primary' });
        await unit.flush();
        expect(await namesOf(unit)).toEqual([expect.stringContaining('replica')]);
      });
    });

    it('reads from the primary inside of transactions, and loads entities from it', async () => {
      const app = await boot(replicas.map(urlOf));
      await app.scopes.run(async ({ orm: unit }) => {
        expect((await unit.list(Place)).map(({ name }) => name)).toEqual(['primary']);
        await unit.transaction(async (inner) => expect(await namesOf(inner)).toEqual(['primary']));
      });
    });

    it('throws the error of a statement as it is', async () => {
      const app = await boot(replicas.map(urlOf));
      for (const replica of replicas) {
        await using kernel = await createTestKernel({ plugins: [orm({ ...replica.options, models: [] })] });
        await kernel.use('orm').kysely.schema.dropTable('places').execute();
      }
      await expect(namesOf(app.orm)).rejects.toThrow(/places/);
      expect(app.lines).toEqual([]);
    });

    it.skipIf(database.name === 'postgresql')(
      `encrypts its connections as the primary does${database.name === 'postgresql' ? ': the server of the tests has no certificate' : ''}`,
      async ({ skip }) => {
        const [server] = await askMysql<{ readonly cert: string | null }>(urlOf(primary), 'select @@ssl_cert as cert');
        const ca = server?.cert ?? '';
        skip(!existsSync(ca), 'the server of MYSQL_URL or MARIADB_URL has its certificate elsewhere');
        const user = `tls_${randomUUID().slice(0, 8)}`;
        const name = new URL(urlOf(replicas[0] ?? primary)).pathname.slice(1);
        await askMysql(urlOf(primary), `create user '${user}'@'%' identified by 'secret' require ssl`, `grant all on ${name}.* to '${user}'@'%'`);
        const encrypted = Object.assign(new URL(urlOf(replicas[0] ?? primary)), { username: user, password: 'secret', hostname: 'localhost' });
        const url = Object.assign(new URL(urlOf(primary)), { hostname: 'localhost' }).href;
        try {
          const plain = await boot([encrypted.href]);
          expect(await namesOf(plain.orm)).toEqual(['primary']); // the replica refuses whoever does not encrypt
          expect(plain.lines.map(({ level }) => level)).toEqual(['warn']);
          const secure = await boot([encrypted.href], { url, tls: { ca } });
          expect(await namesOf(secure.orm)).toEqual(['replica 0']);
          expect(secure.lines).toEqual([]);
        } finally {
          await askMysql(urlOf(primary), `drop user '${user}'@'%'`);
        }
      },
    );

    it('starts without one that is away, logs it once, and leaves it out', async () => {
      const gate = await openGate(urlOf(primary));
      await gate.close();
      const gone = new URL(gate.url);
      const app = await boot([gone.href, urlOf(replicas[0] ?? primary)]);
      const label = `${gone.host}${gone.pathname}`;
      expect(app.lines).toEqual([{ level: 'warn', replica: label }]);
      for (let count = 0; count < 8; count++) expect(await namesOf(app.orm)).toEqual(['replica 0']);
      await app.clock.advance(REPLICA_REST_MS);
      for (let count = 0; count < 8; count++) expect(await namesOf(app.orm)).toEqual(['replica 0']);
      expect(app.lines).toEqual([{ level: 'warn', replica: label }]);
      expect(JSON.stringify(app.lines)).not.toContain(gone.password === '' ? '\0' : gone.password);
    });

    it('reads from the primary when a replica says nothing any more', async () => {
      const through = await openGate(urlOf(replicas[0] ?? primary));
      const app = await boot([through.url], { acquireTimeoutMs: 1_000, statementTimeoutMs: 2_000 });
      try {
        expect(await namesOf(app.orm)).toEqual(['replica 0']);
        through.hold();
        const waiting = namesOf(app.orm);
        await expect.poll(() => app.clock.pendingTimers()).toBeGreaterThan(0);
        await app.clock.advance(3_000);
        expect(await waiting).toEqual(['primary']);
        expect(await namesOf(app.orm)).toEqual(['primary']);
        expect(app.lines.map(({ level }) => level)).toEqual(['warn']);
      } finally {
        await through.close();
        await app.stop();
      }
    });

    it('reads from the primary when no replica is left, and from a replica when it is back', async () => {
      const through = await openGate(urlOf(replicas[0] ?? primary));
      const app = await boot([through.url], { acquireTimeoutMs: 2_000 });
      try {
        expect(await namesOf(app.orm)).toEqual(['replica 0']);
        await through.close();
        expect(await namesOf(app.orm)).toEqual(['primary']);
        expect(await namesOf(app.orm)).toEqual(['primary']);
        await app.scopes.run(async ({ orm: unit }) => expect(await namesOf(unit)).toEqual(['primary']));
        await app.clock.advance(REPLICA_REST_MS);
        expect(await namesOf(app.orm)).toEqual(['primary']); // it was tried again in vain
        await through.open();
        expect(await namesOf(app.orm)).toEqual(['primary']); // its time is not up
        await app.clock.advance(REPLICA_REST_MS);
        expect(await namesOf(app.orm)).toEqual(['replica 0']);
        expect(app.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
      } finally {
        await app.stop();
        await through.close();
      }
    });
  });
}, SERVER_DATABASES);

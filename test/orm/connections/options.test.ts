import { belongsTo, defineModel, field, manyToMany, morphTo, orm } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { createProject } from '../support/project.ts';
import { Event, Order } from './support.ts';

type Models = NonNullable<Parameters<typeof orm>[0]['models']>;

const boot = (models: Models, connections: object = { analytics: { driver: 'sqlite', database: ':memory:' } }): Promise<unknown> =>
  createTestKernel({ plugins: [orm({ driver: 'sqlite', database: ':memory:', models, connections } as Parameters<typeof orm>[0])] });

describe('the option connections', () => {
  it.each<[string, Models, string]>([
    [
      'belongsTo',
      [defineModel('line', { event: belongsTo(() => Event) })],
      'the relation "event" leads from the connection "default" to event, which "analytics" keeps',
    ],
    [
      'manyToMany',
      [defineModel('group', { orders: manyToMany(() => Order) }, { connection: 'analytics' })],
      'the relation "orders" leads from the connection "analytics"',
    ],
    ['morphTo', [defineModel('note', { subject: morphTo(() => [Order, Event]) })], 'the relation "subject" leads from the connection "default" to event'],
  ])('refuses a %s that leads to a model of another connection', async (_, models, message) => {
    await expect(boot(models)).rejects.toMatchObject({ cause: { code: 'OXI_ORM_MODEL_INVALID', message: expect.stringContaining(message) } });
  });

  it('names the connections that exist when a model names another one', async () => {
    const lost = defineModel('lost', { name: field.string() }, { connection: 'anlytics' });
    await expect(boot([lost])).rejects.toMatchObject({
      cause: {
        code: 'OXI_ORM_CONNECTION_UNKNOWN',
        message: expect.stringContaining('no connection "anlytics", which the model "lost" names. There are: "default", "analytics"'),
      },
    });
  });

  it('lets models of two connections have one table name, but not one name', async () => {
    const one = defineModel('one', { name: field.string() }, { table: 'things' });
    const two = defineModel('two', { name: field.string() }, { table: 'things', connection: 'analytics' });
    const again = defineModel('one', { name: field.string() }, { connection: 'analytics' });
    await using kernel = (await boot([one, two])) as AsyncDisposable;
    expect(kernel).toBeDefined();
    await expect(boot([one, again])).rejects.toMatchObject({ cause: { message: expect.stringContaining('another model has the same name') } });
  });

  it.each<[string, object, RegExp]>([
    ['the name of the default one', { default: { driver: 'sqlite', database: 'x' } }, /"default" is the connection that/],
    ['a name that is not in camelCase', { 'no-name': { driver: 'sqlite', database: 'x' } }, /camelCase/],
    ['connections of connections', { a: { driver: 'sqlite', database: 'x', connections: {} } }, /connections/],
    ['models of its own', { a: { driver: 'sqlite', database: 'x', models: [] } }, /models/],
    ['no driver', { a: { database: 'x' } }, /drivers that exist/],
    ['options of another driver', { a: { driver: 'sqlite', database: 'x', poolSize: 4 } }, /poolSize/],
    ['replicas of a file', { a: { driver: 'sqlite', database: 'x', replicas: [] } }, /replicas/],
    ['replicas of another kind', { a: { driver: 'postgresql', url: 'postgresql://h/d', replicas: ['mysql://h/d'] } }, /postgresql:\/\/user/],
  ])('refuses %s', async (_, connections, message) => {
    await expect(boot([], connections)).rejects.toThrow(message);
  });

  it('closes what is open when a later one cannot be opened', async () => {
    await using project = await createProject();
    project.write('broken.db', 'this is no database, but long enough to be taken for one by nobody'.repeat(20));
    const plugins = [orm({ driver: 'sqlite', database: 'app.db', connections: { broken: { driver: 'sqlite', database: 'broken.db' } } })];
    await expect(createTestKernel({ root: project.root, plugins })).rejects.toMatchObject({ cause: { code: 'OXI_ORM_DATABASE_OPEN' } });
    expect(project.list('.').filter((name) => name.startsWith('app.db-'))).toEqual([]); // SQLite removes them with its last connection
  });
});

describe('the option url', () => {
  it.each(['postgresql', 'mysql', 'mariadb'])('has to name a database, for %s', async (driver) => {
    const protocol = driver === 'postgresql' ? driver : 'mysql';
    for (const url of [`${protocol}://user:secret@localhost:1`, `${protocol}://user:secret@localhost:1/`, 'secret']) {
      const booting = createTestKernel({ plugins: [orm({ driver, url } as Parameters<typeof orm>[0])] });
      await expect(booting).rejects.toMatchObject({
        code: 'OXI_PLUGIN_OPTIONS',
        issues: [expect.stringMatching(/url: Expected \w+:\/\/user:password@host:\d+\/database$/)],
      });
    }
  });
});

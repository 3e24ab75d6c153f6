import { orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { type MongodbServer, startPrivateMongodb } from '../../../services/private-mongodb.ts';
import { toDatabaseUrl } from '../../support/mongodb-database.ts';
import { MODELS, Tag } from './library.ts';

function boot(url: string, options: object = {}): Promise<TestKernel> {
  return createTestKernel({
    plugins: [ormPlugin({ driver: 'mongodb', url, models: [...MODELS], autoMigrate: 'models', acquireTimeoutMs: 1_000, ...options })],
  });
}

async function withServer(work: (server: MongodbServer, url: string) => Promise<void>): Promise<void> {
  await using server = await startPrivateMongodb();
  await work(server, toDatabaseUrl(server.url, 'shop'));
}

describe('a server of MongoDB that is gone', () => {
  it('is an error of status 503, and is used again when it is back', () =>
    withServer(async (server, url) => {
      await using kernel = await boot(url);
      const orm = kernel.use('orm');
      await orm.unitOfWork((unit) => void unit.create(Tag, { name: 'red' }));
      await server.kill();
      const unavailable = { code: 'OXI_ORM_DATABASE_UNAVAILABLE', status: 503 };
      await expect(orm.query(Tag).all()).rejects.toMatchObject(unavailable);
      await expect(orm.unitOfWork((unit) => unit.insertMany(Tag, [{ name: 'blue' }]))).rejects.toMatchObject(unavailable);
      await expect(orm.unitOfWork((unit) => void unit.create(Tag, { name: 'blue' }))).rejects.toMatchObject(unavailable);
      await expect(orm.unitOfWork((unit) => unit.find(Tag, 'red'))).rejects.toMatchObject(unavailable);
      await server.restart();
      await orm.unitOfWork((unit) => void unit.create(Tag, { name: 'green' }));
      expect(await orm.query(Tag).all()).toEqual([{ name: 'green', weight: null }]);
    }));

  it('rolls back a transaction in whose middle it goes', () =>
    withServer(async (server, url) => {
      await using kernel = await boot(url);
      const orm = kernel.use('orm');
      await expect(
        orm.unitOfWork((unit) =>
          unit.transaction(async () => {
            unit.create(Tag, { name: 'red' });
            await unit.flush();
            await server.restart();
          }),
        ),
      ).rejects.toThrow();
      expect(await orm.query(Tag).count()).toBe(0);
    }));

  it('is an error when the application boots, which names the server and no password', async () => {
    const url = 'mongodb://ann:s3cret@127.0.0.1:1/shop?replicaSet=rs0';
    const error = await boot(url, { acquireTimeoutMs: 300 }).then(
      () => undefined,
      (caught: Error) => caught.cause as Error, // the plugin could not be set up
    );
    expect(error).toMatchObject({ code: 'OXI_ORM_DATABASE_OPEN', database: '127.0.0.1:1/shop' });
    expect(`${error?.message}${error?.stack}`).not.toContain('s3cret');
  });

  it('refuses a wrong login at once, without telling the password', async () => {
    await using server = await startPrivateMongodb({ name: 'ann', password: 'right' });
    const toUrl = (password: string): string => toDatabaseUrl(server.url, 'shop').replace('://', `://ann:${password}@`) + '&authSource=admin';
    const error = await boot(toUrl('wr0ng')).then(
      () => undefined,
      (caught: Error) => caught.cause as Error, // the plugin could not be set up
    );
    expect(error).toMatchObject({ code: 'OXI_ORM_DATABASE_OPEN' });
    expect(`${error?.message}${error?.stack}`).not.toContain('wr0ng');
    await using kernel = await boot(toUrl('right'));
    expect(await kernel.use('orm').query(Tag).count()).toBe(0);
  });

  it('is refused by the options when its URL is none', async () => {
    for (const url of ['mongodb://127.0.0.1', 'mongodb://127.0.0.1/', 'postgresql://127.0.0.1/shop', 'shop'])
      await expect(boot(url)).rejects.toThrow(/mongodb:\/\/user:password@host:27017\/database/);
  });
});

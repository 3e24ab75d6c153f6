import { randomBytes } from 'node:crypto';
import { defineModel, field, manyToMany, type Orm, orm } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createKeyring } from '../../../../plugins/orm/src/encryption/keyring.ts';
import type { OpenedDatabase } from '../../support/databases.ts';
import { createMongodbDatabase } from '../../support/mongodb-database.ts';

const [NEW, OLD] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

const Doctor = defineModel('doctor', { name: field.string().primary() });
const Patient = defineModel(
  'patient',
  {
    number: field.integer().primary(),
    note: field.string().encrypted(),
    facts: field
      .json(z.object({ allergies: z.array(z.string()) }))
      .encrypted()
      .nullable(),
    bill: field.embedded({ iban: field.string().encrypted() }).nullable(),
    doctors: manyToMany(() => Doctor, { pivot: { remark: field.string().encrypted() } }),
  },
  { timestamps: true, softDeletes: true },
);
const VALUES = { note: 'secret', facts: { allergies: ['nuts'] }, bill: { iban: 'DE1' } };

let opened: OpenedDatabase;
let client: MongoClient;

beforeEach(async () => {
  opened = await createMongodbDatabase().open();
  client = new MongoClient((opened.options as { readonly url: string }).url);
});

afterEach(async () => {
  await client.close();
  await opened.drop();
});

/** Runs `work` in an application with these keys. */
async function withKeys<Result>(encryptionKeys: readonly string[], work: (orm: Orm) => Promise<Result>): Promise<Result> {
  const plugin = orm({ ...opened.options, models: [Patient, Doctor], encryptionKeys: [...encryptionKeys], autoMigrate: 'models' });
  const kernel = await createTestKernel({ plugins: [plugin] });
  try {
    return await work(kernel.use('orm'));
  } finally {
    await kernel.stop();
  }
}

const reencrypt = (app: Orm): Promise<number> => app.unitOfWork((unit) => unit.reencrypt());

describe('orm.reencrypt on MongoDB', () => {
  it('encrypts with the newest key what an older one has encrypted, in documents and pairs, and nothing twice', async () => {
    await withKeys([OLD], (app) =>
      app.unitOfWork(async (unit) => {
        unit.create(Doctor, { name: 'bob' });
        unit.create(Patient, { number: 1, ...VALUES, doctors: [{ to: 'bob', pivot: { remark: 'good' } }] });
        unit.create(Patient, { number: 2, note: 'short' });
        const removed = unit.create(Patient, { number: 3, ...VALUES });
        await unit.flush();
        unit.remove(removed);
      }),
    );
    const before = await client.db().collection('patients').find().toArray();
    await withKeys([NEW, OLD], async (app) => {
      await app.unitOfWork(async (unit) => {
        unit.create(Doctor, { name: 'eve' });
        unit.create(Patient, { number: 4, ...VALUES, doctors: [{ to: 'eve', pivot: { remark: 'new' } }] });
      });
      expect(await app.unitOfWork((unit) => unit.reencrypt(Doctor))).toBe(0);
      expect(await app.unitOfWork((unit) => unit.reencrypt(Patient))).toBe(4);
      expect(await reencrypt(app)).toBe(0);
    });
    const after = await client
      .db()
      .collection('patients')
      .find({ _id: { $in: [1, 2, 3] as never[] } })
      .toArray();
    expect(after.map(({ updated_at }) => updated_at as Date)).toEqual(before.map(({ updated_at }) => updated_at as Date)); // nobody has changed them
    await withKeys([NEW], async (app) => {
      expect(await app.query(Patient).withTrashed().orderBy({ number: 'asc' }).with('doctors').all()).toMatchObject([
        { ...VALUES, doctors: [{ name: 'bob', pivot: { remark: 'good' } }] },
        { note: 'short', facts: null, bill: null, doctors: [] },
        VALUES,
        { ...VALUES, doctors: [{ name: 'eve', pivot: { remark: 'new' } }] },
      ]);
    });
    await withKeys([OLD], async (app) => {
      await expect(app.query(Patient).all()).rejects.toMatchObject({ code: 'OXI_ORM_DECRYPTION_FAILED', message: expect.stringContaining('encryptionKeys') });
    });
  });

  it('can be stopped by what it cannot decrypt, and run again: what was done before stays', async () => {
    const place = JSON.stringify(['patients', 'note']);
    const old = createKeyring([OLD]);
    const patients = client.db().collection<{ _id: number }>('patients');
    await patients.insertMany(Array.from({ length: 2_001 }, (_, _id) => ({ _id, note: old?.encrypt(`note ${_id}`, place) })));
    await patients.updateOne({ _id: 1_500 }, { $set: { note: 'v1.broken' } });
    await withKeys([NEW, OLD], async (app) => {
      await expect(reencrypt(app)).rejects.toMatchObject({ code: 'OXI_ORM_DECRYPTION_FAILED', model: 'patient', field: 'note' });
      const done = await patients.countDocuments({ note: { $regex: `^${createKeyring([NEW])?.newest.replaceAll('.', '[.]')}` } });
      expect(done).toBeGreaterThan(0);
      await patients.deleteOne({ _id: 1_500 });
      expect(await reencrypt(app)).toBe(2_000 - done);
      expect((await app.query(Patient).where({ number: 2_000 }).get()).note).toBe('note 2000');
    });
  });

  it('keeps what somebody else changes meanwhile, without an error', async () => {
    await withKeys([OLD], (app) =>
      app.unitOfWork((unit) =>
        unit.insertMany(
          Patient,
          Array.from({ length: 300 }, (_, number) => ({ number, note: `old ${number}` })),
        ),
      ),
    );
    await withKeys([NEW, OLD], async (app) => {
      const changes = Array.from({ length: 30 }, (_, index) => index * 10).map((number) =>
        app.unitOfWork((unit) =>
          unit
            .query(Patient)
            .where({ number })
            .update({ note: `changed ${number}` }),
        ),
      );
      await Promise.all([reencrypt(app), ...changes]);
      expect(await reencrypt(app)).toBe(0);
      const rows = await app.query(Patient).orderBy({ number: 'asc' }).all();
      expect(rows.map(({ note }) => note)).toEqual(rows.map(({ number }) => `${number % 10 === 0 ? 'changed' : 'old'} ${number}`));
    });
  });

  it('is part of the transaction it is called in', async () => {
    await withKeys([OLD], (app) => app.unitOfWork((unit) => unit.insertMany(Patient, [{ number: 1, note: 'secret' }])));
    await withKeys([NEW, OLD], async (app) => {
      const failing = app.unitOfWork((unit) =>
        unit.transaction(async () => {
          expect(await unit.reencrypt()).toBe(1);
          throw new Error('no');
        }),
      );
      await expect(failing).rejects.toThrow('no');
      expect(await reencrypt(app)).toBe(1);
    });
  });
});

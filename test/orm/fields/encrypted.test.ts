import { randomBytes } from 'node:crypto';
import {
  type AnyModel,
  type Change,
  defineCast,
  defineModel,
  describeModel,
  field,
  manyToMany,
  type OrderBy,
  type Orm,
  orm as plugin,
  type Where,
} from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createKeyring } from '../../../plugins/orm/src/encryption/keyring.ts';
import { describeOnDatabases, type OpenedDatabase } from '../support/databases.ts';

const [NEW, OLD] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
const list = defineCast({ schema: z.set(z.string()), fromStored: (text: string) => new Set(text.split(',')), toStored: (set: Set<string>) => [...set].join() });

const Patient = defineModel(
  'patient',
  {
    name: field.string(),
    note: field.string({ maxLength: 20 }).encrypted(),
    story: field.text().nullable().encrypted(),
    facts: field
      .json(z.object({ allergies: z.array(z.string()) }))
      .encrypted()
      .nullable(),
    tags: field.string().cast(list).encrypted().nullable(),
    doctors: manyToMany(() => Patient, { sourceColumn: 'patient_id', targetColumn: 'doctor_id', pivot: { remark: field.string().encrypted() } }),
  },
  { timestamps: true },
);

type App = TestKernel & { readonly orm: Orm };

async function boot(options: OpenedDatabase['options'], encryptionKeys: readonly string[], models: readonly AnyModel[] = [Patient]): Promise<App> {
  const kernel = await createTestKernel({ plugins: [plugin({ ...options, models: [...models], encryptionKeys: [...encryptionKeys], autoMigrate: 'models' })] });
  return Object.assign(kernel, { orm: kernel.use('orm') });
}

describe('an encrypted field', () => {
  it('can be neither searched nor sorted nor compared, which the types say too', () => {
    const where: Where<typeof Patient> = { story: null, note: { isNull: false } };
    // @ts-expect-error it is only compared with null
    const compared: Where<typeof Patient> = { note: 'x' };
    // @ts-expect-error it is not sorted by
    const order: OrderBy<typeof Patient> = { note: 'asc' };
    expect([where, compared, order]).toHaveLength(3);
    expect(describeModel(Patient).fields.find(({ name }) => name === 'note')).toMatchObject({ encrypted: true });
  });

  it('is refused as key, unique, indexed or searched, and of other types', () => {
    const secret = field.string().encrypted();
    for (const part of [secret.unique(), secret.index(), secret.primary()]) expect(() => defineModel('x', { part })).toThrow(/"part" is encrypted/);
    for (const options of [{ search: ['part'] }, { indexes: [['part']] }, { uniques: [['part', 'name']] }, { key: ['part', 'name'] }])
      expect(() => defineModel('x', { part: secret, name: field.string() }, options)).toThrow(/"part" is encrypted/);
    expect(() => defineModel('x', { part: field.integer().encrypted() })).toThrow(/only texts and JSON/);
  });

  it('needs keys, which are checked and not told', async () => {
    const memory = { driver: 'sqlite' as const, database: ':memory:' };
    await expect(boot(memory, [])).rejects.toMatchObject({
      cause: { code: 'OXI_ORM_ENCRYPTION_KEYS_MISSING', message: expect.stringContaining('patient.note') },
    });
    const error: unknown = await boot(memory, ['bm90IGEga2V5']).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('32 bytes');
    expect(String(error)).not.toContain('bm90IGEga2V5');
  });
});

describe('createKeyring', () => {
  it('makes another text of the same value each time, and notices what was changed or moved', () => {
    const keyring = createKeyring([NEW, OLD]);
    if (keyring === undefined) throw new Error('no keyring');
    const [one, two] = [keyring.encrypt('secret ä', 'a'), keyring.encrypt('secret ä', 'a')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^v1\.[\da-f]{8}\.[\w-]{16}\.[\w-]+$/);
    expect([keyring.decrypt(one, 'a'), keyring.decrypt(two, 'a')]).toEqual(['secret ä', 'secret ä']);
    expect(() => keyring.decrypt(one, 'b')).toThrow(/another column/);
    const flipped = `${one.slice(0, -3)}${one.at(-3) === 'A' ? 'B' : 'A'}${one.slice(-2)}`;
    expect(() => keyring.decrypt(flipped, 'a')).toThrow(/was changed/);
    expect(() => keyring.decrypt(one.slice(0, 34), 'a')).toThrow(/too short/);
    expect(() => keyring.decrypt('plain', 'a')).toThrow(/was not encrypted/);
    expect(() => createKeyring([OLD])?.decrypt(one, 'a')).toThrow(/is not one of the option/);
    expect(createKeyring([])).toBeUndefined();
  });
});

describeOnDatabases((database) => {
  let opened: OpenedDatabase;
  let app: App;

  beforeEach(async () => {
    opened = await database.open();
    app = await boot(opened.options, [OLD]);
  });

  afterEach(async () => {
    await app.stop();
    await opened.drop();
  });

  const values = { name: 'Ada', note: 'exactly twenty chars', story: 'ä'.repeat(50_000), facts: { allergies: ['nuts'] }, tags: new Set(['a', 'b']) };
  const add = (data: object = {}): Promise<number> =>
    app.orm.unitOfWork(async (orm) => {
      const patient = orm.create(Patient, { ...values, ...data });
      await orm.flush();
      return patient.id;
    });
  const readStored = async (orm: Orm): Promise<Record<string, unknown>[]> => orm.kysely.selectFrom('patients').selectAll().orderBy('id').execute();

  describe('an encrypted field', () => {
    it('is plain in entities and rows, and encrypted in the table', async () => {
      const id = await add();
      expect(await app.orm.query(Patient).first()).toMatchObject(values);
      await app.orm.unitOfWork(async (orm) => {
        expect(await orm.get(Patient, id)).toMatchObject(values);
        const [stored = {}] = await readStored(orm);
        for (const name of ['note', 'story', 'facts', 'tags']) expect(stored[name]).toMatch(/^v1\./);
        expect(JSON.stringify(stored)).not.toMatch(/nuts|twenty/);
      });
    });

    it('is written when its value changes, also in place, and only then', async () => {
      const id = await add();
      const changes: Change[] = [];
      const tapping = definePlugin({
        name: 'tapping',
        version: '1.0.0',
        setup: (kernel) => kernel.tap('orm:updated', ({ change }) => void changes.push(change)),
      });
      await app.load(tapping());
      await app.orm.unitOfWork(async (orm) => {
        const patient = await orm.get(Patient, id);
        patient.assign({ note: values.note, facts: { allergies: ['nuts'] }, tags: new Set(['a', 'b']) });
        await orm.flush();
        expect(changes).toEqual([]);
        patient.facts?.allergies.push('milk');
        patient.note = 'new secret';
      });
      expect(changes.map(({ fields }) => [...fields].toSorted())).toEqual([['facts', 'note', 'updatedAt']]);
      expect(JSON.stringify(changes.map(({ before, after }) => ({ before, after })))).not.toMatch(/nuts|milk|secret|twenty|v1/);
      expect(await app.orm.query(Patient).first()).toMatchObject({ note: 'new secret', facts: { allergies: ['nuts', 'milk'] } });
      await app.orm.unitOfWork(async (orm) => void (await orm.get(Patient, id)).assign({ story: null, facts: null }));
      expect(
        await app.orm
          .query(Patient)
          .where({ story: null, facts: { isNull: true }, note: { ne: null } as never })
          .count(),
      ).toBe(1);
    });

    it('keeps the rules of its plain value, and never tells it', async () => {
      for (const write of [
        () => add({ note: 'x'.repeat(21) }),
        () => add({ note: 5 }),
        () => app.orm.unitOfWork((orm) => orm.insertMany(Patient, [{ ...values, note: 'x'.repeat(21) }])),
      ]) {
        const error = await write().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY', message: expect.not.stringContaining('xxxx') });
      }
    });

    it('cannot be compared, sorted, searched or taken together', async () => {
      const query = app.orm.query(Patient);
      for (const where of [{ note: 'x' }, { note: { in: ['x'] } }, { note: { contains: 'x' } }, { note: { gt: 'x' } }])
        await expect(query.where(where as never).all()).rejects.toMatchObject({
          code: 'OXI_ORM_QUERY_INVALID',
          message: expect.stringContaining('is encrypted'),
        });
      await expect(query.orderBy({ note: 'asc' } as never).all()).rejects.toThrow(/is encrypted/);
      await expect(query.max('note')).rejects.toThrow(/is encrypted/);
    });

    it('is written in bulk and in pairs', async () => {
      const id = await add();
      await app.orm.unitOfWork(async (orm) => {
        const [other = 0] = await orm.insertMany(Patient, [{ ...values, name: 'Bob' }]);
        await orm.query(Patient).where({ name: 'Bob' }).update({ note: 'bulk' });
        const patient = await orm.get(Patient, id);
        expect(await orm.sync(patient, 'doctors', [{ to: other, pivot: { remark: 'good' } }])).toMatchObject({ attached: [other] });
        expect(await orm.sync(patient, 'doctors', [{ to: other, pivot: { remark: 'good' } }])).toMatchObject({ updated: [] });
      });
      expect(await app.orm.query(Patient).where({ id }).with('doctors').first()).toMatchObject({ doctors: [{ note: 'bulk', pivot: { remark: 'good' } }] });
    });

    it('cannot be moved to another column', async () => {
      const id = await add({ tags: null });
      await app.orm.unitOfWork(async (orm) => {
        const [stored = {}] = await readStored(orm);
        await orm.kysely.updateTable('patients').set({ story: stored['note'] }).where('id', '=', id).execute();
      });
      const failure = { code: 'OXI_ORM_DECRYPTION_FAILED', model: 'patient', field: 'story', message: expect.not.stringContaining('twenty') };
      await expect(app.orm.query(Patient).all()).rejects.toMatchObject(failure);
      await expect(app.orm.unitOfWork((orm) => orm.get(Patient, id))).rejects.toMatchObject(failure);
    });
  });

  const describeRotation = database.name === 'sqlite' ? undefined : describe; // a database in memory is gone with its application
  describeRotation?.('orm.reencrypt', () => {
    it('encrypts with the newest key what an older one has encrypted, and nothing twice', async () => {
      await add();
      await add({ story: null, facts: null, tags: null });
      await app.stop();
      app = await boot(opened.options, [NEW, OLD]);
      await add({ name: 'New' });
      expect(await app.orm.query(Patient).where({ name: 'Ada' }).first()).toMatchObject(values);
      expect(await app.orm.unitOfWork((orm) => orm.reencrypt(Patient))).toBe(2);
      expect(await app.orm.unitOfWork((orm) => orm.reencrypt())).toBe(0);
      await app.stop();
      app = await boot(opened.options, [NEW]);
      expect(await app.orm.query(Patient).where({ name: 'Ada' }).first()).toMatchObject(values);
      await app.stop();
      app = await boot(opened.options, [OLD]);
      await expect(app.orm.query(Patient).all()).rejects.toMatchObject({
        code: 'OXI_ORM_DECRYPTION_FAILED',
        message: expect.stringContaining('encryptionKeys'),
      });
    });

    it('encrypts what pairs keep, too', async () => {
      const [ada, bob, eve] = [await add(), await add({ name: 'Bob' }), await add({ name: 'Eve' })];
      const attach = (other: number): Promise<void> =>
        app.orm.unitOfWork(async (orm) => orm.attach(await orm.get(Patient, ada), 'doctors', { to: other, pivot: { remark: `of ${other}` } }));
      await attach(bob);
      await app.stop();
      app = await boot(opened.options, [NEW, OLD]);
      await attach(eve);
      expect(await app.orm.unitOfWork((orm) => orm.reencrypt(Patient))).toBe(4);
      expect(await app.orm.unitOfWork((orm) => orm.reencrypt())).toBe(0);
      await app.stop();
      app = await boot(opened.options, [NEW]);
      const { doctors } = await app.orm
        .query(Patient)
        .with('doctors', (doctors) => doctors.orderBy({ id: 'asc' }))
        .where({ id: ada })
        .get();
      expect(doctors.map(({ id, pivot }) => [id, pivot.remark])).toEqual([
        [bob, `of ${bob}`],
        [eve, `of ${eve}`],
      ]);
    });
  });
});

describe('orm.reencrypt', () => {
  it('goes on in chunks until nothing is left, and reads what was encrypted under a former name', async () => {
    const memory = { driver: 'sqlite' as const, database: ':memory:' };
    const Small = defineModel('small', { text: field.string().encrypted().renamedFrom('word') }, { renamedFrom: 'tinies' });
    const app = await boot(memory, [NEW, OLD], [Small]);
    const old = createKeyring([OLD]);
    await app.orm.unitOfWork(async (orm) => {
      await orm.insertMany(
        Small,
        Array.from({ length: 1_001 }, (_, index) => ({ text: `text ${index}` })),
      );
      const renamed = (index: number): string => old?.encrypt(`text ${index}`, JSON.stringify(['tinies', 'word'])) ?? '';
      for (let id = 1; id <= 1_001; id++)
        await orm.kysely
          .updateTable('smalls')
          .set({ text: renamed(id - 1) })
          .where('id', '=', id)
          .execute();
      expect((await orm.query(Small).orderBy({ id: 'asc' }).first())?.text).toBe('text 0');
      expect(await orm.reencrypt()).toBe(1_001);
      expect((await orm.query(Small).orderBy({ id: 'desc' }).first())?.text).toBe('text 1000');
    });
    await app.stop();
  });

  it('goes on in chunks of pairs, of those that the model owns, and can be stopped and run again', async () => {
    const memory = { driver: 'sqlite' as const, database: ':memory:' };
    const Label = defineModel('label', { name: field.string().default(''), notes: manyToMany((): AnyModel => Note, 'labels') });
    const Note = defineModel('note', {
      name: field.string().default(''),
      labels: manyToMany(() => Label, { table: 'note_labels', pivot: { why: field.string().encrypted(), rank: field.integer().default(1) } }),
    });
    const app = await boot(memory, [NEW, OLD], [Note, Label]);
    const place = JSON.stringify(['note_labels', 'why']);
    const old = createKeyring([OLD]);
    await app.orm.unitOfWork(async (orm) => {
      const [note = 0] = await orm.insertMany(Note, [{}]);
      const labels = await orm.insertMany(
        Label,
        Array.from({ length: 1_001 }, () => ({})),
      );
      const rows = labels.map((label_id) => ({ note_id: note, label_id, why: old?.encrypt(`why ${label_id}`, place), rank: 2 }));
      for (let first = 0; first < rows.length; first += 200)
        await orm.kysely
          .insertInto('note_labels')
          .values(rows.slice(first, first + 200))
          .execute();
      await orm.kysely.updateTable('note_labels').set({ why: 'v1.broken' }).where('label_id', '=', 700).execute();
      await expect(orm.reencrypt(Note)).rejects.toMatchObject({ code: 'OXI_ORM_DECRYPTION_FAILED', field: 'why' });
      const { total } = await orm.kysely
        .selectFrom('note_labels')
        .select(({ fn }) => fn.countAll().as('total'))
        .where('why', 'like', `${createKeyring([NEW])?.newest}%`)
        .executeTakeFirstOrThrow();
      expect(total).toBe(500); // what was done before stays
      await orm.kysely.deleteFrom('note_labels').where('label_id', '=', 700).execute();
      expect(await orm.reencrypt(Label)).toBe(0); // its pairs are those of the notes
      expect(await orm.reencrypt()).toBe(500);
      expect(await orm.reencrypt()).toBe(0);
      const found = await orm
        .query(Note)
        .with('labels', (some) => some.where({ id: { in: [1, 1_001] } }).orderBy({ id: 'asc' }))
        .get();
      expect(found.labels).toMatchObject([{ pivot: { why: 'why 1', rank: 2 } }, { pivot: { why: 'why 1001' } }]);
    });
    await app.stop();
  });
});

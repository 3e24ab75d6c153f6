import { randomBytes } from 'node:crypto';
import { type Change, type CreateData, defineFactory, type Orm, orm as plugin } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases, type DatabaseOptions, type TestDatabase } from '../support/databases.ts';
import { City, Patient, Point, Remark } from './clinic.ts';

const [NEW, OLD] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
type App = TestKernel & { readonly orm: Orm };

async function boot(options: DatabaseOptions, autoMigrate: 'models' | 'off' = 'off', encryptionKeys = [NEW]): Promise<App> {
  const kernel = await createTestKernel({ plugins: [plugin({ ...options, models: [Patient, City, Remark], encryptionKeys, autoMigrate })] });
  return Object.assign(kernel, { orm: kernel.use('orm') });
}

async function open(database: TestDatabase): Promise<App & { close(): Promise<void> }> {
  if (database.name === 'sqlite') {
    const app = await boot((await database.open()).options, 'models');
    return Object.assign(app, { close: () => app.stop() });
  }
  const opened = await database.open(async (options) => (await boot(options, 'models')).stop());
  const app = await boot(opened.options);
  return Object.assign(app, {
    async close() {
      await app.stop();
      await opened.drop();
    },
  });
}

const ADDRESS = { street: 'Main 1', city: 'Ulm', zip: '1' };
const BILLING = { iban: 'DE1', number: 7n };
const STORED_ADDRESS = { ...ADDRESS, country: 'DE', place: null };

describeOnDatabases((database) => {
  let app: Awaited<ReturnType<typeof open>>;

  beforeEach(async () => {
    app = await open(database);
  });

  afterEach(() => app.close());

  const add = (values: Partial<CreateData<typeof Patient>> = {}): Promise<number> =>
    app.orm.unitOfWork(async (orm) => {
      const patient = orm.create(Patient, { name: 'Ada', address: ADDRESS, ...values });
      await orm.flush();
      return patient.id;
    });

  const collect = async (): Promise<Change[]> => {
    const seen: Change[] = [];
    await app.load(definePlugin({ name: 'tapping', version: '1.0.0', setup: (kernel) => kernel.tap('orm:updated', ({ change }) => void seen.push(change)) })());
    return seen;
  };

  const stored = (id: number): Promise<Readonly<Record<string, unknown>>> =>
    app.orm.unitOfWork((orm) => orm.kysely.selectFrom('patients').selectAll().where('id', '=', id).executeTakeFirstOrThrow());

  describe('an embedded value', () => {
    it('is columns of the table, and a nested value in rows and entities', async () => {
      const place = { at: new Point(1, 2), level: null };
      const id = await add({ address: { ...ADDRESS, place }, billing: BILLING, stay: { since: new Date(0) } });
      const address = { ...STORED_ADDRESS, place };
      const stay = { since: new Date(0), price: '1.50', facts: { tags: [] }, isPrivate: false };
      expect(await stored(id)).toMatchObject({
        address_street: 'Main 1',
        address_country: 'DE',
        address_place_at: '1,2',
        address_place_level: null,
        billing_note: null,
      });
      expect(Object.keys(await stored(id))).toEqual(expect.arrayContaining(['st_since', 'st_is_private', 'billing_iban']));
      const row = await app.orm.query(Patient).get();
      expect(row).toEqual({
        id,
        name: 'Ada',
        address,
        billing: { iban: 'DE1', number: 7n, note: null },
        stay,
        homeId: null,
        createdAt: row.createdAt,
        updatedAt: row.updatedAt,
      });
      await app.orm.unitOfWork(async (orm) => {
        const patient = await orm.get(Patient, id);
        expect(patient.address).toEqual(address);
        expect(patient.billing).toEqual({ iban: 'DE1', number: 7n, note: null, token: 't' });
        expect(patient.stay).toEqual(stay);
      });
    });

    it('is null when there is none', async () => {
      const id = await add();
      expect(await app.orm.query(Patient).get()).toMatchObject({ address: STORED_ADDRESS, billing: null, stay: null });
      expect(await stored(id)).toMatchObject({ billing_token: null, st_price: null, st_is_private: null });
      await app.orm.unitOfWork(async (orm) => expect(await orm.get(Patient, id)).toMatchObject({ billing: null, stay: null }));
    });

    it('is written by the columns that change, whichever way it is changed', async () => {
      const id = await add({ stay: { since: new Date(0) } });
      const seen = await collect();
      const change = async (work: (patient: Patient) => void): Promise<readonly string[]> => {
        seen.length = 0;
        await app.orm.unitOfWork(async (orm) => work(await orm.get(Patient, id)));
        return seen.flatMap(({ fields }) => fields.filter((name) => name !== 'updatedAt')).toSorted();
      };
      expect(await change((patient) => void (patient.address.city = 'Bonn'))).toEqual(['address.city']);
      expect(await change((patient) => void patient.assign({ address: { zip: '2', city: 'Bonn' } }))).toEqual(['address.zip']);
      expect(await change((patient) => void (patient.address = { ...patient.address, street: 'Main 2' }))).toEqual(['address.street']);
      expect(await change((patient) => void patient.stay?.facts.tags.push('x'))).toEqual(['stay.facts']);
      expect(await change((patient) => void Object.assign(patient, { stay: patient.stay }))).toEqual([]);
      expect(await change((patient) => void patient.assign({ address: { place: { at: new Point(3, 4) } } }))).toEqual(['address.place.at']);
      expect(await change((patient) => void patient.assign({ address: { place: { level: 5 } } }))).toEqual(['address.place.level']);
      expect(await app.orm.query(Patient).get()).toMatchObject({
        address: { street: 'Main 2', city: 'Bonn', zip: '2', country: 'DE', place: { at: new Point(3, 4), level: 5 } },
        stay: { facts: { tags: ['x'] }, price: '1.50' },
      });
      expect(await change((patient) => void (patient.address.place = null))).toEqual(['address.place.at', 'address.place.level']);
      expect(await change((patient) => void patient.assign({ stay: null }))).toEqual(['stay.facts', 'stay.isPrivate', 'stay.price', 'stay.since']);
      expect(await app.orm.query(Patient).get()).toMatchObject({ address: { place: null }, stay: null });
    });

    it('keeps the other values when a part of it is given, and gets its defaults when all of it is', async () => {
      const id = await add({ address: { ...ADDRESS, country: 'FR' }, stay: { since: new Date(0), price: '9.00' } });
      await app.orm.unitOfWork(async (orm) => {
        const patient = await orm.get(Patient, id);
        patient.assign({ address: { city: 'Bonn' }, stay: { isPrivate: true }, billing: BILLING });
        expect(patient).toMatchObject({ address: { ...ADDRESS, city: 'Bonn', country: 'FR' }, stay: { price: '9.00' }, billing: { token: 't', note: null } });
        patient.address = ADDRESS as Patient['address']; // what is missing is given by the defaults
        expect(patient.address).toEqual(STORED_ADDRESS);
      });
      expect(await app.orm.query(Patient).get()).toMatchObject({ address: STORED_ADDRESS, billing: { iban: 'DE1' }, stay: { isPrivate: true } });
    });

    it('is a view of its entity, of which a copy is a plain object', async () => {
      await app.orm.unitOfWork((orm) => {
        const [patient, other] = [
          orm.create(Patient, { name: 'Ada', address: ADDRESS }),
          orm.create(Patient, { name: 'Bob', address: { ...ADDRESS, city: 'Bonn' } }),
        ];
        const { address } = patient;
        expect(patient.address).toBe(address);
        expect({ ...address }).toEqual(STORED_ADDRESS);
        other.address = address;
        address.city = 'Kiel';
        expect([patient.address.city, other.address.city]).toEqual(['Kiel', 'Ulm']);
        expect(() => void ((address as Record<string, unknown>)['citty'] = 'x')).toThrow(TypeError);
        orm.clear();
      });
    });

    it('has its hidden fields neither in rows nor in JSON', async () => {
      const id = await add({ billing: { ...BILLING, token: 'secret' }, stay: { since: new Date(0) } });
      expect((await app.orm.query(Patient).withHidden().get()).billing?.token).toBe('secret');
      expect((await app.orm.query(Patient).select('billing.token').get()).billing).toEqual({ token: 'secret' });
      await app.orm.unitOfWork(async (orm) => {
        const patient = await orm.get(Patient, id, { with: ['remarks'] });
        const json = {
          address: STORED_ADDRESS,
          billing: { iban: 'DE1', number: '7', note: null },
          stay: { since: '1970-01-01T00:00:00.000Z', isPrivate: false },
        };
        const parsed: unknown = JSON.parse(JSON.stringify(patient));
        expect(parsed).toMatchObject(json);
        expect(JSON.stringify(parsed)).not.toContain('secret');
        expect(JSON.parse(JSON.stringify(patient.address))).toEqual(STORED_ADDRESS);
        expect(JSON.stringify(patient.billing)).not.toContain('secret');
        expect(Object.keys(parsed as object).filter((name) => name.includes('_'))).toEqual([]);
      });
    });

    it('is there behind relations, in rows, entities and JSON', async () => {
      await app.orm.unitOfWork(async (orm) => {
        const city = orm.create(City, { name: 'Ulm' });
        const patient = orm.create(Patient, { name: 'Ada', address: ADDRESS, billing: BILLING, home: city });
        await orm.flush();
        orm.create(Remark, { subject: patient, mark: { stars: 3 } });
      });
      const patient = { name: 'Ada', address: STORED_ADDRESS, billing: { iban: 'DE1', number: 7n, note: null }, stay: null };
      const mark = { stars: 3, by: 'nobody' };
      expect(await app.orm.query(City).with('patients').all()).toMatchObject([{ name: 'Ulm', patients: [patient] }]);
      expect(await app.orm.query(Remark).with('subject').all()).toMatchObject([{ mark, subject: { type: 'patient', ...patient } }]);
      expect(await app.orm.query(Patient).with('home', 'remarks').all()).toMatchObject([{ ...patient, home: { name: 'Ulm' }, remarks: [{ mark }] }]);
      await app.orm.unitOfWork(async (orm) => {
        const [remark] = await orm.list(Remark, { subject: { patient: { address: { city: 'Ulm' } } } }, { with: ['subject'] });
        expect(remark?.subject).toMatchObject({ address: STORED_ADDRESS });
        expect(JSON.parse(JSON.stringify(remark))).toMatchObject({ mark, subject: { type: 'patient', address: STORED_ADDRESS, billing: { number: '7' } } });
        const city = await orm.get(City, { name: 'Ulm' }, { with: ['patients'] });
        expect(JSON.parse(JSON.stringify(city))).toMatchObject({ patients: [{ address: STORED_ADDRESS }] });
      });
    });
  });

  describe('a query', () => {
    beforeEach(async () => {
      await add();
      await add({
        name: 'Bob',
        address: { street: 'High Street 3', city: 'Bonn', zip: '5', country: 'FR', place: { at: new Point(1, 1), level: 4 } },
        billing: BILLING,
      });
      await add({ name: 'Cy', address: { ...ADDRESS, zip: '3', place: { at: new Point(2, 2), level: 2 } }, stay: { since: new Date(5), price: '2.25' } });
    });

    it('finds by what is in it, and sorts', async () => {
      const names = async (where: Parameters<typeof query.where>[0]): Promise<string[]> =>
        (
          await query
            .where(where)
            .orderBy({ address: { zip: 'desc' } })
            .all()
        ).map(({ name }) => name);
      const query = app.orm.query(Patient);
      expect(await names({ address: { city: 'Ulm' } })).toEqual(['Cy', 'Ada']);
      expect(await names({ address: { city: { startsWith: 'B' }, country: 'FR' } })).toEqual(['Bob']);
      expect(await names({ address: { place: { level: { gt: 1 } } } })).toEqual(['Bob', 'Cy']);
      expect(await names({ address: { place: { at: new Point(2, 2) } } })).toEqual(['Cy']);
      expect(await names({ billing: null })).toEqual(['Cy', 'Ada']);
      expect(await names({ not: { billing: null } })).toEqual(['Bob']);
      expect(await names({ address: { place: null } })).toEqual(['Ada']);
      expect(await names({ or: [{ billing: { number: 7n } }, { stay: { price: '2.25' } }] })).toEqual(['Bob', 'Cy']);
      const bob = await query.where({ name: 'Bob' }).get();
      expect(await names({ address: bob.address })).toEqual(['Bob']);
      expect((await query.orderBy({ address: { place: { level: 'asc' } } }).all()).map(({ name }) => name)).toEqual(['Ada', 'Cy', 'Bob']);
      await app.orm.unitOfWork(async (orm) => expect(await orm.list(Patient, { address: { zip: '5' } })).toMatchObject([{ name: 'Bob' }]));
    });

    it('refuses names that are not in it', async () => {
      const query = app.orm.query(Patient);
      const refused = { code: 'OXI_ORM_QUERY_INVALID' };
      await expect(query.where({ address: { citty: 'Ulm' } as never }).all()).rejects.toMatchObject({ ...refused, message: expect.stringContaining('city') });
      await expect(query.where({ address: 'Ulm' as never }).all()).rejects.toMatchObject(refused);
      await expect(query.where({ address: { city: undefined } as never }).all()).rejects.toMatchObject(refused);
      await expect(query.where({ address: { toString: 'x' } as never }).all()).rejects.toMatchObject(refused);
      await expect(query.where({ billing: { iban: 'DE1' as never } }).all()).rejects.toThrow(/encrypted/);
      await expect(query.orderBy({ address: 'asc' as never }).all()).rejects.toMatchObject(refused);
      await expect(query.orderBy({ address: { nothing: 'asc' } as never }).all()).rejects.toMatchObject(refused);
      await expect(query.orderBy({ address: { city: 'up' } as never }).all()).rejects.toMatchObject(refused);
      await expect(query.select('address.nothing' as never).all()).rejects.toMatchObject(refused);
    });

    it('selects all of it, or a part', async () => {
      const query = app.orm.query(Patient).orderBy({ name: 'asc' });
      expect(await query.select('name', 'address.city').all()).toEqual([
        { name: 'Ada', address: { city: 'Ulm' } },
        { name: 'Bob', address: { city: 'Bonn' } },
        { name: 'Cy', address: { city: 'Ulm' } },
      ]);
      expect(await query.select('billing').all()).toEqual([{ billing: null }, { billing: { iban: 'DE1', number: 7n, note: null } }, { billing: null }]);
      expect(await query.select('billing.note', 'address.place.level', 'id').all()).toMatchObject([
        { billing: null, address: { place: null } },
        { billing: { note: null }, address: { place: { level: 4 } } },
        { billing: null, address: { place: { level: 2 } } },
      ]);
    });

    it('takes its values together, counts them up, and goes through them by cursors', async () => {
      const query = app.orm.query(Patient);
      expect(await query.sum('address.place.level')).toBe(6);
      expect(await query.max('address.zip')).toBe('5');
      expect(await query.min('stay.since')).toEqual(new Date(5));
      expect(
        await app.orm.unitOfWork((orm) =>
          orm
            .query(Patient)
            .where({ not: { address: { place: null } } })
            .increment('address.place.level', 2),
        ),
      ).toBe(2);
      expect(await query.sum('address.place.level')).toBe(10);
      await expect(app.orm.unitOfWork((orm) => orm.query(Patient).where({}).decrement('address.place.level', 9))).rejects.toMatchObject({
        errors: [{ path: '/address/place/level' }],
      });
      const seen: string[] = [];
      const order = query.orderBy({ address: { place: { level: 'asc' }, city: 'desc' } });
      for (let after: string | undefined; ;) {
        const page = await order.paginateByCursor({ limit: 1, after });
        seen.push(...page.items.map(({ name }) => name));
        if (page.next === null) break;
        after = page.next;
      }
      expect(seen).toEqual(['Ada', 'Cy', 'Bob']);
      expect((await query.search('high').all()).map(({ name }) => name)).toEqual(['Bob']);
    });

    it('goes on with Kysely by the names of its fields', async () => {
      const [row] = await app.orm.unitOfWork((orm) => orm.query(Patient).where({ name: 'Bob' }).select('address.city').toKysely().execute());
      expect(row).toEqual({ 'address.city': 'Bonn' });
    });
  });

  describe('the rules of an embedded value', () => {
    it('name the place of what breaks them', async () => {
      const place = { at: new Point(0, 0), level: -1 };
      await expect(add({ address: { ...ADDRESS, zip: '1'.repeat(11), place } })).rejects.toMatchObject({
        code: 'OXI_ORM_INVALID_ENTITY',
        errors: [{ path: '/address/zip' }, { path: '/address/place/level' }],
      });
      await expect(add({ address: { street: 'x' } as never })).rejects.toMatchObject({ errors: [{ path: '/address/city' }, { path: '/address/zip' }] });
      await expect(add({ address: undefined as never })).rejects.toMatchObject({
        errors: [{ path: '/address/street' }, { path: '/address/city' }, { path: '/address/zip' }],
      });
      await expect(add({ billing: { note: 'x' } as never })).rejects.toMatchObject({ errors: [{ path: '/billing/iban' }, { path: '/billing/number' }] });
      await expect(add({ billing: {} as never })).rejects.toMatchObject({ errors: [{ path: '/billing/iban' }, { path: '/billing/number' }] });
      await expect(add({ address: null as never })).rejects.toMatchObject({ errors: [{ path: '/address' }] });
      await expect(add({ address: 'x' as never })).rejects.toMatchObject({ errors: [{ path: '/address' }] });
      await expect(add({ address: { ...ADDRESS, nothing: 1 } as never })).rejects.toMatchObject({ errors: [{ path: '/address/nothing' }] });
      await expect(add({ 'address.city': 'x' } as never)).rejects.toMatchObject({ errors: [{ path: '/address.city' }] });
      await expect(add({ address_city: 'x' } as never)).rejects.toMatchObject({ errors: [{ path: '/address_city' }] });
    });

    it('hold for entities that change', async () => {
      const id = await add();
      const change = (work: (patient: Patient) => void): Promise<unknown> => app.orm.unitOfWork(async (orm) => work(await orm.get(Patient, id)));
      await expect(change((patient) => void patient.assign({ billing: { note: 'x' } }))).rejects.toMatchObject({
        errors: [{ path: '/billing/iban' }, { path: '/billing/number' }],
      });
      await expect(change((patient) => void (patient.address.city = null as never))).rejects.toMatchObject({ errors: [{ path: '/address/city' }] });
      await expect(change((patient) => void (patient.address = null as never))).rejects.toMatchObject({ errors: [{ path: '/address' }] });
      await expect(change((patient) => void (patient.address = { street: 'x' } as never))).rejects.toMatchObject({
        errors: [{ path: '/address/city' }, { path: '/address/zip' }],
      });
      await change((patient) => void patient.assign({ billing: BILLING }));
      await expect(change((patient) => patient.billing !== null && void (patient.billing.iban = null as never))).rejects.toMatchObject({
        errors: [{ path: '/billing/iban' }],
      });
    });

    it('are those of the database too', async () => {
      const id = await add({ billing: BILLING });
      await expect(add({ billing: BILLING })).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION', errors: [{ path: '/billing/number' }] });
      const write = (values: object): Promise<unknown> =>
        app.orm.unitOfWork((orm) => orm.kysely.updateTable('patients').set(values).where('id', '=', id).execute());
      await expect(write({ billing_number: null })).rejects.toThrow();
      await expect(write({ address_city: null })).rejects.toThrow();
      await write({ billing_number: null, billing_iban: null, billing_note: null, billing_token: null });
      expect(await app.orm.query(Patient).where({ billing: null }).count()).toBe(1);
      await expect(
        app.orm.unitOfWork((orm) =>
          orm
            .query(Patient)
            .where({})
            .update({ billing: { note: 'x' } }),
        ),
      ).rejects.toMatchObject({
        code: 'OXI_ORM_CHECK_VIOLATION',
        errors: [{ path: '/billing' }],
      });
    });
  });

  describe('rows in bulk', () => {
    const names = async (): Promise<unknown[]> => app.orm.query(Patient).orderBy({ id: 'asc' }).select('name', 'address.city', 'billing').all();

    it('are inserted', async () => {
      await app.orm.unitOfWork(async (orm) => {
        await orm.insertMany(Patient, [
          { name: 'Ada', address: ADDRESS, billing: BILLING },
          { name: 'Bob', address: { ...ADDRESS, city: 'Bonn', place: { at: new Point(1, 1) } } },
        ]);
      });
      expect(await names()).toEqual([
        { name: 'Ada', address: { city: 'Ulm' }, billing: { iban: 'DE1', number: 7n, note: null } },
        { name: 'Bob', address: { city: 'Bonn' }, billing: null },
      ]);
      expect(await app.orm.query(Patient).where({ name: 'Bob' }).withHidden().get()).toMatchObject({ address: { country: 'DE', place: { level: null } } });
      const refuse = (data: object): Promise<unknown> => app.orm.unitOfWork((orm) => orm.insertMany(Patient, [{ name: 'x', address: ADDRESS }, data as never]));
      await expect(refuse({ name: 'x', address: { city: 'x', zip: 5, nothing: 1 }, address_city: 1 })).rejects.toMatchObject({
        errors: [{ path: '/1/address_city' }, { path: '/1/address/nothing' }, { path: '/1/address/street' }, { path: '/1/address/zip' }],
      });
      await expect(refuse({ name: 'x', address: ADDRESS, billing: { note: 'x' } })).rejects.toMatchObject({
        errors: [{ path: '/1/billing/iban' }, { path: '/1/billing/number' }],
      });
    });

    it('are changed', async () => {
      await add({ billing: BILLING });
      const update = (data: object): Promise<number> => app.orm.unitOfWork((orm) => orm.query(Patient).where({ name: 'Ada' }).update(data));
      expect(await update({ address: { city: 'Bonn' }, billing: { note: 'x' } })).toBe(1);
      expect(await app.orm.query(Patient).get()).toMatchObject({ address: { ...STORED_ADDRESS, city: 'Bonn' }, billing: { ...BILLING, note: 'x' } });
      await update({ billing: null });
      expect(await names()).toEqual([{ name: 'Ada', address: { city: 'Bonn' }, billing: null }]);
      await expect(update({ address: { zip: 'x'.repeat(11) } })).rejects.toMatchObject({ errors: [{ path: '/address/zip' }] });
      await expect(update({ address: { city: null } })).rejects.toMatchObject({ errors: [{ path: '/address/city' }] });
      await expect(update({ billing: { iban: null } })).rejects.toMatchObject({ errors: [{ path: '/billing/iban' }] });
      await expect(update({ address: null })).rejects.toMatchObject({ errors: [{ path: '/address' }] });
      await expect(update({ address: { nothing: 1 } })).rejects.toMatchObject({ errors: [{ path: '/address/nothing' }] });
    });

    it('are told by what is in it', async () => {
      await add({ billing: { ...BILLING, note: 'old' }, address: { ...ADDRESS, country: 'FR' } });
      const row = (values: object): CreateData<typeof Patient> => ({
        name: 'Bob',
        address: { ...ADDRESS, city: 'Bonn' },
        billing: { iban: 'FR2', number: 7n },
        ...values,
      });
      await app.orm.unitOfWork((orm) => orm.upsert(Patient, [row({}), row({ name: 'Cy', billing: { iban: 'X', number: 8n } })], { by: ['billing.number'] }));
      expect(await app.orm.query(Patient).orderBy({ id: 'asc' }).all()).toMatchObject([
        { name: 'Bob', address: { city: 'Bonn', country: 'FR' }, billing: { iban: 'FR2', number: 7n, note: null } },
        { name: 'Cy', address: { city: 'Bonn', country: 'DE' }, billing: { iban: 'X' } },
      ]);
      await app.orm.unitOfWork((orm) =>
        orm.upsert(Patient, [row({ name: 'Dora', address: { ...ADDRESS, city: 'Kiel' } })], { by: ['billing.number'], update: ['address.city'] }),
      );
      expect(await names()).toMatchObject([{ name: 'Bob', address: { city: 'Kiel' } }, { name: 'Cy' }]);
      await expect(app.orm.unitOfWork((orm) => orm.upsert(Patient, [row({}), row({})], { by: ['billing.number'] }))).rejects.toMatchObject({
        errors: [{ path: '/1/billing/number' }],
      });
      await expect(app.orm.unitOfWork((orm) => orm.upsert(Patient, [row({})], { by: ['address.city'] }))).rejects.toThrow(/not unique/);
    });
  });

  it('tells hooks the fields by their paths, and nothing of what is hidden or encrypted', async () => {
    const id = await add({ billing: { ...BILLING, note: 'old' } });
    const seen = await collect();
    await app.orm.unitOfWork(async (orm) =>
      (await orm.get(Patient, id)).assign({ address: { place: { at: new Point(1, 2) } }, billing: { iban: 'X', note: 'new', token: 'y' } }),
    );
    const [change] = seen;
    expect(change?.fields.toSorted()).toEqual(['address.place.at', 'billing.iban', 'billing.note', 'billing.token', 'updatedAt']);
    expect(change?.before).toMatchObject({ 'address.place.at': null, 'billing.note': 'old' });
    expect(change?.after).toMatchObject({ 'address.place.at': new Point(1, 2), 'billing.note': 'new' });
    expect(Object.keys({ ...change?.before, ...change?.after }).filter((name) => /iban|token/.test(name))).toEqual([]);
  });

  it('is made by factories as far as it is missing', async () => {
    await app.orm.unitOfWork(async (orm) => {
      const patients = await orm.factory(Patient).createMany(3, { address: { city: 'Ulm' } });
      expect(patients.every(({ address }) => address.city === 'Ulm' && address.street !== '' && address.place === null)).toBe(true);
      const paid = await orm.factory(Patient).createMany(2, { billing: {} });
      expect(new Set(paid.map(({ billing }) => billing?.number)).size).toBe(2);
      const located = defineFactory(Patient, () => ({ address: { city: 'Ulm', place: { level: 3 } } }), {
        states: { high: { address: { place: { level: 9 } } } },
      });
      const { address } = await orm
        .factory(located)
        .state('high')
        .make({ address: { zip: '5' } });
      expect(address).toMatchObject({ city: 'Ulm', zip: '5', place: { level: 9 } });
      expect(
        await orm
          .factory(Remark)
          .for('subject', paid[0] as Patient)
          .make(),
      ).toMatchObject({ mark: { stars: expect.any(Number) } });
    });
  });

  it('is read as it was written, by both roads, whatever is in it', async () => {
    const text = fc.string({ maxLength: 10, unit: fc.constantFrom('a', 'ß', "'", '"', '\\', ' ', '%', '😀', 'é') });
    const place = fc.record({ at: fc.record({ x: fc.integer(), y: fc.integer() }).map(({ x, y }) => new Point(x, y)), level: fc.option(fc.nat(2 ** 31 - 1)) });
    const address = fc.record({ street: text, city: text, zip: text, country: fc.constantFrom('DE' as const, 'FR' as const), place: fc.option(place) });
    const stay = fc.record({
      since: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
      price: fc.integer({ min: -99_999, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
      facts: fc.record({ tags: fc.array(text, { maxLength: 3 }) }),
      isPrivate: fc.boolean(),
    });
    const patient = fc.record({ address, stay: fc.option(stay) });
    const mismatch = fc.asyncProperty(patient, patient, async (first, second) => {
      const id = await add(first);
      const read = (): Promise<unknown> => app.orm.query(Patient).where({ id }).select('address', 'stay').get();
      const managed = (): Promise<unknown> =>
        app.orm.unitOfWork(async (orm) => {
          const found = await orm.get(Patient, id);
          return structuredCloneOf({ address: found.address, stay: found.stay });
        });
      expect([await read(), await managed()]).toEqual([first, first]);
      await app.orm.unitOfWork(async (orm) => Object.assign(await orm.get(Patient, id), second));
      expect([await read(), await managed()]).toEqual([second, second]);
      await app.orm.unitOfWork((orm) => orm.query(Patient).where({ id }).update(first));
      expect(await read()).toEqual(first);
    });
    await fc.assert(mismatch, { numRuns: 20 });
  });

  it('is encrypted anew by a newer key', async () => {
    const opened = await database.open();
    const old = await boot(opened.options, 'models', [OLD]);
    try {
      await old.orm.unitOfWork(async (orm) => void orm.create(Patient, { name: 'Ada', address: ADDRESS, billing: BILLING }));
      const [row] = await old.orm.unitOfWork((orm) => orm.kysely.selectFrom('patients').select('billing_iban').execute());
      expect(row?.['billing_iban']).toMatch(/^v1\./);
      expect(await old.orm.unitOfWork((orm) => orm.reencrypt())).toBe(0);
      if (database.name === 'sqlite') return; // its database in memory ends with the application
      await old.stop();
      const both = await boot(opened.options, 'off', [NEW, OLD]);
      expect(await both.orm.unitOfWork((orm) => orm.reencrypt(Patient))).toBe(1);
      expect(await both.orm.query(Patient).get()).toMatchObject({ billing: { iban: 'DE1' } });
      await both.stop();
    } finally {
      await old.stop();
      await opened.drop();
    }
  });
});

/** A copy of views; what has a class of its own stays. */
function structuredCloneOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, structuredCloneOf(part)]));
}

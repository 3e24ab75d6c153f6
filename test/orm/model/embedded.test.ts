import { type AnyModel, belongsTo, defineModel, describeModel, field } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createLayouts } from '../../../plugins/orm/src/model/model-layout.ts';
import { City } from '../fields/clinic.ts';

const parts = { street: field.string(), city: field.string().unique(), zip: field.string({ maxLength: 10 }).nullable() };
const Shop = defineModel('shop', {
  name: field.string(),
  address: field.embedded({ ...parts, country: field.enum(['DE', 'FR']).default('DE'), note: field.text().hidden().default('') }),
  billing: field.embedded({ number: field.bigint(), at: field.datetime(), place: field.embedded({ floor: field.integer() }).nullable() }).nullable(),
  looks: field.embedded({ color: field.string().default('red'), font: field.string().nullable() }),
  secret: field.embedded({ key: field.string() }).hidden(),
});

const columns = (model: AnyModel): (readonly [string, string | undefined])[] =>
  [...(createLayouts([model]).get(model.name)?.columns.values() ?? [])].map(({ column, spec }) => [column, spec.renamedFrom] as const);

describe('field.embedded()', () => {
  it('makes columns whose names begin with its own', () => {
    expect(columns(Shop).map(([column]) => column)).toEqual([
      'id',
      'name',
      'address_street',
      'address_city',
      'address_zip',
      'address_country',
      'address_note',
      'billing_number',
      'billing_at',
      'billing_place_floor',
      'looks_color',
      'looks_font',
      'secret_key',
    ]);
    const layout = createLayouts([Shop]).get('shop');
    expect([...(layout?.embedded.keys() ?? [])]).toEqual(['address', 'billing', 'billing.place', 'looks', 'secret']);
    expect(layout?.columns.get('billing.place.floor')).toMatchObject({ path: ['billing', 'place', 'floor'], required: true, spec: { nullable: true } });
    expect(layout?.columns.get('secret.key')?.spec.hidden).toBe(true);
    expect(layout?.embedded.get('billing')?.check).toEqual({
      name: 'shops_billing_check',
      expression:
        '("billing_number" is null and "billing_at" is null and "billing_place_floor" is null) or ("billing_number" is not null and "billing_at" is not null)',
    });
  });

  it('takes another prefix, none, and names of columns in it', () => {
    const own = field.embedded({ a: field.string().column('x'), b: field.embedded({ c: field.string() }).column('y') });
    expect(columns(defineModel('thing', { part: own.column('p') })).map(([column]) => column)).toEqual(['id', 'p_x', 'p_y_c']);
    expect(columns(defineModel('thing', { part: own.column('') })).map(([column]) => column)).toEqual(['id', 'x', 'y_c']);
  });

  it('knows what its columns were', () => {
    const named = field.embedded({ a: field.string().renamedFrom('x'), b: field.string() });
    expect(columns(defineModel('thing', { part: named })).slice(1)).toEqual([
      ['part_a', 'part_x'],
      ['part_b', undefined],
    ]);
    expect(columns(defineModel('thing', { part: named.renamedFrom('piece') })).slice(1)).toEqual([
      ['part_a', 'piece_x'],
      ['part_b', 'piece_b'],
    ]);
    expect(columns(defineModel('thing', { part: named.renamedFrom('') })).slice(1)).toEqual([
      ['part_a', 'x'],
      ['part_b', 'b'],
    ]);
  });

  const wrong =
    (build: () => AnyModel): (() => unknown) =>
    () =>
      createLayouts([build()]);
  it.each<[string, () => AnyModel, RegExp]>([
    ['a relation', () => defineModel('thing', { part: field.embedded({ city: belongsTo(() => City) as never }) }), /"part.city" is a relation \(belongsTo\)/],
    ['a key', () => defineModel('thing', { part: field.embedded({ id: field.integer().primary() }) }), /"part.id" is in an embedded value/],
    ['nothing', () => defineModel('thing', { part: field.embedded({}) }), /"part" has no fields/],
    ['a name that is no name', () => defineModel('thing', { part: field.embedded({ my_name: field.string() }) }), /camelCase/],
    ['a name with a meaning of its own', () => defineModel('thing', { part: field.embedded({ toJSON: field.string() }) }), /meaning of its own/],
    [
      'only what may be null, and may be null',
      () => defineModel('thing', { part: field.embedded({ a: field.string().nullable() }).nullable() }),
      /nothing tells null/,
    ],
    [
      'only values that may be null, and may be null',
      () => defineModel('thing', { part: field.embedded({ inner: field.embedded({ a: field.string() }).nullable() }).nullable() }),
      /nothing tells null/,
    ],
    ['an encrypted unique text', () => defineModel('thing', { part: field.embedded({ a: field.string().encrypted().unique() }) }), /"part.a" is encrypted/],
    ['a column that is there', () => defineModel('thing', { partA: field.string(), part: field.embedded({ a: field.string() }) }), /two of its columns/],
    [
      'a part of a key',
      () => defineModel('thing', { n: field.integer(), part: field.embedded({ a: field.string() }) }, { key: ['n', 'part'] }),
      /its key names/,
    ],
  ])('cannot have %s', (_, build, message) => {
    expect(wrong(build)).toThrow(message);
    expect(wrong(build)).toThrow(expect.objectContaining({ code: 'OXI_ORM_MODEL_INVALID' }));
  });

  it('may have fields with the rules of any field', () => {
    const model = defineModel(
      'thing',
      { part: field.embedded({ text: field.text() }) },
      { search: ['part.text'], indexes: [['part.text']], uniques: [['part.text']] },
    );
    expect(createLayouts([model]).get('thing')?.search).toMatchObject([{ column: 'part_text' }]);
  });
});

describe('the schemas of a model with embedded values', () => {
  const given = { name: 'x', address: { street: 'a', city: 'b' }, billing: { number: '7', at: '2026-01-01T00:00:00Z' } };

  it('are nested, with defaults, and without what is hidden', () => {
    expect(Shop.create.parse({ ...given, address: { ...given.address, note: 'x' }, secret: { key: 'x' } })).toEqual({
      name: 'x',
      address: { street: 'a', city: 'b', country: 'DE' },
      billing: { number: 7n, at: new Date('2026-01-01T00:00:00Z') },
      looks: { color: 'red' },
    });
    expect(Shop.create.parse({ ...given, billing: null })).toMatchObject({ billing: null });
    expect(Shop.update.parse({ address: { city: 'c' }, billing: { place: null } })).toEqual({ address: { city: 'c' }, billing: { place: null } });
    const row = {
      id: 1,
      name: 'x',
      address: { street: 'a', city: 'b', zip: null, country: 'FR' },
      billing: { number: 7n, at: new Date(0), place: { floor: 1 } },
    };
    expect(Shop.read.parse({ ...row, looks: { color: 'red', font: null } })).toEqual({
      ...row,
      billing: { number: '7', at: '1970-01-01T00:00:00.000Z', place: { floor: 1 } },
      looks: { color: 'red', font: null },
    });
  });

  it('name the place of what is wrong', () => {
    const issues = (result: z.ZodSafeParseResult<unknown>): unknown => result.error?.issues.map(({ path }) => path);
    expect(issues(Shop.create.safeParse({ name: 'x', address: { street: 'a' }, billing: { number: '7', at: 'x', place: {} } }))).toEqual([
      ['address', 'city'],
      ['billing', 'at'],
      ['billing', 'place', 'floor'],
    ]);
    expect(issues(Shop.update.safeParse({ address: { zip: '1'.repeat(11) } }))).toEqual([['address', 'zip']]);
    expect(issues(Shop.update.safeParse({ address: null }))).toEqual([['address']]);
  });

  it('are objects in a document of an API', () => {
    const { properties } = z.toJSONSchema(Shop.read, { io: 'output' });
    expect(properties?.['address']).toMatchObject({ type: 'object', required: ['street', 'city', 'zip', 'country'] });
    expect(properties).not.toHaveProperty('secret');
    expect(z.toJSONSchema(Shop.update, { io: 'input', unrepresentable: 'any' }).properties?.['address']).not.toHaveProperty('required');
  });
});

describe('describeModel', () => {
  it('tells of embedded values as of fields', () => {
    const { embedded, fields } = describeModel(Shop);
    expect(fields.map(({ name }) => name)).toEqual(['id', 'name']);
    expect(embedded.map(({ name, nullable, hidden }) => [name, nullable, hidden])).toEqual([
      ['address', false, false],
      ['billing', true, false],
      ['looks', false, false],
      ['secret', false, true],
    ]);
    expect(embedded[0]?.fields[1]).toMatchObject({ name: 'city', type: 'string', unique: true, nullable: false });
    expect(embedded[1]?.embedded).toMatchObject([{ name: 'place', nullable: true, fields: [{ name: 'floor', type: 'integer' }] }]);
    expect(JSON.parse(JSON.stringify(embedded))).toEqual(embedded);
  });
});

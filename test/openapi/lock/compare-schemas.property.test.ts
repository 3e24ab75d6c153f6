import { compareDocuments, type JsonSchema } from '@oxidite/openapi';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentOf, giving, taking } from '../support/documents.ts';
import { fitsSchema } from '../support/fits-schema.ts';

const bound = fc.integer({ min: 0, max: 3 });
const numbers = fc.record(
  {
    type: fc.constantFrom('number', 'integer'),
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    multipleOf: fc.constantFrom(1, 2, 4),
  },
  { requiredKeys: ['type'], noNullPrototype: true },
);
const strings = fc.record(
  { type: fc.constant('string'), minLength: bound, maxLength: bound, enum: fc.uniqueArray(fc.constantFrom('', 'a', 'bb'), { minLength: 1 }) },
  { requiredKeys: ['type'], noNullPrototype: true },
);
const fixed = fc.constantFrom<unknown>(
  {},
  true,
  false,
  { not: {} },
  { type: 'boolean' },
  { type: 'null' },
  { type: ['string', 'null'] },
  { type: ['integer', 'string'] },
  { const: 1 },
  { enum: ['a', null] },
  { $ref: '#/components/schemas/First' },
  { $ref: '#/components/schemas/Second' },
);
const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    strings,
    numbers,
    fixed,
    fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: bound, maxItems: bound }, { requiredKeys: ['type'], noNullPrototype: true }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema'), { maxKeys: 2, noNullPrototype: true }),
        required: fc.subarray(['a', 'b']),
        additionalProperties: tie('schema'),
      },
      { requiredKeys: ['type'], noNullPrototype: true },
    ),
    fc
      .tuple(fc.constantFrom('anyOf', 'oneOf', 'allOf'), fc.array(tie('schema'), { minLength: 1, maxLength: 3 }))
      .map(([keyword, members]) => ({ [keyword]: members })),
    fc.tuple(strings, fc.array(tie('schema'), { minLength: 1, maxLength: 2 })).map(([beside, anyOf]) => ({ ...beside, anyOf })),
    tie('schema').map((not) => ({ not })),
  ),
}));

/** A schema, and the same with one of the schemas in it replaced by another. */
const changed = fc.tuple(schema, schema, fc.nat()).map(([before, other, position]): readonly [unknown, unknown] => {
  const holder = structuredClone({ before });
  const places: (() => void)[] = [];
  const visit = (parent: Record<string, unknown>, key: string): void => {
    places.push(() => void (parent[key] = other));
    const inner = parent[key];
    if (typeof inner !== 'object' || inner === null) return;
    const record = inner as Record<string, unknown>;
    for (const keyword of ['items', 'additionalProperties', 'not']) if (keyword in record) visit(record, keyword);
    for (const keyword of ['properties', 'anyOf', 'oneOf', 'allOf']) {
      const members = record[keyword] as Record<string, unknown> | undefined;
      for (const name of Object.keys(members ?? {})) if (members !== undefined) visit(members, name);
    }
  };
  visit(holder, 'before');
  places[position % places.length]?.();
  return [before, holder.before];
});

const components = fc.record({ First: strings, Second: fc.oneof(numbers, strings) });
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<unknown>('', 'a', 'bb', 'ccc', 'dddd', -1, 0, 1, 2, 3, 4, 0.5, 2.5, true, false, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** By convention what is not declared may be declared at any time, whatever it was good for until then. */
const CONVENTIONS = new Set(['input.optional-property-added', 'output.property-added', 'output.additional-properties-allowed']);

describe('compareDocuments, for any change of a schema', () => {
  it('tells when clients send something that is taken no longer, or get something that never came', () => {
    let told = 0;
    fc.assert(
      fc.property(changed, components, components, fc.array(value, { minLength: 40, maxLength: 40 }), ([before, after], left, right, values) => {
        const isCalm = (place: typeof taking): boolean => {
          const [from, to] = [before, after].map((one) => place({ type: 'object', properties: { value: one as JsonSchema } }));
          const changes = compareDocuments(documentOf(from, left), documentOf(to, right));
          return changes.every(({ rule, class: kind }) => kind !== 'breaking' && !CONVENTIONS.has(rule));
        };
        const [fitted, fits] = [values.filter((one) => fitsSchema(one, before, left)), values.filter((one) => fitsSchema(one, after, right))];
        if (isCalm(taking)) expect(fits).toEqual(expect.arrayContaining(fitted));
        if (isCalm(giving)) expect(fitted).toEqual(expect.arrayContaining(fits));
        if (isCalm(taking) !== isCalm(giving)) told++;
      }),
      { numRuns: 400 },
    );
    expect(told).toBeGreaterThan(20);
  });
});

import { compareDocuments, type JsonSchema } from '@oxidite/openapi';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../plugins/openapi/src/lock/change-rules.ts';
import { documentOf, giving, taking } from '../support/documents.ts';

const object = (properties: Readonly<Record<string, JsonSchema>>, ...required: readonly string[]): JsonSchema => ({ type: 'object', properties, required });
const text: JsonSchema = { type: 'string' };
const nothing: JsonSchema = {};
const FORMATS = ['email', 'uuid', 'date'].map((format): JsonSchema => ({ type: 'string', format }));
const SHAPES = ['round', 'square'].map((kind) => object({ kind: { const: kind } }, 'kind'));

/** What a change of a schema is called, without its direction, and what it means where clients send and where they get. */
const CHANGES: readonly (readonly [rule: string, before: JsonSchema, after: JsonSchema, input: string, output: string])[] = [
  ['type-changed', text, { type: 'boolean' }, 'breaking', 'breaking'],
  ['type-narrowed', { type: ['string', 'boolean'] }, text, 'breaking', 'additive'],
  ['type-widened', text, { type: ['string', 'boolean'] }, 'additive', 'breaking'],
  ['type-narrowed', { type: 'number' }, { type: 'integer' }, 'breaking', 'additive'],
  ['type-widened', { type: 'integer' }, { type: 'number' }, 'additive', 'breaking'],
  ['type-narrowed', nothing, text, 'breaking', 'additive'],
  ['type-widened', object({ a: text }), nothing, 'additive', 'breaking'],
  ['null-allowed', text, { type: ['string', 'null'] }, 'additive', 'breaking'],
  ['null-allowed', text, { anyOf: [text, { type: 'null' }] }, 'additive', 'breaking'],
  ['null-forbidden', { anyOf: [text, { type: 'null' }] }, text, 'breaking', 'additive'],
  ['null-forbidden', { enum: ['a', null] }, { const: 'a' }, 'breaking', 'additive'],
  ['enum-added', text, { type: 'string', enum: ['a'] }, 'breaking', 'additive'],
  ['enum-removed', { type: 'string', enum: ['a'] }, text, 'additive', 'breaking'],
  ['enum-value-removed', { type: 'string', enum: ['a', 'b'] }, { type: 'string', const: 'a' }, 'breaking', 'additive'],
  ['enum-value-added', { const: 'a' }, { type: 'string', enum: ['b', 'a'] }, 'additive', 'breaking'],
  ['format-added', text, { type: 'string', format: 'uuid' }, 'breaking', 'additive'],
  ['format-removed', { type: 'string', format: 'uuid' }, text, 'additive', 'breaking'],
  ['format-changed', { type: 'string', format: 'uuid' }, { type: 'string', format: 'email' }, 'breaking', 'breaking'],
  ['pattern-added', text, { type: 'string', pattern: '^a' }, 'breaking', 'additive'],
  ['pattern-removed', { type: 'string', pattern: '^a' }, text, 'additive', 'breaking'],
  ['pattern-changed', { type: 'string', pattern: '^a' }, { type: 'string', pattern: '^b' }, 'breaking', 'breaking'],
  ['range-narrowed', { type: 'number', minimum: 1 }, { type: 'number', minimum: 2 }, 'breaking', 'additive'],
  ['range-widened', { type: 'number', minimum: 2 }, { type: 'number', minimum: 1 }, 'additive', 'breaking'],
  ['range-widened', { type: 'number', exclusiveMinimum: 2 }, { type: 'number' }, 'additive', 'breaking'],
  ['range-widened', { type: 'number', exclusiveMinimum: 0 }, { type: 'number', minimum: 0 }, 'additive', 'breaking'],
  ['range-narrowed', { type: 'number', minimum: 0 }, { type: 'number', exclusiveMinimum: 0 }, 'breaking', 'additive'],
  ['range-widened', { type: 'number', minimum: 2 }, { type: 'number', exclusiveMinimum: 1 }, 'additive', 'breaking'],
  ['range-widened', { type: 'number', exclusiveMaximum: 9 }, { type: 'number', maximum: 9 }, 'additive', 'breaking'],
  ['range-narrowed', { type: 'integer', maximum: 9 }, { type: 'integer', exclusiveMaximum: 9 }, 'breaking', 'additive'],
  ['range-narrowed', { type: 'number', maximum: 2 }, { type: 'number', maximum: 1 }, 'breaking', 'additive'],
  ['range-widened', { type: 'number', exclusiveMaximum: 1 }, { type: 'number', exclusiveMaximum: 2 }, 'additive', 'breaking'],
  ['range-narrowed', text, { type: 'string', minLength: 1 }, 'breaking', 'additive'],
  ['range-narrowed', { type: 'string', maxLength: 9 }, { type: 'string', maxLength: 8 }, 'breaking', 'additive'],
  ['range-widened', { type: 'array', maxItems: 1 }, { type: 'array' }, 'additive', 'breaking'],
  ['range-narrowed', { type: 'array', minItems: 1 }, { type: 'array', minItems: 3 }, 'breaking', 'additive'],
  ['range-narrowed', { type: 'object' }, { type: 'object', maxProperties: 3 }, 'breaking', 'additive'],
  ['range-widened', { type: 'object', minProperties: 1 }, { type: 'object', minProperties: 0 }, 'additive', 'breaking'],
  ['step-narrowed', { type: 'number' }, { type: 'number', multipleOf: 2 }, 'breaking', 'additive'],
  ['step-narrowed', { type: 'number', multipleOf: 2 }, { type: 'number', multipleOf: 4 }, 'breaking', 'additive'],
  ['step-widened', { type: 'number', multipleOf: 4 }, { type: 'number', multipleOf: 2 }, 'additive', 'breaking'],
  ['step-widened', { type: 'number', multipleOf: 4 }, { type: 'number' }, 'additive', 'breaking'],
  ['step-changed', { type: 'number', multipleOf: 2 }, { type: 'number', multipleOf: 3 }, 'breaking', 'breaking'],
  ['items-made-unique', { type: 'array' }, { type: 'array', uniqueItems: true }, 'breaking', 'additive'],
  ['items-made-repeatable', { type: 'array', uniqueItems: true }, { type: 'array', uniqueItems: false }, 'additive', 'breaking'],
  ['type-changed', { type: 'array', items: text }, { type: 'array', items: { type: 'integer' } }, 'breaking', 'breaking'],
  ['type-narrowed', { type: 'array' }, { type: 'array', items: text }, 'breaking', 'additive'],
  ['items-changed', { type: 'array', prefixItems: [text] }, { type: 'array', prefixItems: [text, text] }, 'breaking', 'breaking'],
  ['type-changed', { type: 'array', prefixItems: [text, text] }, { type: 'array', prefixItems: [text, { type: 'boolean' }] }, 'breaking', 'breaking'],
  ['condition-added', text, { type: 'string', not: { const: 'x' } }, 'breaking', 'additive'],
  ['condition-removed', { type: 'string', not: { const: 'x' } }, text, 'additive', 'breaking'],
  ['condition-changed', { type: 'string', not: { const: 'x' } }, { type: 'string', not: { const: 'y' } }, 'breaking', 'breaking'],
  ['condition-changed', { allOf: [text, { minLength: 1 }] }, { allOf: [text, { minLength: 1 }, { maxLength: 2 }] }, 'breaking', 'breaking'],
  ['range-narrowed', { allOf: [text, { minLength: 1 }] }, { allOf: [text, { minLength: 2 }] }, 'breaking', 'additive'],
  [
    'property-became-optional',
    { allOf: [object({ a: text }), object({ b: text }, 'b')] },
    { allOf: [object({ a: text }), object({ b: text })] },
    'additive',
    'breaking',
  ],
  [
    'condition-changed',
    { anyOf: [text, { type: 'integer' }], oneOf: [{ minLength: 1 }] },
    { anyOf: [text, { type: 'integer' }], oneOf: [{ minLength: 2 }] },
    'breaking',
    'breaking',
  ],
  ['alternative-added', { anyOf: [text, { type: 'integer' }] }, { anyOf: [{ type: 'integer' }, text, { type: 'boolean' }] }, 'additive', 'breaking'],
  ['alternative-removed', { oneOf: [text, { type: 'integer' }, { type: 'boolean' }] }, { oneOf: [text, { type: 'boolean' }] }, 'breaking', 'additive'],
  ['alternative-removed', { anyOf: [FORMATS[0], FORMATS[1], FORMATS[2]] }, { anyOf: [FORMATS[1], FORMATS[2]] }, 'breaking', 'additive'],
  ['alternative-added', { type: ['string', 'integer'] }, { anyOf: [{ type: 'integer' }, text, { type: 'boolean' }] }, 'additive', 'breaking'],
  ['range-narrowed', { anyOf: [text, { type: 'integer' }] }, { anyOf: [text, { type: 'integer' }], maxLength: 9 }, 'breaking', 'additive'],
  ['property-became-required', { ...object({ a: text }), oneOf: SHAPES }, { ...object({ a: text }, 'a'), oneOf: SHAPES }, 'breaking', 'additive'],
  ['alternative-added', text, { anyOf: [text, { type: 'boolean' }] }, 'additive', 'breaking'],
  ['alternative-removed', { anyOf: [text, { type: 'boolean' }] }, text, 'breaking', 'additive'],
  [
    'type-changed',
    { anyOf: [object({ kind: { const: 'a' }, x: text }), text] },
    { anyOf: [text, object({ kind: { const: 'a' }, x: { type: 'boolean' } })] },
    'breaking',
    'breaking',
  ],
  ['default-added', { type: 'string' }, { type: 'string', default: 'a' }, 'neutral', 'neutral'],
  ['default-changed', { type: 'string', default: 'a' }, { type: 'string', default: 'b' }, 'breaking', 'neutral'],
  ['default-changed', { type: 'string', default: 'a' }, { type: 'string' }, 'breaking', 'neutral'],
  ['default-changed', { anyOf: [text, { type: 'integer' }], default: 'a' }, { anyOf: [text, { type: 'integer' }], default: 'b' }, 'breaking', 'neutral'],
  ['type-changed', object({ a: text }), object({ a: { not: {} } }), 'breaking', 'breaking'],
  ['type-widened', object({ a: { not: {} } }), object({ a: text }), 'additive', 'breaking'],
  ['property-removed', object({ a: text, b: text }), object({ a: text }), 'breaking', 'breaking'],
  ['property-became-required', object({ a: text }), object({ a: text }, 'a'), 'breaking', 'additive'],
  ['property-became-required', object({}), object({}, 'a'), 'breaking', 'additive'],
  ['property-became-optional', object({}, 'a'), object({}), 'additive', 'breaking'],
  ['property-became-optional', object({ a: text }, 'a'), object({ a: text }), 'additive', 'breaking'],
  ['additional-properties-forbidden', object({ a: text }), { ...object({ a: text }), additionalProperties: false }, 'breaking', 'additive'],
  [
    'additional-properties-allowed',
    { ...object({ a: text }), additionalProperties: false },
    { ...object({ a: text }), additionalProperties: {} },
    'additive',
    'additive',
  ],
  ['type-changed', { type: 'object', additionalProperties: text }, { type: 'object', additionalProperties: { type: 'boolean' } }, 'breaking', 'breaking'],
  ['type-narrowed', { type: 'object' }, { type: 'object', additionalProperties: text }, 'breaking', 'additive'],
  ['type-changed', object({ a: object({ b: text }) }), object({ a: object({ b: { type: 'boolean' } }) }), 'breaking', 'breaking'],
];

const rulesOf = (changes: ReturnType<typeof compareDocuments>): readonly (readonly [string, string])[] =>
  changes.map(({ rule, class: kind }) => [rule, kind] as const);

describe('compareDocuments, of schemas', () => {
  it.each(CHANGES)('calls it %s: %j to %j', (rule, before, after, input, output) => {
    expect(rulesOf(compareDocuments(documentOf(taking(before)), documentOf(taking(after))))).toEqual([[`input.${rule}`, input]]);
    expect(rulesOf(compareDocuments(documentOf(giving(before)), documentOf(giving(after))))).toEqual([[`output.${rule}`, output]]);
  });

  it.each([
    ['input.optional-property-added', 'additive', taking, object({}), object({ a: text })],
    ['input.required-property-added', 'breaking', taking, object({}), object({ a: text }, 'a')],
    ['output.property-added', 'additive', giving, object({}), object({ a: text }, 'a')],
    ['schema.text-changed', 'neutral', taking, text, { type: 'string', description: 'Text' }],
    ['schema.text-changed', 'neutral', giving, { type: 'string', examples: ['a'] }, { type: 'string', examples: ['b'] }],
  ] as const)('calls it %s, which is %s', (rule, kind, place, before, after) => {
    expect(rulesOf(compareDocuments(documentOf(place(before)), documentOf(place(after))))).toEqual([[rule, kind]]);
  });

  it.each<readonly [JsonSchema, JsonSchema]>([
    [{ type: ['string', 'null'] }, { anyOf: [{ type: 'null' }, text] }],
    [{ type: ['null', 'string'] }, { oneOf: [text, { type: 'null' }] }],
    [{ const: 'a' }, { enum: ['a'] }],
    [{ type: 'string', const: 'a' }, { const: 'a' }],
    [
      { type: 'string', enum: ['a', 'b'] },
      { type: 'string', enum: ['b', 'a'] },
    ],
    [{ allOf: [text] }, text],
    [{ anyOf: [text] }, text],
    [object({ a: text, b: text }, 'a', 'b'), object({ b: text, a: text }, 'b', 'a')],
    [{ type: 'object', additionalProperties: true }, { type: 'object' }],
    [{ type: 'string', minLength: 0 }, text],
    [
      { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9 },
      { type: 'integer', minimum: 1, maximum: 8 },
    ],
    [{ type: ['string', 'integer'] }, { anyOf: [{ type: 'integer' }, text] }],
    [{ type: ['string', 'number', 'null'] }, { anyOf: [{ type: 'number' }, text, { type: 'null' }] }],
    [{ anyOf: FORMATS }, { anyOf: FORMATS.toReversed() }],
    [object({ a: { not: {} } }), { type: 'object', properties: { a: false } }],
  ])('sees that %j and %j are the same', (before, after) => {
    expect(compareDocuments(documentOf(taking(before)), documentOf(taking(after)))).toEqual([]);
    expect(compareDocuments(documentOf(giving(after)), documentOf(giving(before)))).toEqual([]);
  });

  it('has a row for every rule of schemas', () => {
    const tested = new Set([
      ...CHANGES.flatMap(([rule]) => [`input.${rule}`, `output.${rule}`]),
      'input.optional-property-added',
      'input.required-property-added',
      'output.property-added',
      'schema.text-changed',
    ]);
    expect(Object.keys(RULES).filter((rule) => /^(?:input|output|schema)\./.test(rule) && !tested.has(rule))).toEqual([]);
  });

  it('follows references, and tells of a component once for each direction, with a pointer that leads there', () => {
    const both = { ...taking({ $ref: '#/components/schemas/Book' }), ...giving({ type: 'array', items: { $ref: '#/components/schemas/Book' } }) };
    const before = documentOf(both, { Book: object({ title: text }, 'title') });
    const after = documentOf(both, { Book: object({ title: { type: ['string', 'null'] } }, 'title') });
    expect(compareDocuments(before, after)).toEqual([
      {
        rule: 'input.null-allowed',
        class: 'additive',
        version: undefined,
        pointer: '/components/schemas/Book/properties/title',
        before: false,
        after: true,
        sentence: '"title" of the schema Book may now be null',
      },
      expect.objectContaining({ rule: 'output.null-allowed', class: 'breaking', pointer: '/components/schemas/Book/properties/title' }),
    ]);
  });

  it('compares what each place says of a component that several of them refer to', () => {
    const Color = { type: 'string', enum: ['red', 'blue'] };
    const $ref = '#/components/schemas/Color';
    const find = (before: JsonSchema, after: JsonSchema): readonly (readonly [string, string | undefined])[] =>
      compareDocuments(documentOf(taking(before), { Color }), documentOf(taking(after), { Color })).map(({ rule, pointer }) => [
        rule,
        pointer.split('schema/')[1],
      ]);
    const places = (first: JsonSchema, second: JsonSchema): JsonSchema => object({ first, second });
    const nullable = { anyOf: [{ $ref }, { type: 'null' }] };
    expect(find(places({ $ref }, { $ref, default: 'red' }), places({ $ref, default: 'red' }, { $ref, default: 'blue' }))).toEqual([
      ['input.default-added', 'properties/first/default'],
      ['input.default-changed', 'properties/second/default'],
    ]);
    expect(find(places(nullable, { ...nullable, default: 'red' }), places({ ...nullable, default: 'red' }, { ...nullable, default: null }))).toEqual([
      ['input.default-added', 'properties/first/default'],
      ['input.default-changed', 'properties/second/default'],
    ]);
    expect(find(places({ $ref }, nullable), places(nullable, { $ref }))).toEqual([
      ['input.null-allowed', 'properties/first'],
      ['input.null-forbidden', 'properties/second'],
    ]);
  });

  it('finds a change of a component that a condition or a combination refers to', () => {
    const $ref = '#/components/schemas/Short';
    const find = (schema: JsonSchema): readonly (readonly [string, string])[] =>
      rulesOf(
        compareDocuments(
          documentOf(taking(schema), { Short: { type: 'string', maxLength: 3 } }),
          documentOf(taking(schema), { Short: { type: 'string', maxLength: 2 } }),
        ),
      );
    expect(find({ allOf: [{ $ref }, { minLength: 1 }] })).toEqual([['input.range-narrowed', 'breaking']]);
    expect(find({ type: 'string', not: { $ref } })).toEqual([['input.condition-changed', 'breaking']]);
    expect(find({ type: 'object', patternProperties: { '^a': { $ref } } })).toEqual([['input.condition-changed', 'breaking']]);
  });

  it('does not care what components are called, or whether a schema is one', () => {
    const node = (name: string): JsonSchema => object({ next: { $ref: `#/components/schemas/${name}` }, value: text });
    const before = documentOf(giving({ $ref: '#/components/schemas/Node' }), { Node: node('Node') });
    expect(compareDocuments(before, documentOf(giving({ $ref: '#/components/schemas/Node2' }), { Node2: node('Node2') }))).toEqual([]);
    expect(
      compareDocuments(documentOf(giving(object({ value: text }))), documentOf(giving({ $ref: '#/components/schemas/V' }), { V: object({ value: text }) })),
    ).toEqual([]);
  });

  it('ends where schemas refer to themselves', () => {
    const node = (value: JsonSchema): JsonSchema => object({ next: { anyOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }] }, value });
    const before = documentOf(giving({ $ref: '#/components/schemas/Node' }), { Node: node(text) });
    const after = documentOf(giving({ $ref: '#/components/schemas/Node' }), { Node: node({ type: 'boolean' }) });
    expect(rulesOf(compareDocuments(before, after))).toEqual([['output.type-changed', 'breaking']]);
    const circle = { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } };
    expect(
      compareDocuments(documentOf(giving({ $ref: '#/components/schemas/A' }), circle), documentOf(giving({ $ref: '#/components/schemas/A' }), circle)),
    ).toEqual([]);
  });

  it('reports a change of a property named like a keyword as one of a property', () => {
    const before = documentOf(taking(object({ items: text, type: text })));
    const after = documentOf(taking(object({ items: { type: 'boolean' }, type: text })));
    expect(compareDocuments(before, after)).toMatchObject([
      { rule: 'input.type-changed', pointer: '/paths/~1books~1{id}/put/requestBody/content/application~1json/schema/properties/items' },
    ]);
  });
});

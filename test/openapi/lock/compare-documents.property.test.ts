import { type ChangeClass, compareDocuments, type JsonSchema, type OpenApiDocument, type OpenApiOperation } from '@oxidite/openapi';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCanonical } from '../../../plugins/openapi/src/lock/canonical-json.ts';
import { withPaths } from '../support/documents.ts';

const leaf = fc.constantFrom<JsonSchema>(
  { type: 'string' },
  { type: 'string', minLength: 2, maxLength: 9 },
  { type: 'string', enum: ['a', 'b', 'c'] },
  { type: 'integer', minimum: 3 },
  { type: 'boolean' },
  { type: ['string', 'null'], format: 'date' },
  { anyOf: [{ type: 'number' }, { type: 'null' }] },
  { type: ['string', 'integer', 'null'], default: 'a' },
  { $ref: '#/components/schemas/Node' },
  { $ref: '#/components/schemas/Node', default: {} },
  { anyOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }], description: 'or none' },
);
const { tree } = fc.letrec<{ tree: JsonSchema }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('tree').map((items) => ({ type: 'array', items })),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'items', 'type', '~/'), tie('tree'), fc.boolean()), { selector: ([name]) => name, maxLength: 3 })
      .map((properties) => ({
        type: 'object',
        properties: Object.fromEntries(properties.map(([name, schema]) => [name, schema])),
        required: properties.filter(([, , isRequired]) => isRequired).map(([name]) => name),
      })),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => ({ allOf: [left, right] })),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => ({
      oneOf: [
        { type: 'object', properties: { kind: { const: 'l' }, left } },
        { type: 'object', properties: { kind: { const: 'r' }, right } },
      ],
    })),
  ),
}));
/** An object, so that something can always be added to it. */
const root = fc
  .dictionary(fc.constantFrom('x', 'y', 'z'), tree, { maxKeys: 3 })
  .map((properties): JsonSchema => ({ type: 'object', properties: { ...properties, sure: { type: 'string', maxLength: 50 } }, required: ['sure'] }));

const NODE: JsonSchema = {
  type: 'object',
  properties: { value: { type: 'string' }, next: { anyOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }] } },
};

const operation = fc
  .record({ body: root, result: root, name: fc.constantFrom('q', 'page'), status: fc.constantFrom(200, 201) })
  .map(({ body, result, name, status }): Omit<OpenApiOperation, 'operationId'> => ({
    parameters: [{ name, in: 'query', required: false, schema: { type: 'string' } }],
    requestBody: { required: true, content: { 'application/json': { schema: body } } },
    responses: { [status]: { description: '', content: { 'application/json': { schema: result } } }, 404: { description: '' } },
    security: [{ bearer: [] }],
  }));
const document = fc
  .array(operation, { minLength: 1, maxLength: 4 })
  .map((operations) =>
    withPaths(Object.fromEntries(operations.map((one, index) => [`/a${index}/{id}`, { put: { ...one, operationId: `a${index}` } }])), { Node: NODE }),
  );

type Draft = Record<string, unknown>;

/** The part of a draft that is an object. */
const part = (draft: Draft, key: string): Draft => draft[key] as Draft;
/** The property that every body and result has. */
const sure = (schema: Draft): Draft => part(part(schema, 'properties'), 'sure');

/** What the body of an operation may be. */
const contentOf = (one: Draft): Draft => part(part(one, 'requestBody'), 'content');

type Parts = { readonly operation: Draft; readonly body: Draft; readonly result: Draft };
type Mutation = readonly [name: string, kind: ChangeClass, change: (parts: Parts) => void];

/** What changes exactly one thing of an operation, and what it means. */
const MUTATIONS: readonly Mutation[] = [
  ['renames the operation', 'breaking', ({ operation: one }) => void Object.assign(one, { operationId: 'other' })],
  ['deprecates the operation', 'neutral', ({ operation: one }) => void Object.assign(one, { deprecated: true })],
  ['describes the operation', 'neutral', ({ operation: one }) => void Object.assign(one, { description: 'text' })],
  ['opens the operation', 'additive', ({ operation: one }) => void Object.assign(one, { security: [] })],
  ['adds a way in', 'additive', ({ operation: one }) => void Object.assign(one, { security: [{ bearer: [] }, { session: [] }] })],
  ['wants a scope', 'breaking', ({ operation: one }) => void Object.assign(one, { security: [{ bearer: ['admin'] }] })],
  ['removes a parameter', 'breaking', ({ operation: one }) => void Object.assign(one, { parameters: [] })],
  ['requires a parameter', 'breaking', ({ operation: one }) => void Object.assign((one['parameters'] as readonly object[])[0] ?? {}, { required: true })],
  ['adds an error', 'additive', ({ operation: one }) => void Object.assign(part(one, 'responses'), { 409: { description: '' } })],
  ['removes an error', 'neutral', ({ operation: one }) => void delete part(one, 'responses')['404']],
  ['takes a property more', 'additive', ({ body }) => void Object.assign(part(body, 'properties'), { fresh: { type: 'string' } })],
  [
    'needs a property',
    'breaking',
    ({ body }) => void Object.assign(part(body, 'properties'), { fresh: {} }, void (body['required'] as string[]).push('fresh')),
  ],
  ['gives a property more', 'additive', ({ result }) => void Object.assign(part(result, 'properties'), { fresh: { type: 'string' } })],
  ['gives a property less', 'breaking', ({ result }) => void delete part(result, 'properties')['sure']],
  ['takes shorter text', 'breaking', ({ body }) => void Object.assign(sure(body), { maxLength: 40 })],
  ['gives shorter text', 'additive', ({ result }) => void Object.assign(sure(result), { maxLength: 40 })],
  ['takes null', 'additive', ({ body }) => void Object.assign(sure(body), { type: ['null', 'string'] })],
  ['gives null', 'breaking', ({ result }) => void Object.assign(sure(result), { type: ['null', 'string'] })],
  ['may leave a property out', 'breaking', ({ result }) => void Object.assign(result, { required: [] })],
  ['need not be given a property', 'additive', ({ body }) => void Object.assign(body, { required: [] })],
  ['takes longer text', 'additive', ({ body }) => void Object.assign(sure(body), { maxLength: 60 })],
  ['takes text of a format', 'breaking', ({ body }) => void Object.assign(sure(body), { format: 'email' })],
  ['gives text of a format', 'additive', ({ result }) => void Object.assign(sure(result), { format: 'email' })],
  ['takes some texts', 'breaking', ({ body }) => void Object.assign(sure(body), { enum: ['a', 'b'] })],
  ['takes another type as well', 'additive', ({ body }) => void Object.assign(sure(body), { type: ['string', 'boolean'] })],
  ['gives another type as well', 'breaking', ({ result }) => void Object.assign(sure(result), { type: ['string', 'boolean'] })],
  ['takes another type', 'breaking', ({ body }) => void Object.assign(sure(body), { type: 'boolean' })],
  ['takes a pattern', 'breaking', ({ body }) => void Object.assign(sure(body), { pattern: '^a' })],
  ['has a default', 'neutral', ({ body }) => void Object.assign(sure(body), { default: 'a' })],
  ['takes another form as well', 'additive', ({ operation: one }) => void Object.assign(contentOf(one), { 'text/plain': { schema: {} } })],
  ['answers with another success as well', 'additive', ({ operation: one }) => void Object.assign(part(one, 'responses'), { 202: { description: '' } })],
  ['takes nothing else', 'breaking', ({ body }) => void Object.assign(body, { additionalProperties: false })],
];

function mutate(original: OpenApiDocument, path: string, change: Mutation[2]): OpenApiDocument {
  const copy = structuredClone(original) as unknown as Draft;
  const drafted = part(part(part(copy, 'paths'), path), 'put');
  const success = Object.keys(part(drafted, 'responses')).find((status) => status.startsWith('2')) ?? '';
  const schemaOf = (holder: Draft): Draft => part(part(part(holder, 'content'), 'application/json'), 'schema');
  change({ operation: drafted, body: schemaOf(part(drafted, 'requestBody')), result: schemaOf(part(part(drafted, 'responses'), success)) });
  return copy as unknown as OpenApiDocument; // it was one, and the change kept its form
}

/** Follows a JSON Pointer. */
function find(document: OpenApiDocument, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((value, step) => (value as Draft | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

describe('compareDocuments, for any document', () => {
  it('finds nothing between a document and itself, also in its canonical form', () => {
    fc.assert(
      fc.property(document, (one) => {
        expect(compareDocuments(one, structuredClone(one))).toEqual([]);
        expect(compareDocuments(toCanonical(one) as OpenApiDocument, one)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('finds one change, of its class, and its reverse back again', () => {
    fc.assert(
      fc.property(document, fc.nat(), fc.constantFrom(...MUTATIONS), (one, index, [, kind, change]) => {
        const paths = Object.keys(one.paths);
        const other = mutate(one, paths[index % paths.length] ?? '', change);
        const changes = compareDocuments(one, other);
        expect(changes.map((found) => found.class)).toEqual([kind]);
        expect(compareDocuments(other, one)).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('finds both of two changes, of their classes, and no other', () => {
    fc.assert(
      fc.property(document, fc.constantFrom(...MUTATIONS), fc.constantFrom(...MUTATIONS), (one, [, first, change], [, second, other]) => {
        const [left = '', right = ''] = Object.keys(one.paths);
        fc.pre(right !== '');
        const middle = mutate(one, left, change);
        const end = mutate(middle, right, other);
        const classes = (from: OpenApiDocument, to: OpenApiDocument): readonly ChangeClass[] => compareDocuments(from, to).map((found) => found.class);
        expect(classes(one, end)).toEqual([...classes(one, middle), ...classes(middle, end)]);
        expect(classes(one, end)).toEqual([first, second]);
      }),
      { numRuns: 150 },
    );
  });

  it('never fails on documents that have nothing in common', () => {
    fc.assert(
      fc.property(document, document, (one, other) => {
        for (const { pointer, sentence } of compareDocuments(one, other))
          expect([pointer.startsWith('/'), sentence]).toEqual([true, expect.stringMatching(/\w/)]);
      }),
      { numRuns: 200 },
    );
  });

  it('points at something that is there', () => {
    fc.assert(
      fc.property(document, document, (one, other) => {
        for (const { pointer } of compareDocuments(one, other)) expect([pointer, find(other, pointer) ?? find(one, pointer)]).not.toEqual([pointer, undefined]);
      }),
      { numRuns: 200 },
    );
  });
});

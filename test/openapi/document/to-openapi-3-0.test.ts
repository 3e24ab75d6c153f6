import { type JsonSchema, type OpenApiDocument, toOpenApi30 } from '@oxidite/openapi';
import { describe, expect, it } from 'vitest';
import { documentOf, giving, taking } from '../support/documents.ts';

const NULL = { type: 'string', nullable: true, enum: [null] };
const ref = { $ref: '#/components/schemas/A' };

/** A schema of draft 2020-12, and the same in OpenAPI 3.0. */
const SCHEMAS: readonly (readonly [unknown, JsonSchema])[] = [
  [{}, {}],
  [true, {}],
  [false, { not: {} }],
  [{ type: ['string', 'null'] }, { type: 'string', nullable: true }],
  [{ type: 'null' }, NULL],
  [{ const: null }, NULL],
  [{ type: ['string', 'integer'] }, { anyOf: [{ type: 'string' }, { type: 'integer' }] }],
  [
    { type: ['string', 'integer', 'null'], description: 'd' },
    { description: 'd', anyOf: [{ type: 'string' }, { type: 'integer' }, NULL] },
  ],
  [{ type: ['string', 'array'], items: { type: 'null' } }, { anyOf: [{ type: 'string' }, { type: 'array', items: NULL }] }],
  [
    { anyOf: [{ type: 'number', exclusiveMinimum: 3 }, { type: 'null' }], description: 'd' },
    { type: 'number', minimum: 3, exclusiveMinimum: true, description: 'd', nullable: true },
  ],
  [{ anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] }, { type: 'string', enum: ['a', null], nullable: true }],
  [{ oneOf: [ref, { type: 'null' }] }, { oneOf: [ref, NULL] }],
  [{ enum: ['a', null] }, { type: 'string', enum: ['a', null], nullable: true }],
  [
    { type: ['string', 'null'], enum: ['a'] },
    { type: 'string', enum: ['a'] },
  ],
  [{ const: 'a' }, { type: 'string', enum: ['a'] }],
  [
    { type: 'integer', const: 1 },
    { type: 'integer', enum: [1] },
  ],
  [{ exclusiveMinimum: 3, minimum: 5 }, { minimum: 5 }],
  [
    { exclusiveMinimum: 5, minimum: 3 },
    { minimum: 5, exclusiveMinimum: true },
  ],
  [{ exclusiveMaximum: 3 }, { maximum: 3, exclusiveMaximum: true }],
  [
    { exclusiveMaximum: 3, maximum: 3 },
    { maximum: 3, exclusiveMaximum: true },
  ],
  [
    { type: 'string', examples: ['a', 'b'] },
    { type: 'string', example: 'a' },
  ],
  [{ type: 'array' }, { type: 'array', items: {} }],
  [
    { type: 'array', prefixItems: [{ type: 'string' }, { const: 1 }], items: false, minItems: 2 },
    { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer', enum: [1] }] }, minItems: 2, maxItems: 2 },
  ],
  [
    { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'number' } },
    { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
  ],
  [
    { type: 'array', prefixItems: [{ type: 'string' }] },
    { type: 'array', items: {} },
  ],
  [
    { type: 'array', items: false },
    { type: 'array', items: {}, maxItems: 0 },
  ],
  [
    { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { const: true } },
    { type: 'object', additionalProperties: { type: 'boolean', enum: [true] } },
  ],
  [
    { type: 'object', patternProperties: { '^x-': { type: 'string' } }, additionalProperties: false },
    { type: 'object', additionalProperties: { type: 'string' } },
  ],
  [{ type: 'object', patternProperties: { '^x-': { type: 'string' } } }, { type: 'object' }],
  [
    { type: 'object', additionalProperties: false, properties: { const: { const: 1 } } },
    { type: 'object', additionalProperties: false, properties: { const: { type: 'integer', enum: [1] } } },
  ],
  [
    { type: 'string', contentEncoding: 'base64' },
    { type: 'string', format: 'byte' },
  ],
  [
    { type: 'string', format: 'binary', contentEncoding: 'binary' },
    { type: 'string', format: 'binary' },
  ],
  [
    { ...ref, description: 'd' },
    { description: 'd', allOf: [ref] },
  ],
  [{ $id: 'x', $comment: 'y', if: {}, else: {}, dependentRequired: {}, unevaluatedProperties: false }, {}],
  [
    { type: 'string', default: { const: 1 }, enum: [{ prefixItems: [] }] },
    { type: 'string', default: { const: 1 }, enum: [{ prefixItems: [] }] },
  ],
];

describe('toOpenApi30', () => {
  it.each(SCHEMAS)('converts %j', (schema, expected) => {
    const { components } = toOpenApi30(documentOf({}, { A: { type: 'object', properties: { a: schema } } }));
    expect(components.schemas['A']?.['properties']).toEqual({ a: expected });
  });

  it('converts schemas of parameters, bodies, responses and headers', () => {
    const nullable = { type: ['string', 'null'] };
    const converted = { type: 'string', nullable: true };
    const parameters = [{ name: 'q', in: 'query', required: false, schema: nullable }] as const;
    const document = toOpenApi30(
      documentOf({
        parameters,
        ...taking(nullable),
        responses: { 200: { description: 'OK', headers: { X: { schema: nullable } } }, ...giving(nullable).responses, 201: { description: '' } },
      }),
    );
    const operation = document.paths['/books/{id}']?.['put'];
    expect(operation?.parameters?.[0]?.schema).toEqual(converted);
    expect(operation?.requestBody?.content['application/json']?.schema).toEqual(converted);
    expect(operation?.responses['200']?.content?.['application/json']?.schema).toEqual(converted);
    expect(operation?.responses['201']).toEqual({ description: '' });
  });

  it('leaves out what 3.0 does not know of the API', () => {
    const before: OpenApiDocument = {
      ...documentOf(),
      info: { title: 'Library', version: '1', summary: 'Books', license: { name: 'MIT', identifier: 'MIT' } },
      components: { schemas: {}, securitySchemes: { cert: { type: 'mutualTLS' }, key: { type: 'apiKey', in: 'header', name: 'x' } } },
    };
    const { openapi, info, components } = toOpenApi30(before);
    expect(openapi).toBe('3.0.4');
    expect(info).toEqual({ title: 'Library', version: '1', license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' } });
    expect(components.securitySchemes).toMatchObject({ cert: { type: 'http' }, key: { type: 'apiKey' } });
  });
});

import { compareDocuments, type OpenApiDocument, type OpenApiOperation, type OpenApiParameter, type OpenApiResponse } from '@oxidite/openapi';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../plugins/openapi/src/lock/change-rules.ts';
import { compareVersions } from '../../../plugins/openapi/src/lock/compare-documents.ts';
import { documentOf, giving, taking, withPaths } from '../support/documents.ts';

type Change = readonly [rule: string, before: Partial<OpenApiOperation>, after: Partial<OpenApiOperation>];

const query = (changes: Partial<OpenApiParameter> = {}): Partial<OpenApiOperation> => ({
  parameters: [{ name: 'q', in: 'query', required: false, schema: { type: 'string' }, ...changes }],
});
const answering = (responses: Readonly<Record<number, Partial<OpenApiResponse>>>): Partial<OpenApiOperation> => ({
  responses: Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, { description: status, ...response }])),
});
const ok = (response: Partial<OpenApiResponse> = {}): Partial<OpenApiOperation> => answering({ 200: response });
/** A body whose only part may have these types. */
const withPart = (contentType?: string): Partial<OpenApiOperation> => ({
  requestBody: {
    required: true,
    content: { 'multipart/form-data': { schema: {}, ...(contentType === undefined ? {} : { encoding: { image: { contentType } } }) } },
  },
});
const header = { schema: { type: 'string' } };
const json = (schema = {}): Partial<OpenApiResponse> => ({ content: { 'application/json': { schema } } });

const CHANGES: readonly Change[] = [
  ['operation.id-changed', {}, { operationId: 'books.replace' }],
  ['operation.deprecated', {}, { deprecated: true }],
  ['operation.revived', { deprecated: true }, {}],
  ['operation.text-changed', { summary: 'a' }, { summary: 'b' }],
  ['operation.text-changed', { tags: ['a'] }, { tags: ['b'] }],
  ['operation.host-changed', {}, { servers: [{ url: '//a.test' }] }],
  ['parameter.required-added', {}, query({ required: true })],
  ['parameter.optional-added', {}, query()],
  ['parameter.removed', query(), {}],
  ['parameter.became-required', query(), query({ required: true })],
  ['parameter.became-optional', query({ required: true }), query()],
  ['parameter.text-changed', query(), query({ description: 'b' })],
  ['parameter.rest-forbidden', query({ 'x-rest': true }), query()],
  ['parameter.rest-allowed', query(), query({ 'x-rest': true })],
  ['input.type-changed', query(), query({ schema: { type: 'boolean' } })],
  ['input.default-changed', query({ schema: { type: 'integer', default: 20 } }), query({ schema: { type: 'integer', default: 50 } })],
  ['body.required-added', {}, taking({})],
  ['body.optional-added', {}, { requestBody: { required: false, content: {} } }],
  ['body.removed', taking({}), {}],
  ['body.became-required', { requestBody: { required: false, content: {} } }, { requestBody: { required: true, content: {} } }],
  ['body.became-optional', { requestBody: { required: true, content: {} } }, { requestBody: { required: false, content: {} } }],
  ['body.text-changed', { requestBody: { required: true, content: {} } }, { requestBody: { required: true, content: {}, description: 'b' } }],
  ['body.media-type-added', { requestBody: { required: true, content: {} } }, taking({})],
  ['body.media-type-removed', taking({}), { requestBody: { required: true, content: {} } }],
  ['body.part-type-removed', withPart('image/png, image/*'), withPart('image/png')],
  ['body.part-type-removed', withPart(), withPart('image/png')],
  ['body.part-type-added', withPart('image/png'), withPart('image/gif, image/png')],
  ['body.part-type-added', withPart('image/png'), withPart()],
  ['body.part-type-added', withPart('image/png'), withPart('image/*')],
  ['response.success-removed', answering({ 200: {}, 202: {} }), ok()],
  ['response.success-added', ok(), answering({ 200: {}, 202: {} })],
  ['response.default-status-changed', ok(), answering({ 201: { description: '200' } })],
  ['response.error-removed', answering({ 200: {}, 404: {} }), ok()],
  ['response.error-added', ok(), answering({ 200: {}, 404: {} })],
  ['response.text-changed', ok(), ok({ description: 'b' })],
  ['response.content-removed', ok(json()), ok()],
  ['response.content-added', ok(), ok(json())],
  ['response.media-type-removed', ok({ content: { 'text/plain': { schema: {} }, 'application/json': { schema: {} } } }), ok(json())],
  ['response.media-type-added', ok(json()), ok({ content: { 'text/plain': { schema: {} }, 'application/json': { schema: {} } } })],
  ['response.header-removed', ok({ headers: { RateLimit: header } }), ok({ headers: {} })],
  ['response.header-became-optional', ok({ headers: { RateLimit: { ...header, required: true } } }), ok({ headers: { RateLimit: header } })],
  ['response.header-became-required', ok({ headers: { RateLimit: header } }), ok({ headers: { RateLimit: { ...header, required: true } } })],
  ['response.header-added', ok(), ok({ headers: { RateLimit: header } })],
  ['response.notice-removed', ok({ headers: { Sunset: header } }), ok()],
  ['response.text-changed', ok({ headers: { Sunset: header } }), ok({ headers: { Sunset: { ...header, description: 'b' } } })],
  ['output.type-changed', ok({ headers: { RateLimit: header } }), ok({ headers: { RateLimit: { schema: { type: 'integer' } } } })],
  ['security.added', {}, { security: [{ bearer: [] }] }],
  ['security.added', { security: [{}, { bearer: [] }] }, { security: [{ bearer: [] }] }],
  ['security.removed', { security: [{ bearer: [] }] }, {}],
  ['security.alternative-removed', { security: [{ bearer: [] }, { session: [] }] }, { security: [{ bearer: [] }] }],
  ['security.alternative-added', { security: [{ bearer: [] }] }, { security: [{ session: [] }, { bearer: [] }] }],
  ['security.alternative-added', {}, { security: [{}, { bearer: [] }] }],
  ['security.alternative-removed', { security: [{}, { bearer: [] }] }, {}],
  ['security.alternative-removed', { security: [{ bearer: [] }] }, { security: [{ bearer: [], session: [] }] }],
  ['security.scope-added', { security: [{ bearer: ['read'] }] }, { security: [{ bearer: ['read', 'write'] }] }],
  ['security.scope-added', { security: [{ bearer: ['read'] }] }, { security: [{ bearer: ['write'] }] }],
  ['security.scope-removed', { security: [{ bearer: ['read', 'write'] }] }, { security: [{ bearer: ['read'] }] }],
];

const rulesOf = (before: OpenApiDocument, after: OpenApiDocument): readonly string[] => compareDocuments(before, after).map(({ rule }) => rule);

describe('compareDocuments', () => {
  it.each(CHANGES)('calls it %s: %j to %j', (rule, before, after) => {
    const [only, ...more] = compareDocuments(documentOf(before), documentOf(after));
    expect([only?.rule, more.map((change) => change.rule)]).toEqual([rule, []]);
    expect(only?.sentence).toMatch(/\w/);
  });

  it('tells of operations that come and go, whatever the parameters of their paths are called', () => {
    const get: OpenApiOperation = { operationId: 'a', responses: {} };
    expect(rulesOf(withPaths({ '/a': { get } }), withPaths({}))).toEqual(['operation.removed']);
    expect(rulesOf(withPaths({ '/a': { get } }), withPaths({ '/a': { get, post: { ...get, operationId: 'b' } } }))).toEqual(['operation.added']);
    const parameters = (name: string): OpenApiParameter[] => [{ name, in: 'path', required: true, schema: { type: 'string' } }];
    const [before, after] = [
      withPaths({ '/a/{id}': { get: { ...get, parameters: parameters('id') } } }),
      withPaths({ '/a/{slug}': { get: { ...get, parameters: parameters('slug') } } }),
    ];
    expect(rulesOf(before, after)).toEqual(['parameter.path-renamed']);
  });

  it('says when a deprecation has no end', () => {
    const sunset = ok({ headers: { Sunset: header } });
    const sentenceOf = (after: Partial<OpenApiOperation>): string | undefined =>
      compareDocuments(documentOf(ok()), documentOf(after)).find(({ rule }) => rule === 'operation.deprecated')?.sentence;
    expect(sentenceOf({ ...ok(), deprecated: true })).toBe('PUT /books/{id} is deprecated now, and nothing tells until when it works');
    expect(sentenceOf({ ...sunset, deprecated: true })).toBe('PUT /books/{id} is deprecated now');
  });

  it('compares the content of a success that has another status now', () => {
    const before = documentOf(answering({ 200: { description: '', ...json({ type: 'string' }) } }));
    const after = documentOf(answering({ 201: { description: '', ...json({ type: 'boolean' }) } }));
    expect(rulesOf(before, after)).toEqual(['response.default-status-changed', 'output.type-changed']);
  });

  it('compares names of headers without their case', () => {
    const parameter = (name: string): Partial<OpenApiOperation> => ({ parameters: [{ name, in: 'header', required: true, schema: {} }] });
    expect(rulesOf(documentOf(parameter('X-A')), documentOf(parameter('x-a')))).toEqual([]);
  });

  it('tells how credentials are sent, and what is only text', () => {
    const scheme = (definition: object): OpenApiDocument => ({ ...documentOf(), components: { schemas: {}, securitySchemes: { key: definition } } });
    expect(rulesOf(scheme({ type: 'apiKey', in: 'header', name: 'a' }), scheme({ type: 'apiKey', in: 'header', name: 'b' }))).toEqual([
      'security.scheme-changed',
    ]);
    expect(rulesOf(scheme({ type: 'http', scheme: 'bearer' }), scheme({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }))).toEqual([
      'security.text-changed',
    ]);
    expect(rulesOf(documentOf(), { ...documentOf(), info: { title: 'Other', version: '1' } })).toEqual(['document.text-changed']);
    expect(rulesOf(documentOf(), { ...documentOf(), servers: [{ url: 'https://a.test' }] })).toEqual(['document.servers-changed']);
  });

  it('points into the current document, and into the locked one for what is gone', () => {
    const before = documentOf({
      parameters: [
        { name: 'a', in: 'query', required: false, schema: {} },
        { name: 'b', in: 'query', required: false, schema: {} },
      ],
    });
    const after = documentOf({ parameters: [{ name: 'b', in: 'query', required: true, schema: {} }] });
    expect(compareDocuments(before, after).map(({ rule, pointer }) => [rule, pointer])).toEqual([
      ['parameter.removed', '/paths/~1books~1{id}/put/parameters/0'],
      ['parameter.became-required', '/paths/~1books~1{id}/put/parameters/0/required'],
    ]);
  });

  it('has a row for every rule, here or among those of schemas', () => {
    const tested = new Set([
      ...CHANGES.map(([rule]) => rule),
      'version.added',
      'version.removed',
      'operation.added',
      'operation.removed',
      'parameter.path-renamed',
      'security.scheme-changed',
      'security.text-changed',
      'document.text-changed',
      'document.servers-changed',
    ]);
    const rules = Object.keys(RULES).filter((rule) => !/^(?:input|output|schema)\./.test(rule));
    expect(rules.filter((rule) => !tested.has(rule))).toEqual([]);
  });
});

describe('compareVersions', () => {
  const one = documentOf();
  const changed = documentOf(giving({}));

  it('compares each version with itself, and names it', () => {
    expect(compareVersions({ 1: one, 2: one }, { 1: one, 2: changed }, '2')).toMatchObject([{ rule: 'response.content-added', version: '2' }]);
  });

  it('tells of versions that come and go', () => {
    expect(compareVersions({ 1: one, 2: one }, { 2: one, 3: one }, '3')).toMatchObject([
      { rule: 'version.removed', class: 'breaking', version: '1' },
      { rule: 'version.added', class: 'additive', version: '3' },
    ]);
  });

  it('compares an API that gets versions with the newest of them', () => {
    expect(compareVersions({ default: one }, { 1: changed, 2: one }, '2')).toMatchObject([{ rule: 'version.added', version: '1' }]);
  });
});

import { BodyMalformedError, BodyTooComplexError } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseJsonBody } from '../../../plugins/http/src/body/json-body.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): unknown => parseJsonBody(bytes(text), { bodyDepth: 64, bodyKeys: 10_000 });

describe('parseJsonBody', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['{', '', 'undefined', '{"a":1}x', "{'a':1}"])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(BodyMalformedError);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJsonBody(new Uint8Array([0x22, 0xff, 0x22]), { bodyDepth: 1, bodyKeys: 1 })).toThrow('not UTF-8');
  });

  it('ignores a byte order mark', () => {
    expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"b":{"__proto__":1}}]}',
    String.raw`{"\u005f_proto__":{"admin":true}}`,
    String.raw`{"__pr\u006fto__":1}`,
    '{"constructor":{"prototype":{"admin":true}}}',
    String.raw`{"c\u006fnstructor":{"pr\u006ftotype":1}}`,
  ])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(BodyMalformedError);
  });

  it.each(['{"text":"__proto__"}', '{"constructor":"Ada"}', '{"constructor":{"name":1}}', '{"constructor":null,"a":null}', String.raw`{"a":"\u0041"}`])(
    'takes %s',
    (text) => {
      expect(parse(text)).toEqual(JSON.parse(text));
    },
  );

  it('walks bodies that are nested deeper than the stack', () => {
    const depth = 100_000;
    const text = `${'['.repeat(depth)}{"__proto__":1}${']'.repeat(depth)}`;
    expect(() => parseJsonBody(bytes(text), { bodyDepth: 1_000_000, bodyKeys: 10 })).toThrow(BodyMalformedError);
  });

  it('refuses what is nested too deep before it is parsed', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parse(nested(64))).toBeInstanceOf(Array);
    expect(() => parse(nested(65))).toThrow(BodyTooComplexError);
  });
});

describe('a JSON body', () => {
  it.each([
    ['charset=latin1', { 'content-type': 'application/json; charset=iso-8859-1' }, 'OXI_HTTP_CHARSET'],
    ['gzip', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 'OXI_HTTP_CONTENT_ENCODING'],
    ['text', { 'content-type': 'text/plain' }, 'OXI_HTTP_MEDIA_TYPE'],
  ])('of %s is a 415', async (_what, headers, code) => {
    await using app = await createTestHttp((routes) => routes.post('/', { body: z.unknown() }, () => 'never'));
    expect((await app.request('POST', '/', { body: '{}', headers })).json).toMatchObject({ status: 415, code });
  });

  it('may have only so many keys, and be nested only so deep', async () => {
    await using app = await createTestHttp((routes) => routes.post('/', { body: z.unknown() }, () => 'fine'), {
      http: { limits: { bodyDepth: 3, bodyKeys: 5 } },
    });
    const send = async (json: unknown): Promise<unknown> => (await app.request('POST', '/', { json })).json;
    expect(await send({ a: { b: { c: { d: 1 } } } })).toMatchObject({
      status: 400,
      code: 'OXI_HTTP_BODY_TOO_COMPLEX',
      detail: 'The body is too complex: it is nested more than 3 levels deep.',
    });
    expect(await send(Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`key${index}`, index])))).toMatchObject({
      code: 'OXI_HTTP_BODY_TOO_COMPLEX',
    });
    expect((await app.request('POST', '/', { json: { a: { b: { c: [] } } } })).status).toBe(400);
    expect((await app.request('POST', '/', { json: { a: { b: {} } } })).text).toBe('fine');
  });
});

import { BodyMalformedError, MediaTypeError } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertJsonType, parseJsonBody } from '../../../plugins/http/src/request/json-body.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseJsonBody', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        expect(parseJsonBody(bytes(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['{', '', 'undefined', '{"a":1}x', "{'a':1}"])('refuses %j', (text) => {
    expect(() => parseJsonBody(bytes(text))).toThrow(BodyMalformedError);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJsonBody(new Uint8Array([0x22, 0xff, 0x22]))).toThrow('not UTF-8');
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"b":{"__proto__":1}}]}',
    String.raw`{"\u005f_proto__":{"admin":true}}`,
    String.raw`{"__pr\u006fto__":1}`,
    '{"constructor":{"prototype":{"admin":true}}}',
    String.raw`{"c\u006fnstructor":{"pr\u006ftotype":1}}`,
  ])('refuses %s', (text) => {
    expect(() => parseJsonBody(bytes(text))).toThrow(BodyMalformedError);
  });

  it.each(['{"text":"__proto__"}', '{"constructor":"Ada"}', '{"constructor":{"name":1}}', '{"constructor":null,"a":null}', String.raw`{"a":"\u0041"}`])(
    'takes %s',
    (text) => {
      expect(parseJsonBody(bytes(text))).toEqual(JSON.parse(text));
    },
  );

  it('walks bodies that are nested deeper than the stack', () => {
    const depth = 100_000;
    const text = `${'['.repeat(depth)}{"__proto__":1}${']'.repeat(depth)}`;
    expect(() => parseJsonBody(bytes(text))).toThrow(BodyMalformedError);
  });
});

describe('assertJsonType', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/merge-patch+json'])('takes %s', (type) => {
    expect(() => assertJsonType(type)).not.toThrow();
  });

  it.each([undefined, '', 'text/plain', 'application/x-www-form-urlencoded', 'text/json', 'image/svg+json', 'application/jsonp'])('refuses %s', (type) => {
    expect(() => assertJsonType(type)).toThrow(MediaTypeError);
  });
});

import { CharsetError, ContentEncodingError, MediaTypeError } from '@oxidite/http';
import { describe, expect, it } from 'vitest';
import { assertAccepted, assertText, isAccepted, parseContentType } from '../../../plugins/http/src/body/content-type.ts';

describe('parseContentType', () => {
  it.each([
    ['text/plain', 'text/plain', {}],
    [' Text/HTML ; Charset="UTF-8"', 'text/html', { charset: 'UTF-8' }],
    ['multipart/form-data; boundary="a b\\"c"; x=1', 'multipart/form-data', { boundary: 'a b"c', x: '1' }],
    ['a/b; x=1; X=2;', 'a/b', { x: '1' }],
    ['a/b; __proto__=1', 'a/b', { ['__proto__']: '1' }],
  ])('reads %j', (header, type, parameters) => {
    const found = parseContentType(header);
    expect([found?.type, { ...found?.parameters }]).toEqual([type, parameters]);
  });

  it.each([undefined, '', 'text', 'text/', 'a/b; x', 'a/b; x="1', 'a/b, c/d', 'a b/c', '; charset=utf-8'])('refuses %j', (header) => {
    expect(parseContentType(header)).toBeUndefined();
  });

  it('takes no more than linear time', () => {
    const start = performance.now();
    expect(parseContentType(`a/b;x="${'\\'.repeat(100_001)}`)).toBeUndefined();
    expect(parseContentType(`a/b${';'.repeat(100_000)}!`)?.type).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('isAccepted', () => {
  it.each([
    ['application/json', 'application/json', true],
    ['application/json', 'application/merge-patch+json', true],
    ['application/json', 'image/svg+json', false],
    ['application/json', 'text/json', false],
    ['application/json', 'application/jsonp', false],
    ['image/*', 'image/png', true],
    ['image/*', 'imagex/png', false],
    ['*/*', 'a/b', true],
    ['a/b', 'a/bc', false],
  ])('%s takes %s: %s', (range, type, expected) => {
    expect(isAccepted([range], type)).toBe(expected);
  });
});

describe('assertText', () => {
  const check = (headers: Record<string, string>): unknown => assertText({ method: 'POST', headers }, ['text/plain']);

  it.each(['text/plain', 'text/plain; charset=utf-8', 'text/plain;charset="UTF8"'])('takes %s', (type) => {
    expect(() => check({ 'content-type': type })).not.toThrow();
    expect(() => check({ 'content-type': type, 'content-encoding': 'Identity' })).not.toThrow();
  });

  it('refuses other types, charsets and codings', () => {
    expect(() => check({})).toThrow(MediaTypeError);
    expect(() => check({ 'content-type': 'text/html' })).toThrow(MediaTypeError);
    expect(() => check({ 'content-type': 'text/plain; charset=utf-16' })).toThrow(CharsetError);
    expect(() => check({ 'content-type': 'text/plain', 'content-encoding': 'gzip, identity' })).toThrow(ContentEncodingError);
  });
});

describe('MediaTypeError', () => {
  it.each([
    ['POST', 'accept-post'],
    ['PATCH', 'accept-patch'],
    ['PUT', undefined],
  ])('of a %s names what is accepted', (method, header) => {
    const headersOf = (): unknown => {
      try {
        return assertAccepted({ method, headers: { 'content-type': 'a/b' } }, ['c/d', 'e/*']);
      } catch (error) {
        return (error as MediaTypeError).headers;
      }
    };
    expect(headersOf()).toEqual({ accept: 'c/d, e/*', ...(header === undefined ? {} : { [header]: 'c/d, e/*' }) });
  });
});

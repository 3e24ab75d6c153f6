import { CookieDefinitionError, CookieTooLargeError, ResponseHeaders } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertAttributes, assertCookieName, encodeCookieValue, putCookie, serializeCookie } from '../../../plugins/http/src/cookies/set-cookie.ts';

describe('serializeCookie', () => {
  it('has safe defaults', () => {
    expect(serializeCookie('a', '1', { secure: true })).toBe('a=1; Path=/; SameSite=Lax; Secure; HttpOnly');
  });

  it('writes all attributes', () => {
    const attributes = { path: '/x', domain: 'example.org', maxAgeSeconds: 60, sameSite: 'none', secure: true, httpOnly: false, partitioned: true } as const;
    expect(serializeCookie('a', '1', attributes)).toBe('a=1; Path=/x; Domain=example.org; Max-Age=60; SameSite=None; Secure; Partitioned');
  });

  it('refuses what browsers would not keep', () => {
    expect(serializeCookie('a', 'x'.repeat(4_095), {})).toHaveLength(4_095 + 2 + '; Path=/; SameSite=Lax; HttpOnly'.length);
    expect(() => serializeCookie('a', 'x'.repeat(4_096), {})).toThrow(CookieTooLargeError);
  });
});

describe('encodeCookieValue', () => {
  it('leaves JSON readable, and lets nothing out of the value', () => {
    expect(encodeCookieValue('{"a":[1,2]}')).toBe('{%22a%22:[1%2C2]}');
    const value = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(value, (text) => {
        expect(encodeCookieValue(text)).toMatch(/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/);
      }),
    );
  });
});

describe('assertCookieName', () => {
  it.each(['', 'a b', 'a;b', 'a=b', 'ä', 'a\r\nset-cookie', '__Host-a', '__secure-a', '__Http-a'])('refuses %j', (name) => {
    expect(() => assertCookieName(name)).toThrow(CookieDefinitionError);
  });

  it.each(['a', '_session', 'a.b-c~1'])('takes %j', (name) => {
    expect(() => assertCookieName(name)).not.toThrow();
  });
});

describe('assertAttributes', () => {
  it.each([
    { path: 'x' },
    { path: '/x;domain=evil' },
    { path: '/\r\n' },
    { domain: '.example.org' },
    { domain: 'example.org; secure' },
    { maxAgeSeconds: 0 },
    { maxAgeSeconds: 1.5 },
    { maxAgeSeconds: 401 * 86_400 },
    { secure: false, sameSite: 'none' },
    { secure: false, partitioned: true },
  ] as const)('refuses %j', (attributes) => {
    expect(() => assertAttributes('a', attributes)).toThrow(CookieDefinitionError);
  });
});

describe('putCookie', () => {
  it('lets the last of one name count, and leaves the others', () => {
    const headers = new ResponseHeaders();
    headers.append('set-cookie', 'ab=other');
    putCookie(headers, 'a', 'a=1');
    putCookie(headers, 'b', 'b=1');
    putCookie(headers, 'a', 'a=2');
    expect([...headers]).toEqual([
      ['set-cookie', 'ab=other'],
      ['set-cookie', 'b=1'],
      ['set-cookie', 'a=2'],
    ]);
  });
});

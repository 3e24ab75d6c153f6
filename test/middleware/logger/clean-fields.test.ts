import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCleanFields, type CleanOptions } from '../../../plugins/middleware/src/logger/clean-fields.ts';
import { createSecretTest } from '../../../plugins/middleware/src/logger/redaction.ts';

const OPTIONS: CleanOptions = { isSecret: createSecretTest([]), maxFields: 4, maxTextLength: 16 };

function clean(fields: Readonly<Record<string, unknown>>, options = OPTIONS): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  addCleanFields(line, fields, options);
  return line;
}

describe('addCleanFields', () => {
  it('writes what JSON cannot hold, or what would be too much', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(clean({ big: 10n, date: new Date(0), wrong: new Date(Number.NaN), error: new TypeError('no') })).toEqual({
      big: '10',
      date: '1970-01-01T00:00:00.000Z',
      wrong: null,
      error: { name: 'TypeError', message: 'no' },
    });
    expect(clean({ bytes: new Uint8Array(3), map: new Map([[1, 2]]), circle })).toEqual({
      bytes: '[3 bytes]',
      map: '[1 entries]',
      circle: { self: { self: { self: '[object]' } } },
    });
    expect(clean({ list: [1, 2, 3, 4, 5, 6] })).toEqual({ list: [1, 2, 3, 4, '… 2 more'] });
  });

  it('leaves functions and nothing out, and survives what cannot be read', () => {
    const broken = {
      get name(): string {
        throw new Error('not now');
      },
    };
    expect(clean({ run: () => 1, none: undefined, broken, kept: null })).toEqual({ broken: '[unreadable]', kept: null });
  });

  it('holds no secret, whatever is put there and wherever', () => {
    const SECRET = 'the-secret';
    const name = fc.constantFrom('password', 'resetToken', 'API-Key', 'client_secret', 'Set-Cookie');
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.integer(),
        fc.dictionary(name, fc.constant(SECRET)),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tree), (fields) => {
        expect(JSON.stringify(clean(fields, { ...OPTIONS, maxFields: 50 }))).not.toContain(SECRET);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps every line short', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, maxDepth: 6 })), (fields) => {
        expect(JSON.stringify(clean(fields)).length).toBeLessThan(40_000);
      }),
      { numRuns: 200 },
    );
  });
});

describe('createSecretTest', () => {
  it.each([
    'password',
    'Authorization',
    'x_csrf_token',
    'apiKey',
    'API-KEY',
    'Set-Cookie',
    'clientSecret',
    'sid',
    'iban',
    'awsSecretAccessKey',
    'x-api.key',
    'user[password]',
    'passwords',
    'db_pwd',
    'auth',
    'XSRF',
    'sessionCookie',
    'Ｐassword',
    'pass\u200Bword',
    'connectionString',
  ])('knows %s', (name) => {
    expect(createSecretTest(['IBAN'])(name)).toBe(true);
  });

  it.each(['tokens', 'author', 'secretary', 'pinned', 'articleId', 'side', 'accessKeyId', 'cookieConsent', '密码'])('leaves %s alone', (name) => {
    expect(createSecretTest([])(name)).toBe(false);
  });
});

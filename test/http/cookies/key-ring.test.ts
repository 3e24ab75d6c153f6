import { KeysInvalidError, KeysMissingError, type KeyOption } from '@oxidite/http';
import { createSecureRandom } from '@oxidite/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyRing, type KeyRing } from '../../../plugins/http/src/cookies/key-ring.ts';
import { recordLog } from '../support/recorded-log.ts';

const FIRST = 'first-secret-of-at-least-32-bytes';
const SECOND = 'second-secret-of-at-least-32-bytes';

interface RingOptions {
  readonly env?: Record<string, string>;
  readonly isDevelopment?: boolean;
  readonly log?: ReturnType<typeof recordLog>;
}

function ring(keys: readonly KeyOption[] | undefined, { env = {}, isDevelopment = false, log = recordLog() }: RingOptions = {}): KeyRing {
  return createKeyRing(keys, { env, isDevelopment, logger: log.logger, random: createSecureRandom() });
}

/** Changes one character of a text, or cuts or lengthens it. */
const tampered = (text: string): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc
        .tuple(fc.nat(text.length - 1), fc.constantFrom('A', 'B', '-', '_', '.', '=', '+', '/', ' ', '%'))
        .map(([at, character]) => text.slice(0, at) + character + text.slice(at + 1)),
      fc.nat(text.length - 1).map((length) => text.slice(0, length)),
      fc.string({ minLength: 1 }).map((more) => text + more),
      fc.string(),
    )
    .filter((other) => other !== text);

describe('createKeyRing', () => {
  it('verifies what it signed, for the same purpose and data only', () => {
    const keys = ring([FIRST]);
    const signature = keys.sign('a', 'data');
    expect(signature).toMatch(/^[\w-]{43}$/);
    expect(keys.verify('a', 'data', signature)).toBe(true);
    expect(keys.verify('b', 'data', signature)).toBe(false);
    expect(keys.verify('a', 'other', signature)).toBe(false);
    expect(ring([SECOND]).verify('a', 'data', signature)).toBe(false);
  });

  it('never verifies a signature that was changed', () => {
    const keys = ring([FIRST, SECOND]);
    const signature = keys.sign('a', 'data');
    fc.assert(
      fc.property(tampered(signature), (other) => {
        expect(keys.verify('a', 'data', other)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('decrypts what it encrypted, in the same context only', () => {
    const keys = ring([FIRST]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
        const sealed = keys.encrypt('a', text, context);
        expect(sealed).not.toContain('.');
        expect(keys.decrypt('a', sealed, context)).toEqual({ text: text.toWellFormed(), age: 'current' });
        expect(keys.decrypt('a', sealed, `${context}x`)).toBeUndefined();
        expect(keys.decrypt('b', sealed, context)).toBeUndefined();
      }),
    );
  });

  it('never encrypts a text twice in the same way', () => {
    const keys = ring([FIRST]);
    expect(keys.encrypt('a', 'text', '')).not.toBe(keys.encrypt('a', 'text', ''));
  });

  it('never decrypts what was changed', () => {
    const keys = ring([FIRST, SECOND]);
    const sealed = keys.encrypt('a', 'text', 'context');
    fc.assert(
      fc.property(tampered(sealed), (other) => {
        expect(keys.decrypt('a', other, 'context')).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('signs with the first key, and knows what former ones signed', () => {
    const before = ring([FIRST]);
    const after = ring([SECOND, { id: '2023', secret: FIRST }]);
    const signature = before.sign('a', 'data');
    expect([before.identify('a', 'data', signature), after.identify('a', 'data', signature)]).toEqual(['current', 'former']);
    expect(after.decrypt('a', before.encrypt('a', 'text', ''), '')).toEqual({ text: 'text', age: 'former' });
    expect(before.verify('a', 'data', after.sign('a', 'data'))).toBe(false);
    expect(before.decrypt('a', after.encrypt('a', 'text', ''), '')).toBeUndefined();
  });

  it('prefers the keys of the environment', () => {
    const keys = ring([FIRST], { env: { OXI_HTTP_KEYS: ` ${SECOND} , ` } });
    expect(ring([SECOND]).verify('a', 'data', keys.sign('a', 'data'))).toBe(true);
    expect(ring([FIRST]).verify('a', 'data', ring([FIRST], { env: { OXI_HTTP_KEYS: '' } }).sign('a', 'data'))).toBe(true);
  });

  it('refuses secrets that are too short or given twice, and does not show them', () => {
    const errorOf = (keys: readonly KeyOption[], env = {}): string => {
      try {
        ring(keys, { env });
      } catch (error) {
        expect(error).toBeInstanceOf(KeysInvalidError);
        return (error as Error).message;
      }
      return '';
    };
    expect(errorOf([FIRST, 'geheim'])).toBe(
      'Key 2 of the option "keys" cannot be used: it has 6 bytes, but at least 32 are needed. Make one with: openssl rand -base64 48',
    );
    expect(errorOf([{ id: 'old', secret: 'geheim' }])).toContain('Key "old" of the option "keys"');
    expect(errorOf([], { OXI_HTTP_KEYS: 'geheim' })).toContain('Key 1 of the variable OXI_HTTP_KEYS');
    expect(errorOf([FIRST, FIRST])).toContain('the same');
  });

  it('without keys fails in production, at the first use', () => {
    const keys = ring(undefined);
    expect(() => keys.assertUsable()).toThrow(KeysMissingError);
    expect(() => keys.sign('a', 'data')).toThrow(KeysMissingError);
    expect(() => keys.decrypt('a', 'x', '')).toThrow(KeysMissingError);
  });

  it('without keys makes one in development, and says so once', () => {
    const log = recordLog();
    const keys = ring([], { isDevelopment: true, log });
    expect(log.lines).toEqual([]);
    expect(keys.verify('a', 'data', keys.sign('a', 'data'))).toBe(true);
    expect(keys.decrypt('b', keys.encrypt('b', 'text', ''), '')?.text).toBe('text');
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([['warn', expect.stringContaining('OXI_HTTP_KEYS')]]);
    expect(ring([], { isDevelopment: true }).verify('a', 'data', keys.sign('a', 'data'))).toBe(false);
  });
});

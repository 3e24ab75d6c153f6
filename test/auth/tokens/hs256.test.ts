import * as fc from 'fast-check';
import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { TokenInvalidError, WeakSecretError } from '../../../plugins/auth/src/errors.ts';
import { createKeyRing, signHs256, verifyHs256 } from '../../../plugins/auth/src/tokens/hs256.ts';

const SECRET = 'a secret for tests that is long enough to sign with';
const keys = createKeyRing([SECRET]);
const bytes = new TextEncoder().encode(SECRET);
const claims = fc.dictionary(
  fc.string({ minLength: 1 }).filter((key) => !['exp', 'nbf', 'iat', 'iss', 'aud', 'sub', 'jti', '__proto__'].includes(key)),
  fc.jsonValue(),
);

function refusal(token: string): string {
  try {
    verifyHs256(token, keys);
  } catch (error) {
    if (error instanceof TokenInvalidError) return error.problem;
    throw error;
  }
  return 'accepted';
}

async function joseAccepts(token: string): Promise<boolean> {
  return jwtVerify(token, bytes, { algorithms: ['HS256'] }).then(
    () => true,
    () => false,
  );
}

describe('signHs256', () => {
  it('signs what jose verifies, for any claims', async () => {
    await fc.assert(
      fc.asyncProperty(claims, async (payload) => {
        const verified = await jwtVerify(signHs256(payload, keys), bytes, { algorithms: ['HS256'] });
        expect(verified.payload).toEqual(JSON.parse(JSON.stringify(payload)));
      }),
    );
  });
});

describe('verifyHs256', () => {
  it('reads what jose signs, for any claims', async () => {
    await fc.assert(
      fc.asyncProperty(claims, async (payload) => {
        const token = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(bytes);
        expect(verifyHs256(token, keys)).toEqual(JSON.parse(JSON.stringify(payload)));
      }),
    );
  });

  it('accepts and refuses the same tokens as jose when one character is changed', async () => {
    const token = await new SignJWT({ sub: '1', name: 'Käthe' }).setProtectedHeader({ alg: 'HS256' }).sign(bytes);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= ';
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...alphabet), async (index, letter) => {
        const changed = token.slice(0, index) + letter + token.slice(index + 1);
        expect(refusal(changed) === 'accepted').toBe(await joseAccepts(changed));
      }),
      { numRuns: 500 },
    );
  });

  it('verifies with former secrets while the current one signs', () => {
    const rotated = createKeyRing(['another secret that is long enough to sign with', SECRET]);
    expect(verifyHs256(signHs256({ sub: '1' }, keys), rotated)).toEqual({ sub: '1' });
    expect(() => verifyHs256(signHs256({ sub: '1' }, rotated), keys)).toThrow(TokenInvalidError);
  });

  it.each([
    ['none', { alg: 'none', typ: 'JWT' }],
    ['HS512', { alg: 'HS512' }],
    ['RS256', { alg: 'RS256' }],
    ['a list', { alg: ['HS256'] }],
  ])('refuses the algorithm %s', (_, header) => {
    const [, payload, signature] = signHs256({ sub: '1' }, keys).split('.');
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
    expect(refusal(`${encoded}.${payload}.${signature}`)).toBe('algorithm');
    expect(refusal(`${encoded}.${payload}.`)).toBe('algorithm');
  });

  it.each(['', '.', '..', 'a.b', 'a.b.c.d', '....', `${'x'.repeat(9_000)}.a.b`, 'bm90IGpzb24.e30.e30', 'W10.e30.e30', '/w.e30.e30'])(
    'refuses %j as malformed',
    (token) => {
      expect(refusal(token)).toBe('malformed');
    },
  );

  it('refuses extensions that it does not understand', () => {
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', crit: ['x'], x: 1 })).toString('base64url');
    expect(refusal(`${header}.e30.e30`)).toBe('malformed');
  });
});

describe('createKeyRing', () => {
  it('refuses a secret of less than 32 bytes without printing it', () => {
    expect(() => createKeyRing(['short'])).toThrow(WeakSecretError);
    expect(() => createKeyRing(['short'])).toThrow(/has 5 bytes, but HS256 needs at least 32/);
    expect(() => createKeyRing(['short'])).not.toThrow(/short/);
  });
});

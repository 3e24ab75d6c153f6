import { createSeededRandom, createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { TokenInvalidError } from '../../../plugins/auth/src/errors.ts';
import { createKeyRing, signHs256 } from '../../../plugins/auth/src/tokens/hs256.ts';
import { createTokens } from '../../../plugins/auth/src/tokens/tokens.ts';

const keys = createKeyRing(['a secret for tests that is long enough to sign with']);

function setUp(rules: { issuer?: string; audience?: string } = {}) {
  const clock = createVirtualClock();
  return { clock, tokens: createTokens({ keys, expiresInSeconds: 60, clockToleranceSeconds: 5, ...rules }, clock, createSeededRandom(1)) };
}

function problemOf(verify: () => unknown): string | undefined {
  try {
    verify();
    return undefined;
  } catch (error) {
    return error instanceof TokenInvalidError ? error.problem : String(error);
  }
}

describe('createTokens', () => {
  it('issues a token that carries subject, claims, times and a unique id', () => {
    const { tokens, clock } = setUp({ issuer: 'shop', audience: 'api' });
    const seconds = clock.now() / 1_000;
    const claims = tokens.verify(tokens.issue('42', { role: 'editor' }));
    expect(claims).toMatchObject({ sub: '42', role: 'editor', iat: seconds, exp: seconds + 60, iss: 'shop', aud: 'api' });
    expect(tokens.verify(tokens.issue('42')).jti).not.toBe(claims.jti);
  });

  it('does not let claims replace the registered ones', () => {
    const { tokens } = setUp();
    expect(tokens.verify(tokens.issue('42', { sub: '1', exp: 99_999_999_999 })).sub).toBe('42');
  });

  it('refuses a token after its time and the tolerance', async () => {
    const { tokens, clock } = setUp();
    const token = tokens.issue('42');
    await clock.advance({ seconds: 64 });
    expect(tokens.verify(token).sub).toBe('42');
    await clock.advance({ seconds: 1 });
    expect(problemOf(() => tokens.verify(token))).toBe('expired');
  });

  it.each([
    ['not-active', { sub: '1', nbf: 99_999_999_999 }],
    ['malformed', { sub: '1', exp: 'tomorrow' }],
    ['subject', { name: 'nobody' }],
    ['subject', { sub: '' }],
    ['subject', { sub: 42 }],
  ])('refuses a signed token as %s: %j', (problem, claims) => {
    expect(problemOf(() => setUp().tokens.verify(signHs256(claims, keys)))).toBe(problem);
  });

  it('refuses the tokens of another issuer or for another audience', () => {
    expect(problemOf(() => setUp({ issuer: 'shop' }).tokens.verify(signHs256({ sub: '1', iss: 'other' }, keys)))).toBe('issuer');
    expect(problemOf(() => setUp({ audience: 'api' }).tokens.verify(signHs256({ sub: '1', aud: ['web'] }, keys)))).toBe('audience');
    expect(setUp({ audience: 'api' }).tokens.verify(signHs256({ sub: '1', aud: ['web', 'api'] }, keys)).sub).toBe('1');
  });
});

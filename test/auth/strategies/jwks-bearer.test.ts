import { createSeededRandom, createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, jwksBearer, TokenInvalidError } from '@oxidite/auth';
import { createAuth } from '../../../plugins/auth/src/auth-service.ts';
import { createPasswords } from '../../../plugins/auth/src/passwords/passwords.ts';

const clock = createVirtualClock();
const nowSeconds = clock.now() / 1_000;
const context = { clock, random: createSeededRandom(1) };
let privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
let authenticate: (token: string) => Promise<unknown>;

beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA');
  privateKey = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'EdDSA' };
  const authenticator = jwksBearer({ keys: { keys: [jwk] }, algorithms: ['EdDSA'], issuer: 'https://login.test', audience: 'api' }).create(context);
  authenticate = async (token) => authenticator.authenticate({ header: () => `Bearer ${token}` });
});

function sign(claims: JWTPayload = {}): Promise<string> {
  return new SignJWT({ sub: '7', iss: 'https://login.test', aud: 'api', exp: nowSeconds + 60, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
    .sign(privateKey);
}

describe('jwksBearer', () => {
  it('accepts a token of the issuer, the second time without verifying the signature again', async () => {
    const token = await sign();
    expect(await authenticate(token)).toMatchObject({ subject: '7', strategy: 'jwks' });
    expect(await authenticate(token)).toMatchObject({ subject: '7', strategy: 'jwks' });
  });

  it('refuses a forged signature, another issuer, another audience and an expired token', async () => {
    const forged = await new SignJWT({ sub: '7' }).setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).sign((await generateKeyPair('EdDSA')).privateKey);
    await expect(authenticate(forged)).rejects.toMatchObject({ problem: 'signature' });
    await expect(authenticate(await sign({ iss: 'https://evil.test' }))).rejects.toMatchObject({ problem: 'issuer' });
    await expect(authenticate(await sign({ aud: 'web' }))).rejects.toMatchObject({ problem: 'audience' });
    await expect(authenticate(await sign({ exp: nowSeconds - 60 }))).rejects.toMatchObject({ problem: 'expired' });
  });

  it('refuses a remembered token once it has expired', async () => {
    const token = await sign({ exp: nowSeconds + 30 });
    await authenticate(token);
    await clock.advance({ minutes: 1 });
    await expect(authenticate(token)).rejects.toBeInstanceOf(TokenInvalidError);
  });

  it('allows clocks to differ at the first sight of a token as at the second, and no more', async () => {
    const now = Math.floor(clock.now() / 1_000);
    for (const claims of [{ exp: now - 3 }, { exp: now + 60, nbf: now + 3 }]) {
      const token = await sign(claims);
      for (const _ of [1, 2]) expect(await authenticate(token)).toMatchObject({ subject: '7' });
    }
    await expect(authenticate(await sign({ exp: now - 6 }))).rejects.toMatchObject({ problem: 'expired' });
    await expect(authenticate(await sign({ exp: now + 60, nbf: now + 6 }))).rejects.toMatchObject({ problem: 'not-active' });
  });

  it('stands before the strategy of the application or after it: each takes its own tokens', async () => {
    const own = bearer({ secret: 'a secret for tests that is long enough to sign with' });
    const pair = await generateKeyPair('EdDSA');
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k2', alg: 'EdDSA' };
    const foreign = jwksBearer({ keys: { keys: [jwk] }, algorithms: ['EdDSA'], issuer: 'https://login.test', audience: 'api' });
    const theirs = await new SignJWT({ sub: '8', iss: 'https://login.test', aud: 'api' }).setProtectedHeader({ alg: 'EdDSA', kid: 'k2' }).sign(pair.privateKey);
    for (const strategies of [
      [own, foreign],
      [foreign, own],
    ] as const) {
      const service = createAuth(createPasswords({ memoryKib: 8, passes: 1, parallelism: 1 }), [strategies[0].create(context), strategies[1].create(context)]);
      const ask = async (token: string): Promise<unknown> => service.authenticate({ header: () => `Bearer ${token}` });
      expect(await ask(service.tokens.issue('1'))).toMatchObject({ subject: '1', strategy: 'bearer' });
      expect(await ask(theirs)).toMatchObject({ subject: '8', strategy: 'jwks' });
      for (const token of ['', 'x', 'a.b.c', `${theirs}x`, `${service.tokens.issue('1')}x`]) await expect(ask(token)).rejects.toBeInstanceOf(TokenInvalidError);
    }
  });

  it('leaves the tokens of the application itself to its own strategy', async () => {
    const own = bearer({ secret: 'a secret for tests that is long enough to sign with' }).create(context);
    expect(await authenticate(own.tokens?.issue('1') ?? '')).toBeUndefined();
  });
});

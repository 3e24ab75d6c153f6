import { createSeededRandom, createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, jwksBearer, TokenInvalidError } from '@oxidite/auth';

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

  it('leaves the tokens of the application itself to its own strategy', async () => {
    const own = bearer({ secret: 'a secret for tests that is long enough to sign with' }).create(context);
    expect(await authenticate(own.tokens?.issue('1') ?? '')).toBeUndefined();
  });
});

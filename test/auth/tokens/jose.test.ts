import * as fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createSeededRandom, createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { TokenInvalidError } from '../../../plugins/auth/src/errors.ts';
import { createKeyRing } from '../../../plugins/auth/src/tokens/hs256.ts';
import { createTokens } from '../../../plugins/auth/src/tokens/tokens.ts';

const SECRET = 'a secret for tests that is long enough to sign with';
const bytes = new TextEncoder().encode(SECRET);
const clock = createVirtualClock();
const nowSeconds = Math.floor(clock.now() / 1_000);
const rules = { issuer: 'https://login.test', audience: 'api', clockToleranceSeconds: 5 };
const tokens = createTokens({ ...rules, keys: createKeyRing([SECRET]), expiresInSeconds: 60 }, clock, createSeededRandom(1));

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
const sign = (header: string, payload: string): string =>
  `${header}.${payload}.${createHmac('sha256', bytes).update(`${header}.${payload}`).digest('base64url')}`;

/** The claims of a token, or why it is refused. */
function verify(token: string): unknown {
  try {
    return tokens.verify(token);
  } catch (error) {
    if (error instanceof TokenInvalidError) return error.problem;
    throw error;
  }
}

async function verifyWithJose(token: string): Promise<unknown> {
  try {
    const options = { algorithms: ['HS256'], currentDate: new Date(clock.now()), clockTolerance: rules.clockToleranceSeconds };
    const { payload } = await jwtVerify(token, bytes, { ...options, issuer: rules.issuer, audience: rules.audience });
    return typeof payload.sub === 'string' && payload.sub !== '' ? payload : 'refused'; // ours must name somebody
  } catch {
    return 'refused';
  }
}

async function expectSame(token: string): Promise<void> {
  const own = verify(token);
  expect([token, typeof own === 'string' ? 'refused' : own]).toEqual([token, await verifyWithJose(token)]);
}

/** An object as JSON, in which a name may occur twice. */
function objectText(required: readonly string[], member: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(member, { maxLength: 4 })
    .chain((more) => fc.shuffledSubarray([...required, ...more], { minLength: required.length }))
    .map((members) => `{${members.join(',')}}`);
}

const member = (name: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc
    .tuple(name, value)
    .map(([key, text]) => `${JSON.stringify(key)}:${typeof text === 'string' && text.startsWith('raw:') ? text.slice(4) : JSON.stringify(text)}`);

const moment = fc.oneof(
  fc.integer({ min: -12, max: 12 }).map((offset) => nowSeconds + offset),
  fc.constantFrom(0, -1, nowSeconds + 0.5, null, '1', true, [nowSeconds], 'raw:1e400', 'raw:-1e400', 'raw:1e-400', Number.MAX_SAFE_INTEGER),
);
const headerMember = fc.oneof(
  member(fc.constant('alg'), fc.constantFrom('HS256', 'hs256', 'none', 'None', 'HS512', 'RS256', '', null, ['HS256'])),
  member(fc.constant('typ'), fc.constantFrom('JWT', 'jwt', 'at+jwt', 1)),
  member(fc.constant('crit'), fc.constantFrom([], ['exp'], ['b64'], 'exp', null)),
  member(fc.constantFrom('x5u', 'jku', 'jwk', 'zip', 'cty', '__proto__', 'constructor'), fc.jsonValue()),
);
const claimMember = fc.oneof(
  member(fc.constantFrom('exp', 'nbf', 'iat'), moment),
  member(fc.constant('iss'), fc.constantFrom('https://login.test', 'https://evil.test', ['https://login.test'], null)),
  member(fc.constant('aud'), fc.constantFrom('api', 'web', ['web', 'api'], [], 'apiary', null)),
  member(fc.constant('sub'), fc.constantFrom('1', '', 1, null)),
  member(fc.string(), fc.jsonValue()),
);
const CLAIMS = ['"sub":"7"', '"iss":"https://login.test"', '"aud":"api"'];
const headers = objectText(['"alg":"HS256"'], headerMember);
const payloads = fc.oneof(objectText(CLAIMS, claimMember), objectText([], claimMember), fc.json());

describe('verified tokens', () => {
  it('are the same as those of jose, whatever a signed header and signed claims say', async () => {
    await fc.assert(
      fc.asyncProperty(headers, payloads, (header, payload) => expectSame(sign(encode(header), encode(payload)))),
      { numRuns: 1_000 },
    );
  });

  it('are the same as those of jose at every second around their dates', async () => {
    for (const claim of ['exp', 'nbf', 'iat']) {
      for (let offset = -7; offset <= 7; offset++)
        await expectSame(sign(encode('{"alg":"HS256"}'), encode(`{${CLAIMS.join(',')},"${claim}":${nowSeconds + offset}}`)));
    }
  });

  it('are the same as those of jose however their parts are written, but for padding and spaces, which no token has', async () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 24 }).map(encode),
      fc.string({ unit: fc.constantFrom(...'eyJhbGciOiJIUzI1NiJ9+/=-_. \n%'), maxLength: 24 }),
    );
    const good = [encode('{"alg":"HS256"}'), encode(`{${CLAIMS.join(',')}}`)] as const;
    const suffix = fc.constantFrom('', '=', '==', 'A', '\n', '%00', '.');
    await fc.assert(
      fc.asyncProperty(part, part, suffix, fc.nat(4), async (left, right, end, kind) => {
        const header = kind === 0 ? left : good[0] + (kind === 1 ? end : '');
        const payload = kind === 2 ? right : good[1] + (kind === 3 ? end : '');
        const token = sign(header, payload) + (kind === 4 ? end : '');
        if (/^[\w.-]*$/.test(token)) return expectSame(token);
        expect(verify(token)).toBeTypeOf('string');
        return undefined;
      }),
      { numRuns: 1_000 },
    );
  });

  it('are those of jose whatever the spare bits of their signature are', async () => {
    const token = sign(encode('{"alg":"HS256"}'), encode(`{${CLAIMS.join(',')}}`));
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const last of alphabet) await expectSame(token.slice(0, -1) + last);
  });

  it('name no key of another, and none by what looks like a path or a query', () => {
    const payload = encode(`{${CLAIMS.join(',')}}`);
    for (const kid of ['', 'x', '../../dev/null', "' OR 1=1 --", 'http://evil.test/key', 0, null, {}, ['a'], '__proto__']) {
      expect([kid, verify(sign(encode(JSON.stringify({ alg: 'HS256', kid })), payload))]).toEqual([kid, 'signature']);
    }
  });

  it('are not signed by a secret that is empty or by a public key', () => {
    const [header, payload] = [encode('{"alg":"HS256","typ":"JWT"}'), encode(`{${CLAIMS.join(',')}}`)];
    for (const secret of ['', '\0'.repeat(64), '-----BEGIN PUBLIC KEY-----']) {
      const signature = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
      expect(verify(`${header}.${payload}.${signature}`)).toBe('signature');
    }
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) expect(verify(`${encode(JSON.stringify({ alg }))}.${payload}.`)).toBe('algorithm');
  });

  it('are refused before anything is done when they are huge', () => {
    expect(verify(sign(encode('{"alg":"HS256"}'), encode(`{"sub":"${'x'.repeat(8_192)}"}`)))).toBe('malformed');
    expect(verify('.'.repeat(1_000_000))).toBe('malformed');
  });
});

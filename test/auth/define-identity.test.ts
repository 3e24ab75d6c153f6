import { auth, bearer, defineIdentity, type Strategy, TokenInvalidError } from '@oxidite/auth';
import { defineRoutes, http } from '@oxidite/http';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';

interface Person {
  readonly id: string;
  readonly name: string;
}

const people: readonly Person[] = [{ id: '1', name: 'Ada' }];
const secret = 'a secret for tests that is long enough to sign with';
const identity = defineIdentity(({ subject }) => people.find(({ id }) => id === subject));

const routes = defineRoutes('/', (router) => {
  router.get('/me', { guards: [identity.signedIn] }, ({ user, credentials }) => ({ name: user.name, strategy: credentials.strategy }));
  router.get('/maybe', { guards: [identity.recognized] }, ({ user }) => ({ name: user?.name ?? null }));
  router.get('/open', (request) => ({ user: 'user' in request }));
});

function boot(strategies: Strategy[] = [bearer({ secret })]): Promise<TestKernel> {
  return createTestKernel({ plugins: [http(), auth({ strategies })], setup: (kernel) => kernel.tap('http:routes', (router) => router.use(routes)) });
}

async function get(kernel: TestKernel, path: string, authorization?: string): Promise<{ status: number; body: unknown; challenge: string | null }> {
  const response = await kernel.use('http').inject(path, authorization === undefined ? {} : { headers: { authorization } });
  return { status: response.status, body: await response.json(), challenge: response.headers.get('www-authenticate') };
}

describe('defineIdentity', () => {
  it('gives handlers the user of a valid token', async () => {
    await using kernel = await boot();
    const token = kernel.use('auth').tokens.issue('1');
    expect(await get(kernel, '/me', `Bearer ${token}`)).toMatchObject({ status: 200, body: { name: 'Ada', strategy: 'bearer' } });
    expect(await get(kernel, '/me', `bEARER  ${token}`)).toMatchObject({ status: 200 });
    expect(await get(kernel, '/maybe', `Bearer ${token}`)).toMatchObject({ status: 200, body: { name: 'Ada' } });
  });

  it('refuses a request without credentials with 401 and a challenge', async () => {
    await using kernel = await boot();
    expect(await get(kernel, '/me')).toMatchObject({ status: 401, body: { code: 'OXI_AUTH_SIGN_IN_REQUIRED' }, challenge: 'Bearer' });
    expect(await get(kernel, '/me', 'Basic eDp5')).toMatchObject({ status: 401, body: { code: 'OXI_AUTH_SIGN_IN_REQUIRED' } });
    expect(await get(kernel, '/maybe')).toMatchObject({ status: 200, body: { name: null } });
  });

  it('refuses bad credentials even where none are needed', async () => {
    await using kernel = await boot();
    for (const path of ['/me', '/maybe']) {
      expect(await get(kernel, path, 'Bearer forged')).toMatchObject({ status: 401, body: { code: 'OXI_AUTH_TOKEN_INVALID' }, challenge: 'Bearer' });
    }
  });

  it('refuses the token of a user who is gone', async () => {
    await using kernel = await boot();
    const token = kernel.use('auth').tokens.issue('2');
    expect(await get(kernel, '/me', `Bearer ${token}`)).toMatchObject({ status: 401, body: { code: 'OXI_AUTH_SIGN_IN_REQUIRED' } });
    expect(await get(kernel, '/maybe', `Bearer ${token}`)).toMatchObject({ status: 200, body: { name: null } });
  });

  it('refuses a token after its time', async () => {
    await using kernel = await boot();
    const token = kernel.use('auth').tokens.issue('1');
    await kernel.clock.advance({ hours: 2 });
    expect(await get(kernel, '/me', `Bearer ${token}`)).toMatchObject({ status: 401, body: { code: 'OXI_AUTH_TOKEN_INVALID' } });
  });

  it('asks several strategies in their order, synchronous or not', async () => {
    const apiKey: Strategy = {
      name: 'api-key',
      create: () => ({
        name: 'api-key',
        challenge: 'ApiKey',
        security: { scheme: 'apiKey', definition: { type: 'apiKey', in: 'header', name: 'authorization' } },
        authenticate: async (request) => (request.header('authorization') === 'ApiKey 42' ? { subject: '1', strategy: 'api-key', claims: {} } : undefined),
      }),
    };
    await using kernel = await boot([apiKey, bearer({ secret, scheme: 'Token' })]);
    expect(await get(kernel, '/me', 'ApiKey 42')).toMatchObject({ status: 200, body: { strategy: 'api-key' } });
    expect(await get(kernel, '/me', `Token ${kernel.use('auth').tokens.issue('1')}`)).toMatchObject({ status: 200, body: { strategy: 'bearer' } });
    expect(await get(kernel, '/me')).toMatchObject({ status: 401, challenge: 'ApiKey, Token' });
  });

  it('does not put a user where no guard is', async () => {
    await using kernel = await boot();
    expect(await get(kernel, '/open')).toMatchObject({ body: { user: false } });
    defineRoutes('/', (router) => {
      router.get('/typed', { guards: [identity.signedIn] }, ({ user }) => {
        expectTypeOf(user).toEqualTypeOf<Person>();
      });
      // @ts-expect-error a route without a guard has no user
      router.get('/untyped', ({ user }) => user);
    });
  });
});

describe('auth', () => {
  it('refuses to boot without a strategy, or with something else in its place', async () => {
    await expect(createTestKernel({ plugins: [auth({ strategies: [] })] })).rejects.toThrow(/strategies: must list at least one strategy/);
    await expect(createTestKernel({ plugins: [auth({ strategies: ['bearer' as never] })] })).rejects.toThrow(/strategies\[0\]: must be a strategy/);
  });

  it('says which strategies there are when none of them issues tokens', async () => {
    const silent: Strategy = {
      name: 'silent',
      create: () => ({ name: 'silent', challenge: 'X', security: { scheme: 'x', definition: {} }, authenticate: () => undefined }),
    };
    await using kernel = await createTestKernel({ plugins: [auth({ strategies: [silent] })] });
    expect(() => kernel.use('auth').tokens).toThrow(/the strategies are: silent/);
    expect(kernel.use('auth').authenticate({ header: () => undefined })).toBeUndefined();
  });

  it('hashes with the configured cost', async () => {
    await using kernel = await createTestKernel({ plugins: [auth({ strategies: [bearer({ secret })], passwords: { memoryKib: 64, passes: 3 } })] });
    expect(await kernel.use('auth').passwords.hash('x')).toMatch(/m=64,(?:t=3|p=1,t=3)/);
  });

  it('prints no secret, whatever is printed of it', async () => {
    await using kernel = await createTestKernel({ plugins: [auth({ strategies: [bearer({ secret: [secret, `${secret} of yesterday`] })] })] });
    const service = kernel.use('auth');
    const token = service.tokens.issue('1');
    const refusal: unknown = await Promise.resolve()
      .then(() => service.authenticate({ header: () => `Bearer ${token}x` }))
      .catch((error: unknown) => error);
    for (const value of [service, service.tokens, bearer({ secret }), refusal, kernel]) {
      const printed = `${inspect(value, { depth: 20, showHidden: true, maxStringLength: null })}${String(value)}`;
      for (const text of [secret, Buffer.from(secret).toString('base64'), token]) expect(printed).not.toContain(text);
    }
  });

  it('never puts a token into an error', () => {
    expect(new TokenInvalidError('signature').message).not.toContain('.ey');
  });
});

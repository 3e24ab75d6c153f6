import * as fc from 'fast-check';
import type { Router } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import { type ClientView, createClientView } from '../../../plugins/http/src/proxy/client-view.ts';
import { isHost } from '../../../plugins/http/src/proxy/host.ts';
import { TrustProxy } from '../../../plugins/http/src/proxy/trust-proxy.ts';
import { listen } from '../support/listen.ts';

const PROXY = '10.0.0.1';
const EDGE = '10.0.0.2';
const CLIENT = '203.0.113.9';
const OWN = ['10.0.0.0/8'];

interface Claims {
  readonly remoteAddress?: string;
  readonly isEncrypted?: boolean;
  readonly [header: string]: string | boolean | undefined;
}

/** Shows who the client of a request with these headers is. */
function view(trustProxy: unknown, { remoteAddress = PROXY, isEncrypted = false, ...headers }: Claims): ClientView {
  return createClientView(TrustProxy.parse(trustProxy))({ remoteAddress, isEncrypted, headers: { host: 'inner', ...headers } });
}

describe('the client of a request', () => {
  it('is the peer, as long as no proxy is trusted', () => {
    const claims = { 'x-forwarded-for': CLIENT, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example', forwarded: `for=${CLIENT};proto=https` };
    for (const trust of [false, [], ['192.0.2.0/24'], { proxies: ['192.0.2.1'], header: 'forwarded' }]) {
      expect(view(trust, claims)).toEqual({ ip: PROXY, isSecure: false, host: 'inner' });
    }
  });

  it('is whom a trusted proxy names', () => {
    const claims = { 'x-forwarded-for': CLIENT, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example:8443' };
    for (const trust of [1, [PROXY], OWN, ['uniquelocal']]) expect(view(trust, claims)).toEqual({ ip: CLIENT, isSecure: true, host: 'shop.example:8443' });
  });

  it('is the first address that is no proxy of ours: what stands further out, it wrote itself', () => {
    expect(view(OWN, { 'x-forwarded-for': `1.1.1.1, ${CLIENT}, ${EDGE}` }).ip).toBe(CLIENT);
    expect(view(1, { 'x-forwarded-for': `1.1.1.1, ${CLIENT}` }).ip).toBe(CLIENT);
    expect(view(2, { 'x-forwarded-for': `1.1.1.1, ${CLIENT}, ${EDGE}` }).ip).toBe(CLIENT);
    expect(view(5, { 'x-forwarded-for': CLIENT }).ip).toBe(CLIENT);
  });

  it('asked for what the outermost trusted proxy saw', () => {
    const chain = {
      'x-forwarded-for': `${CLIENT}, ${EDGE}`,
      'x-forwarded-proto': 'http, https, http',
      'x-forwarded-host': 'forged.example, shop.example, inner',
    };
    expect(view(OWN, chain)).toEqual({ ip: CLIENT, isSecure: true, host: 'shop.example' });
    expect(view(1, chain)).toEqual({ ip: EDGE, isSecure: false, host: 'inner' });
    expect(view(OWN, { 'x-forwarded-proto': 'https' })).toEqual({ ip: PROXY, isSecure: true, host: 'inner' });
  });

  it.each([
    [`${CLIENT}:4711`, CLIENT],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['2001:DB8::1', '2001:db8::1'],
    [`::ffff:${CLIENT}`, CLIENT],
    ['unknown', PROXY],
    ['_hidden', PROXY],
    ['', PROXY],
    ['999.1.1.1', PROXY],
    [`[${CLIENT}]`, PROXY],
    ['<script>', PROXY],
    ['x'.repeat(9_999), PROXY],
  ])('named %s is %s', (name, ip) => {
    expect(view(OWN, { 'x-forwarded-for': name }).ip).toBe(ip);
  });

  it('keeps what can be trusted when a proxy passes nonsense on', () => {
    expect(view(OWN, { 'x-forwarded-proto': 'gopher', 'x-forwarded-host': 'a/b@c', isEncrypted: true })).toEqual({ ip: PROXY, isSecure: true, host: 'inner' });
  });

  it('is read from Forwarded when that is said, and then from nothing else', () => {
    const trust = { proxies: OWN, header: 'forwarded' };
    const claims = { forwarded: `for=1.1.1.1;host=forged, for=${CLIENT};proto=https;host=shop.example, for=${EDGE};proto=http`, 'x-forwarded-for': '2.2.2.2' };
    expect(view(trust, claims)).toEqual({ ip: CLIENT, isSecure: true, host: 'shop.example' });
    expect(view(OWN, claims).ip).toBe('2.2.2.2');
    expect(view(trust, { forwarded: `for=${CLIENT};` }).ip).toBe(PROXY);
    expect(view(trust, { forwarded: 'for="[2001:db8::1]:80"' }).ip).toBe('2001:db8::1');
  });

  it('over a unix socket is trusted as loopback is', () => {
    const claims = { remoteAddress: '', 'x-forwarded-for': CLIENT };
    expect(view(['loopback'], claims).ip).toBe(CLIENT);
    expect(view(1, claims).ip).toBe(CLIENT);
    expect(view(OWN, claims).ip).toBe('');
  });

  it('whose address is not known any more is not trusted', () => {
    expect(view(['loopback', '0.0.0.0/1', '::/1'], { remoteAddress: 'unknown', 'x-forwarded-for': CLIENT }).ip).toBe('unknown');
  });

  it('cannot be chosen by anyone who is not a trusted proxy', () => {
    const header = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 5 }).map((parts) => parts.join(', ')),
    );
    fc.assert(
      fc.property(
        fc.ipV4().filter((ip) => !ip.startsWith('10.')),
        header,
        header,
        (client, forged, proto) => {
          const direct = view(OWN, {
            remoteAddress: client,
            'x-forwarded-for': forged,
            'x-forwarded-proto': proto,
            'x-forwarded-host': forged,
            forwarded: forged,
          });
          expect(direct).toEqual({ ip: client, isSecure: false, host: 'inner' });
          const proxied = view(OWN, {
            'x-forwarded-for': `${forged}, ${client}`,
            'x-forwarded-proto': `${proto}, http`,
            'x-forwarded-host': `${forged}, shop.example`,
          });
          expect(proxied).toEqual({ ip: client, isSecure: false, host: 'shop.example' });
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('isHost', () => {
  it.each(['a', 'a.b', 'a:0', 'a:65535', '127.0.0.1:80', '[::1]', '[::1]:80', 'my_service', 'a.example.', 'xn--bcher-kva.example'])('takes %s', (host) =>
    expect(isHost(host)).toBe(true),
  );
  it.each([
    '',
    ':80',
    'a:',
    'a:65536',
    'a:1x',
    'a b',
    ' a',
    'a,b',
    'u@a',
    'a/b',
    'a?b',
    'a#b',
    'a\\b',
    '[::1',
    '[1.2.3.4]',
    '[::g]',
    'a%20b',
    '.a',
    'a..b',
    'é',
    'a'.repeat(300),
    'a\n',
  ])('refuses %j', (host) => expect(isHost(host)).toBe(false));

  it('takes only what a URL can be made of, and nothing else than a host', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.stringMatching(/^[\w.:@/[\]?#-]{0,20}$/),
          fc.domain(),
          fc.ipV6().map((ip) => `[${ip}]`),
        ),
        (text) => {
          if (!isHost(text) || !URL.canParse(`http://${text}/`)) return;
          const url = new URL(`http://${text}/path`);
          expect([url.pathname, url.username, url.search, url.hash]).toEqual(['/path', '', '', '']);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the option trustProxy', () => {
  const whoami = (routes: Router): void => {
    routes.get('/', ({ ip, isSecure, url }) => ({ ip, isSecure, origin: url.origin }));
  };
  const headers = { 'x-forwarded-for': CLIENT, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' };

  it('decides what requests say of their client', async () => {
    const trusting = await listen(whoami, { http: { trustProxy: ['loopback'] } });
    expect(await (await fetch(trusting.url, { headers })).json()).toEqual({ ip: CLIENT, isSecure: true, origin: 'https://shop.example' });
    const wary = await listen(whoami);
    expect(await (await fetch(wary.url, { headers })).json()).toEqual({ ip: '127.0.0.1', isSecure: false, origin: wary.url });
  });

  it.each([
    [['10.0.0.0/99'], /invalid range/],
    [['example.com'], /invalid IP address/],
    [true, /trustProxy/],
    [0, /trustProxy/],
  ])('refuses %j', async (trustProxy, message) => {
    await expect(createTestHttp(whoami, { http: { trustProxy: trustProxy as never } })).rejects.toThrow(message);
  });
});

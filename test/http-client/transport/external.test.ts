import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { boot, catchError } from '../support/boot.ts';
import { startServer } from '../support/start-server.ts';

/** Resolves every name to these addresses, one list after the other; the last one stays. */
function resolving(...answers: readonly (readonly string[])[]): LookupFunction & { asked(): number } {
  let asked = 0;
  const lookup: LookupFunction = (_, options, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
  return Object.assign(lookup, { asked: () => asked });
}

const REFUSED = { code: 'OXI_HTTP_CLIENT_URL_REFUSED' };

describe('httpClient.external', () => {
  it('reaches no address that is not public, however it is written', async () => {
    await using server = await startServer((_, response) => response.end('inside'));
    await using app = await boot();
    const { port } = server;
    const hosts = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      '169.254.169.254',
      '[fd00:ec2::254]',
      '10.0.0.1',
      '0x7f.1',
      '0x7f.0x0.0x0.0x1',
      '017700000001',
      '127.0.0.1.',
      'LOCALHOST',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      '%31%32%37.0.0.1',
      '[::]',
      '[::127.0.0.1]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:ffff:127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
    ];
    for (const host of hosts) expect([host, await catchError(app.http.external.get(`http://${host}:${port}/`))]).toMatchObject([host, REFUSED]);
    expect(await catchError(app.http.external.fetch(`http://localhost:${port}/`))).toMatchObject(REFUSED);
    expect(server.requests).toHaveLength(0);
    expect(await app.http.get(`http://localhost:${port}/`).text()).toBe('inside');
  });

  it('does not tell to which address a name leads', async () => {
    await using app = await boot({ lookup: resolving(['10.1.2.3']) });
    const error = await catchError(app.http.external.get('http://user-chosen.test/?token=s3cret'));
    expect(error).toMatchObject(REFUSED);
    expect(JSON.stringify(error) + String(error)).not.toMatch(/10\.1\.2\.3|s3cret/);
  });

  it('refuses a name with one private address among public ones, and one without any', async () => {
    for (const addresses of [['1.1.1.1', '127.0.0.1'], ['2606:4700::1', '::1'], []]) {
      await using app = await boot({ lookup: resolving(addresses) });
      expect(await catchError(app.http.external.get('http://mixed.test/'))).toMatchObject(REFUSED);
    }
  });

  it('is not repeated when it is refused', async () => {
    const lookup = resolving(['127.0.0.1']);
    await using app = await boot({ lookup, retries: 5 });
    expect(await catchError(app.http.external.get('http://a.test/'))).toMatchObject(REFUSED);
    expect(lookup.asked()).toBe(1);
  });
});

describe('the service itself', () => {
  it('can be kept to public addresses as well', async () => {
    await using server = await startServer((_, response) => response.end('inside'));
    await using app = await boot({ allowPrivateAddresses: false, clients: { own: { baseUrl: server.origin } } });
    expect(await catchError(app.http.get(server.origin))).toMatchObject(REFUSED);
    expect(await app.http.client('own').get('/').text()).toBe('inside');
  });
});

describe('a configured client', () => {
  it('reaches its own base at any address, but redirects lead it to public ones only', async () => {
    await using inside = await startServer((_, response) => response.end('inside'));
    await using server = await startServer(({ url }, response) => {
      if (url === '/own') response.end('own');
      else response.writeHead(302, { location: url === '/to-own' ? '/own' : inside.origin }).end();
    });
    await using app = await boot({
      followRedirects: true,
      clients: {
        own: { baseUrl: server.origin },
        open: { baseUrl: server.origin, allowPrivateAddresses: true },
        closed: { baseUrl: server.origin, allowPrivateAddresses: false },
      },
    });
    const { client } = app.http;
    expect(await client('own').get('/own').text()).toBe('own');
    expect(await client('own').get('/to-own').text()).toBe('own');
    expect(await catchError(client('own').get('/elsewhere'))).toMatchObject(REFUSED);
    expect(inside.requests).toHaveLength(0);
    expect(await client('open').get('/elsewhere').text()).toBe('inside');
    expect(await catchError(client('closed').get('/own'))).toMatchObject(REFUSED);
  });
});

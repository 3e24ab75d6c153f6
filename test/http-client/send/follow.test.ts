import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { boot, catchError } from '../support/boot.ts';
import { readBody, sendJson, startServer, type TestServer } from '../support/start-server.ts';

/** Redirects `/<status>` to `to`, and tells of every other request what came. */
function redirecting(to: string): Promise<TestServer> {
  return startServer(async (request, response) => {
    const status = Number(/^\/(\d+)/.exec(request.url ?? '')?.[1]);
    if (status > 0) response.writeHead(status, { location: to }).end('moved');
    else sendJson(response, { method: request.method, url: request.url, headers: request.headers, body: await readBody(request) });
  });
}

describe('redirects', () => {
  it('are responses like others, unless they are to be followed', async () => {
    await using server = await redirecting('/end');
    await using app = await boot();
    expect(await catchError(app.http.get(`${server.origin}/302`))).toMatchObject({ responseStatus: 302 });
    expect(await app.http.get(`${server.origin}/302`, { followRedirects: true }).json()).toMatchObject({ method: 'GET', url: '/end' });
    await using following = await boot({ followRedirects: true });
    expect((await following.http.get(`${server.origin}/301`)).url).toBe(`${server.origin}/end`);
    expect(await catchError(following.http.get(`${server.origin}/301`, { followRedirects: false }))).toMatchObject({ responseStatus: 301 });
  });

  it('keep or change method and body as HTTP says', async () => {
    await using server = await redirecting('/end');
    await using app = await boot({ followRedirects: true });
    const send = async (method: string, status: number): Promise<unknown> => {
      const seen = (await app.http.request(method, `${server.origin}/${status}`, { body: 'x' }).json()) as {
        method: string;
        body: string;
        headers: Record<string, string>;
      };
      return [seen.method, seen.body, seen.headers['content-type'] !== undefined];
    };
    for (const status of [301, 302, 303]) expect([status, await send('POST', status)]).toEqual([status, ['GET', '', false]]);
    for (const status of [307, 308]) expect([status, await send('POST', status)]).toEqual([status, ['POST', 'x', true]]);
    expect(await send('PUT', 301)).toEqual(['PUT', 'x', true]);
    expect(await send('PUT', 303)).toEqual(['GET', '', false]);
    expect((await app.http.head(`${server.origin}/303`)).status).toBe(200);
    expect(server.requests.at(-1)?.method).toBe('HEAD');
  });

  it('end after five', async () => {
    await using server = await redirecting('/302');
    await using app = await boot({ followRedirects: true });
    expect(await catchError(app.http.get(`${server.origin}/302?token=s3cret`))).toMatchObject({
      code: 'OXI_HTTP_CLIENT_REDIRECT_REFUSED',
      reason: 'it is the 6th redirect in a row',
      url: `${server.origin}/302`,
    });
    expect(server.requests).toHaveLength(6);
  });

  it('take no credentials to another origin, not even back', async () => {
    await using other = await redirecting('');
    await using server = await redirecting(`${other.origin}/end`);
    const secrets = { authorization: 'Bearer s3cret', cookie: 'a=s3cret', 'x-api-key': 's3cret', 'x-version': '2' };
    await using app = await boot({
      followRedirects: true,
      clients: { api: { baseUrl: server.origin, headers: { 'X-Api-Key': 's3cret' }, allowPrivateAddresses: true } },
    });
    const { headers } = (await app.http.client('api').get('/302', { headers: secrets }).json()) as { headers: Record<string, string> };
    expect(headers).toMatchObject({ 'x-version': '2', host: new URL(other.origin).host });
    expect(JSON.stringify(headers)).not.toContain('s3cret');

    await using back = await redirecting(`${server.origin}/end`);
    await using first = await redirecting(`${back.origin}/302`);
    const returned = await app.http.get(`${first.origin}/302`, { headers: secrets }).json();
    expect(JSON.stringify(returned)).not.toContain('s3cret');
  });

  it('keep credentials within an origin', async () => {
    await using server = await redirecting('/end');
    await using app = await boot({ followRedirects: true });
    expect(await app.http.get(`${server.origin}/302`, { headers: { authorization: 'a' } }).json()).toMatchObject({ headers: { authorization: 'a' } });
  });

  it('lead to http and https only, with no credentials', async () => {
    await using app = await boot({ followRedirects: true });
    for (const [to, reason] of [
      ['file:///etc/passwd', 'it leads to no URL of http or https'],
      ['//', 'it leads to no URL of http or https'],
      ['http://user:s3cret@127.0.0.1/', 'it leads to a URL with credentials'],
    ]) {
      await using server = await redirecting(to ?? '');
      const error = await catchError(app.http.get(`${server.origin}/302`));
      expect(error).toMatchObject({ code: 'OXI_HTTP_CLIENT_REDIRECT_REFUSED', reason });
      expect(String(error)).not.toContain('s3cret');
    }
  });

  it('never lead down from https, but may lead up to it', async () => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    await using plain = await startServer(({ url }, response) => response.writeHead(302, { location: `${secure.origin}${url ?? ''}` }).end());
    await using secure = await startServer(
      ({ url }, response) => (url === '/up' ? response.end('secure') : response.writeHead(302, { location: plain.origin }).end()),
      {
        key: pems.private,
        cert: pems.cert,
      },
    );
    await using app = await boot({ followRedirects: true, tls: { ca: pems.cert } });
    expect(await app.http.get(`${plain.origin}/up`).text()).toBe('secure');
    expect(await catchError(app.http.get(`${secure.origin}/down`))).toMatchObject({
      code: 'OXI_HTTP_CLIENT_REDIRECT_REFUSED',
      reason: 'it leads from https to http',
    });
    expect(plain.requests).toHaveLength(1);
  });

  it('do not send a stream again', async () => {
    await using server = await redirecting('/end');
    await using app = await boot({ followRedirects: true });
    expect(await catchError(app.http.post(`${server.origin}/307`, { body: new Blob(['x']).stream() }))).toMatchObject({
      reason: 'its body is a stream, which cannot be sent again',
    });
    expect(await app.http.post(`${server.origin}/302`, { body: new Blob(['x']).stream() }).json()).toMatchObject({ method: 'GET' });
  });
});

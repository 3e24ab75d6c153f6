import { HttpOptions } from '../../plugins/http/src/options.ts';
import { createLimitsCheck } from '../../plugins/http/src/doctor.ts';
import { describe, expect, it } from 'vitest';

const run = (options: object): unknown => createLimitsCheck(HttpOptions.parse(options), {}).run({} as never);

describe('the check "http limits"', () => {
  it('names each limit of each listener', () => {
    const listeners = [
      { port: 80 },
      { path: '/run/app.sock' },
      { port: 443, tls: { cert: 'cert.pem', key: 'key.pem' } },
      { port: 81, h2c: true, proxyProtocol: true },
      { port: 82, proxyProtocol: ['10.0.0.0/8', '192.0.2.1'] },
    ];
    const { status, message } = run({ listeners }) as { status: string; message: string };
    expect(status).toBe('ok');
    const [tcp = '', socket = '', tls = '', h2c = '', proxied = ''] = message.split('; ');
    expect(tcp).toMatch(/^localhost:80 \(HTTP\/1\.1\): bodyBytes 1048576, .*urlLength 8192, .*requestsPerConnection 10000/);
    expect(tcp).not.toContain('http2');
    expect(socket).toMatch(/^unix:\/run\/app\.sock \(HTTP\/1\.1\): /);
    expect(tls).toMatch(/^localhost:443 \(TLSv1\.3, HTTP\/2 and HTTP\/1\.1\): .*http2Streams 100/);
    expect(h2c).toMatch(/^localhost:81 \(h2c, PROXY protocol from private networks\): .*http2Resets 200/);
    expect(proxied).toMatch(/^localhost:82 \(HTTP\/1\.1, PROXY protocol from 10\.0\.0\.0\/8 and 192\.0\.2\.1\): /);
    expect(message).not.toContain('key.pem');
  });

  it('warns of those that are off', () => {
    expect(run({ limits: { connections: 0, stallTimeoutMs: 0 } })).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('connections off'),
      remedy: expect.stringMatching(/^"stallTimeoutMs", "connections" are switched off/),
    });
  });
});

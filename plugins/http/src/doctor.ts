/** What the plugin adds to `oxidite doctor`: the limits of each listener, and which of them are off. */
import type { Env } from '@oxidite/plugin-sdk';
import type { DoctorCheck, DoctorResult } from 'oxidite';
import type { HttpLimits } from './limits.ts';
import { type ListenerOptions, resolveListeners } from './node/listener-options.ts';
import type { HttpOptions } from './options.ts';

/** Creates the check `http limits`. */
export function createLimitsCheck(options: HttpOptions, env: Env): DoctorCheck {
  return { name: 'http limits', run: () => checkLimits(options, env) };
}

function checkLimits(options: HttpOptions, env: Env): DoctorResult {
  const { limits } = options;
  const off = Object.entries(limits).filter(([, value]) => value === 0);
  const message = resolveListeners(options, env)
    .map((listener) => `${describe(listener)}: ${listLimits(limits, listener)}`)
    .join('; ');
  if (off.length === 0) return { status: 'ok', message };
  const names = off.map(([name]) => `"${name}"`).join(', ');
  return {
    status: 'warn',
    message,
    remedy: `${names} ${off.length === 1 ? 'is' : 'are'} switched off: a single client can take as much as it likes. Set a number in "limits" of @oxidite/http.`,
  };
}

function describe(listener: ListenerOptions): string {
  const place = 'path' in listener ? `unix:${listener.path}` : `${listener.host}:${listener.port}`;
  const protocol = listener.h2c
    ? 'h2c'
    : listener.tls === undefined
      ? 'HTTP/1.1'
      : `${listener.tls.minVersion}, ${listener.tls.http2 ? 'HTTP/2 and HTTP/1.1' : 'HTTP/1.1'}`;
  return `${place} (${protocol}${describeProxies(listener)})`;
}

function describeProxies({ proxyProtocol }: ListenerOptions): string {
  if (proxyProtocol === false) return '';
  return `, PROXY protocol from ${proxyProtocol === true ? 'private networks' : proxyProtocol.join(' and ')}`;
}

function listLimits(limits: HttpLimits, listener: ListenerOptions): string {
  const hasHttp2 = listener.h2c || listener.tls?.http2 === true;
  return Object.entries(limits)
    .filter(([name]) => hasHttp2 || !name.startsWith('http2'))
    .map(([name, value]) => `${name} ${value === 0 ? 'off' : value}`)
    .join(', ');
}

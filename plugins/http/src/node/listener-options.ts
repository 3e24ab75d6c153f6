/** What can be said about a listener, and which listeners a configuration means. */
import type { Env } from '@oxidite/plugin-sdk';
import * as z from 'zod';
import { PortInvalidError } from '../errors.ts';
import { ProxyAddresses } from '../proxy/trust-proxy.ts';

const port = z.int().min(0).max(65_535);
const host = z.string().min(1);

/** TLS of a listener. What stands for a file may be its path, relative to the application, or its PEM text. */
export const TlsOptions = z.strictObject({
  /** The certificate, followed by those between it and the authority. */
  cert: z.string().min(1),
  key: z.string().min(1),
  /** The certificates of authorities. When given, clients must show a certificate that one of them signed. */
  ca: z.string().min(1).optional(),
  /** Opens the key. */
  passphrase: z.string().optional(),
  minVersion: z.enum(['TLSv1.3', 'TLSv1.2']).default('TLSv1.3'),
  /** Offers HTTP/2; clients that do not know it get HTTP/1.1 on the same port. */
  http2: z.boolean().default(true),
  /** Takes up changed files without a restart. */
  watch: z.boolean().default(true),
});

/** TLS of a listener with its defaults. */
export type TlsOptions = z.output<typeof TlsOptions>;

const shared = {
  tls: TlsOptions.optional(),
  /** Speaks HTTP/2 without TLS, and nothing else: for a proxy, or gRPC, on a network of its own. */
  h2c: z.boolean().default(false),
  /**
   * Each connection begins with a PROXY protocol header, version 1 or 2, and comes from one of these addresses and subnets;
   * all others are closed. `true`: from a private network.
   */
  proxyProtocol: z.union([z.boolean(), ProxyAddresses.min(1)]).default(false),
};

const TcpListener = z.strictObject({
  /** 0 lets the system choose. */
  port: port.default(3000),
  host: host.default('localhost'),
  ...shared,
});

const SocketListener = z.strictObject({
  /** A unix socket. A file left behind by a dead process is replaced. */
  path: z.string().min(1),
  /** The permissions of the file: `0o660`. Default: what the umask leaves. */
  mode: z.int().min(0).max(0o777).optional(),
  ...shared,
});

const NOT_BOTH = { error: '"h2c" is HTTP/2 without TLS: leave out "tls" or "h2c"' };

/** One listener. */
export const Listener = z.union([SocketListener, TcpListener]).refine(({ tls, h2c }) => tls === undefined || !h2c, NOT_BOTH);

/** One listener with its defaults. */
export type ListenerOptions = z.output<typeof Listener>;

/** What the options say about listeners. */
export interface ListenerChoice {
  readonly port: number;
  readonly host: string;
  readonly tls?: TlsOptions | undefined;
  readonly listeners?: readonly ListenerOptions[] | undefined;
}

/**
 * Finds where to listen: `listeners`, or the one that `port`, `host` and `tls` describe. HOST and PORT of the environment override the first on TCP.
 * @throws {PortInvalidError} when PORT is not a port.
 */
export function resolveListeners({ listeners, tls, ...single }: ListenerChoice, env: Env): readonly ListenerOptions[] {
  const { PORT = '', HOST = '' } = env;
  if (PORT !== '' && !(/^\d{1,5}$/.test(PORT) && Number(PORT) <= 65_535)) throw new PortInvalidError(PORT);
  const chosen = listeners ?? [{ port: single.port, host: single.host, tls, h2c: false, proxyProtocol: false }];
  const first = chosen.findIndex((listener) => 'port' in listener);
  return chosen.map((listener, index) => {
    if (index !== first || 'path' in listener) return listener;
    return { ...listener, ...(PORT === '' ? {} : { port: Number(PORT) }), ...(HOST === '' ? {} : { host: HOST }) };
  });
}

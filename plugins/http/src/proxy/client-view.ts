/**
 * Who the client is, behind proxies that are trusted. The chain is walked from this server outwards, and as far as the
 * proxies are known: the first address that is no trusted proxy's is the client's, and what stands further out was written
 * by the client itself. Scheme and host are those that the outermost trusted proxy saw. Source: RFC 7239, section 8.1.
 */
import type { Exchange } from '../exchange/exchange.ts';
import { tryParseAddress } from './address.ts';
import { type ForwardedElement, tryParseForwarded } from './forwarded.ts';
import { isHost } from './host.ts';
import { createProxyTest, type ProxyTest, type TrustProxy } from './trust-proxy.ts';

/** The client as it reached us, or the outermost trusted proxy. */
export interface ClientView {
  /** Its address; `''` for the peer of a unix socket. */
  readonly ip: string;
  /** `true` when it spoke TLS. */
  readonly isSecure: boolean;
  /** The host it asked for, with its port if it named one. It can be put into a URL; `undefined` when there is none. */
  readonly host: string | undefined;
}

/** The part of an exchange that a client is found from. */
export type ClientExchange = Pick<Exchange, 'headers' | 'remoteAddress' | 'isEncrypted'>;

/** Creates the function that finds the client of an exchange. */
export function createClientView(trustProxy: TrustProxy): (exchange: ClientExchange) => ClientView {
  if (trustProxy === false) return viewPeer;
  const { proxies, header } = typeof trustProxy === 'object' && 'proxies' in trustProxy ? trustProxy : { proxies: trustProxy, header: 'x-forwarded' as const };
  const isTrusted = createProxyTest(proxies);
  if (isTrusted === undefined) return viewPeer;
  const readChain = header === 'forwarded' ? readForwarded : readXForwarded;
  return (exchange) => {
    const peer = viewPeer(exchange);
    if (!isTrusted(peer.ip, 0)) return peer;
    return walk(peer, readChain(exchange.headers), isTrusted);
  };
}

/** What proxies said, each list with the nearest to the client first. */
interface Chain {
  readonly addresses: readonly (string | undefined)[];
  readonly protocols: readonly (string | undefined)[];
  readonly hosts: readonly (string | undefined)[];
}

function viewPeer({ headers, remoteAddress, isEncrypted }: ClientExchange): ClientView {
  const { host } = headers;
  return { ip: remoteAddress, isSecure: isEncrypted, host: host !== undefined && isHost(host) ? host : undefined };
}

function walk(peer: ClientView, { addresses, protocols, hosts }: Chain, isTrusted: ProxyTest): ClientView {
  let { ip } = peer;
  let hops = 0;
  while (hops < addresses.length && isTrusted(ip, hops)) {
    const next = tryParseAddress(addresses[addresses.length - 1 - hops] ?? '');
    hops++;
    if (next === undefined) break; // a proxy that hides its client: its own address is the last one known
    ip = next;
  }
  const proxies = Math.max(1, hops);
  const protocol = saidBy(protocols, proxies)?.toLowerCase();
  const host = saidBy(hosts, proxies);
  return {
    ip,
    isSecure: protocol === 'https' || (protocol !== 'http' && peer.isSecure),
    host: host !== undefined && isHost(host) ? host : peer.host,
  };
}

/** What the outermost of `proxies` proxies said; one that is set rather than added to has a single value. */
function saidBy(values: readonly (string | undefined)[], proxies: number): string | undefined {
  return values[Math.max(0, values.length - proxies)];
}

function readXForwarded(headers: ClientExchange['headers']): Chain {
  return {
    addresses: split(headers['x-forwarded-for']),
    protocols: split(headers['x-forwarded-proto']),
    hosts: split(headers['x-forwarded-host']),
  };
}

function readForwarded(headers: ClientExchange['headers']): Chain {
  const elements: readonly ForwardedElement[] = (headers.forwarded === undefined ? undefined : tryParseForwarded(headers.forwarded)) ?? [];
  return {
    addresses: elements.map((element) => element.for),
    protocols: elements.map(({ proto }) => proto),
    hosts: elements.map(({ host }) => host),
  };
}

function split(header: string | readonly string[] | undefined): string[] {
  if (header === undefined) return [];
  return (typeof header === 'string' ? header : header.join(',')).split(',').map((value) => value.trim());
}

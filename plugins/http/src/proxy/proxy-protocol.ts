/**
 * Parses the header by which a proxy that only passes bytes on says whom it passes them on from.
 * Source: HAProxy, "The PROXY protocol, versions 1 & 2", sections 2.1 and 2.2.
 */
import { isIPv4, isIPv6 } from 'node:net';

/** Where a connection really comes from. */
export interface ProxySource {
  readonly address: string;
  readonly port: number;
}

/** A header, and how many bytes it took. Without a source, the connection is the proxy's own. */
export interface ProxyHeader {
  readonly length: number;
  readonly source: ProxySource | undefined;
}

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
/** How IPv4 within IPv6 begins. */
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');
const MAX_LENGTH_1 = 107;
/** Far more than the addresses and the extensions that proxies send. */
const MAX_LENGTH_2 = 2_048;

const TCP = /^PROXY (TCP4|TCP6) ([\da-fA-F:.]+) ([\da-fA-F:.]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n$/;

/** Parses the beginning of a connection; `undefined` when more bytes are needed. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | 'malformed' | undefined {
  const compared = Math.min(bytes.length, SIGNATURE.length);
  if (bytes.compare(SIGNATURE, 0, compared, 0, compared) === 0) return bytes.length < 16 ? undefined : parseBinary(bytes);
  return parseText(bytes);
}

function parseText(bytes: Buffer): ProxyHeader | 'malformed' | undefined {
  const text = bytes.toString('latin1', 0, MAX_LENGTH_1);
  const end = text.indexOf('\r\n');
  if (end === -1) return text.length < MAX_LENGTH_1 && 'PROXY '.startsWith(text.slice(0, 6)) ? undefined : 'malformed';
  const line = text.slice(0, end + 2);
  if (/^PROXY UNKNOWN(?: [ -~]*)?\r\n$/.test(line)) return { length: line.length, source: undefined };
  const [, family, source = '', destination = '', sourcePort, destinationPort] = TCP.exec(line) ?? [];
  const isAddress = family === 'TCP4' ? isIPv4 : isIPv6;
  if (family === undefined || !isAddress(source) || !isAddress(destination)) return 'malformed';
  if (Number(sourcePort) > 65_535 || Number(destinationPort) > 65_535) return 'malformed';
  return { length: line.length, source: { address: source.toLowerCase(), port: Number(sourcePort) } };
}

function parseBinary(bytes: Buffer): ProxyHeader | 'malformed' | undefined {
  const command = bytes.readUInt8(12);
  const protocol = bytes.readUInt8(13);
  const length = 16 + bytes.readUInt16BE(14);
  if (command >> 4 !== 2 || (command & 15) > 1 || length > MAX_LENGTH_2) return 'malformed';
  if (bytes.length < length) return undefined;
  if ((command & 15) === 0) return { length, source: undefined }; // LOCAL: the proxy itself, for instance its health check
  if (protocol === 0x11) return length < 28 ? 'malformed' : { length, source: { address: bytes.subarray(16, 20).join('.'), port: bytes.readUInt16BE(24) } };
  if (protocol === 0x21) return length < 52 ? 'malformed' : { length, source: { address: toIPv6(bytes.subarray(16, 32)), port: bytes.readUInt16BE(48) } };
  return { length, source: undefined };
}

/** Writes an address in the form that sockets have: zeros shortened, and IPv4 within IPv6 with its dots. */
function toIPv6(bytes: Buffer): string {
  if (bytes.compare(MAPPED, 0, 12, 0, 12) === 0) return `::ffff:${bytes.subarray(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

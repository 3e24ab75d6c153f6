/**
 * Tells public addresses from those that lead inside: loopback, private networks, link-local (the metadata services of
 * clouds among them), and everything else that is not assigned for use across the Internet.
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190).
 */
import { BlockList, isIP } from 'node:net';

const IPV4_SPECIAL = [
  ['0.0.0.0', 8], // "this network", RFC 791
  ['10.0.0.0', 8], // private, RFC 1918
  ['100.64.0.0', 10], // shared by carriers, RFC 6598; metadata of Alibaba Cloud
  ['127.0.0.0', 8], // loopback, RFC 1122
  ['168.63.129.16', 32], // the platform's own services in Azure; a public address that is answered from inside
  ['169.254.0.0', 16], // link-local, RFC 3927; metadata of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments, RFC 6890; metadata of Oracle Cloud
  ['192.0.2.0', 24], // documentation, RFC 5737
  ['192.88.99.0', 24], // 6to4 relays, RFC 7526
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks, RFC 2544
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast, RFC 5771
  ['240.0.0.0', 4], // reserved, and the broadcast address, RFC 1112
] as const;

/** Of what lies in 2000::/3; the rest of IPv6 is not assigned for global use at all. */
const IPV6_SPECIAL = [
  ['2001::', 23], // protocol assignments, RFC 2928; Teredo, which holds IPv4 addresses, is among them
  ['2001:db8::', 32], // documentation, RFC 3849
  ['2002::', 16], // 6to4, RFC 3056: holds IPv4 addresses
  ['3fff::', 20], // documentation, RFC 9637
] as const;

const special = new BlockList();
for (const [address, prefix] of IPV4_SPECIAL) special.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of IPV6_SPECIAL) special.addSubnet(address, prefix, 'ipv6');

const assigned = new BlockList();
assigned.addSubnet('2000::', 3, 'ipv6');

/** IPv6 addresses that stand for the IPv4 address in their last 32 bits. Source: RFC 4291, 2.5.5.2; RFC 6052, 2.1. */
const embedding = new BlockList();
embedding.addSubnet('::ffff:0:0', 96, 'ipv6');
embedding.addSubnet('64:ff9b::', 96, 'ipv6');

/** Tells whether an address, IPv4 or IPv6, is public. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return false; // only link-local addresses have zones
  if (embedding.check(address, 'ipv6')) return !special.check(toEmbedded(address), 'ipv4');
  return assigned.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** The last 32 bits of an IPv6 address, as an IPv4 address. */
function toEmbedded(address: string): string {
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':'); // shortest form, hexadecimal throughout
  const [high = 0, low = 0] = groups.slice(-2).map((group) => (group === '' ? 0 : Number.parseInt(group, 16)));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

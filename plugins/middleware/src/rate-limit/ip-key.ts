/** Says whom an address stands for. A client of IPv6 has 2^64 addresses of its own, so its /64 counts. Source: RFC 4291, section 2.5.4. */
import { isIPv6 } from 'node:net';

const GROUPS = 8;
const SUBNET_GROUPS = 4;

/** Returns the key of an address: an IPv4 address as it is, of IPv6 the first 64 bits. */
export function toIpKey(ip: string): string {
  const zone = ip.indexOf('%');
  const address = zone === -1 ? ip : ip.slice(0, zone);
  if (!isIPv6(address)) return ip;
  const [head = '', tail] = address.split('::', 2);
  const first = toGroups(head);
  const last = tail === undefined ? [] : toGroups(tail);
  const groups = [...first, ...Array.from({ length: GROUPS - first.length - last.length }, () => '0'), ...last];
  if (groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff') return toIPv4(groups[6] ?? '0', groups[7] ?? '0');
  return `${groups.slice(0, SUBNET_GROUPS).join(':')}::/64`;
}

/** Two groups may be written as an IPv4 address. */
function toGroups(part: string): string[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return Number.parseInt(group, 16).toString(16);
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)];
  });
}

function toIPv4(high: string, low: string): string {
  const [left, right] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${left >> 8}.${left & 255}.${right >> 8}.${right & 255}`;
}

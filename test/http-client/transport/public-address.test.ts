import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../plugins/http-client/src/transport/public-address.ts';

const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.0.1',
  '172.32.0.1',
  '192.0.1.1',
  '198.17.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00::1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
];
const SPECIAL = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.255',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',

  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1',
  '100::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '4000::1',
  '',
  'localhost',
  '127.1',
  '0x7f.1',
  '2130706433',
  '[::1]',
  '1.1.1.1 ',
];

describe('isPublicAddress', () => {
  it.each(PUBLIC)('takes %s for public', (address) => expect(isPublicAddress(address)).toBe(true));
  it.each(SPECIAL)('takes "%s" for one that is not', (address) => expect(isPublicAddress(address)).toBe(false));

  it('gives the same answer for an IPv4 address and for IPv6 addresses that stand for it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const expected = isPublicAddress(address);
        return isPublicAddress(`::ffff:${address}`) === expected && isPublicAddress(`64:ff9b::${address}`) === expected;
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes no private IPv4 address for public, however it is written', () => {
    const octet = fc.nat({ max: 255 });
    const inside = fc.oneof(
      fc.tuple(fc.constantFrom(10, 127, 0), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    );
    fc.assert(
      fc.property(inside, (octets) => {
        const [a, b, c, d] = octets.map((value) => value.toString(16).padStart(2, '0'));
        const written = [octets.join('.'), `::ffff:${a}${b}:${c}${d}`, `0:0:0:0:0:FFFF:${a}${b}:${c}${d}`, `0064:FF9B:0000::${a}${b}:${c}${d}`];
        return written.every((address) => !isPublicAddress(address));
      }),
      { numRuns: 500 },
    );
  });

  it('never fails', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.ipV6(), fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.%'.split('')) })),
        (text) => typeof isPublicAddress(text) === 'boolean',
      ),
      { numRuns: 2_000 },
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toIpKey } from '../../../plugins/middleware/src/rate-limit/ip-key.ts';

describe('toIpKey', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['', ''],
    ['not an address', 'not an address'],
  ])('makes %j %j', (ip, key) => expect(toIpKey(ip)).toBe(key));

  it('gives all addresses of a /64 one key, and those of others another', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16));
    const half = fc.array(group, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(half, half, half, (network, left, right) => {
        fc.pre(network.some((part) => part !== '0'));
        const key = toIpKey([...network, ...left].join(':'));
        expect(toIpKey([...network, ...right].join(':'))).toBe(key);
        expect(toIpKey(`${network.join(':')}::`)).toBe(key);
        const [first = '0', ...rest] = network;
        expect(toIpKey([(Number.parseInt(first, 16) ^ 1).toString(16), ...rest, ...left].join(':'))).not.toBe(key);
      }),
      { numRuns: 300 },
    );
  });
});

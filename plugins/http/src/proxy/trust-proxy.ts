/**
 * Which proxies are believed: the option `trustProxy` and the test it becomes. Nothing is believed unless it is named, for
 * whoever reaches the server directly can write into these headers what they like.
 */
import { compile } from 'proxy-addr';
import * as z from 'zod';

/** `true` when `address`, `hop` proxies away from this server (0 is the peer of the connection), is a proxy of ours. */
export type ProxyTest = (address: string, hop: number) => boolean;

const EXPECTED = 'expected a number of proxies, or a list of addresses, subnets, "loopback", "linklocal" and "uniquelocal"';

/** Addresses and subnets of proxies, or their names. */
export const ProxyAddresses = z.array(z.string()).check(({ value, issues }) => {
  for (const address of value) {
    const problem = findProblem(address);
    if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: address, continue: true }); // or a union of schemas would say that none of them fits
  }
});

const Proxies = z.union([z.int().positive(), ProxyAddresses], { error: EXPECTED });

/** The option: `false`, a number of hops, a list of addresses and subnets, or an object that also names the header. */
export const TrustProxy = z.union(
  [
    z.literal(false),
    Proxies,
    z.strictObject({
      proxies: Proxies,
      /** The headers these proxies write. Never both: what a proxy does not write, it passes on from the client. */
      header: z.enum(['x-forwarded', 'forwarded']).default('x-forwarded'),
    }),
  ],
  { error: EXPECTED },
);

/** The option with its defaults. */
export type TrustProxy = z.output<typeof TrustProxy>;

/** Makes the test; `undefined` when nobody is believed. A connection over a unix socket has the address `''` and counts as `loopback`. */
export function createProxyTest(proxies: number | readonly string[]): ProxyTest | undefined {
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  if (proxies.length === 0) return undefined;
  const test = compile([...proxies]);
  const trustsLoopback = proxies.includes('loopback');
  return (address, hop) => (address === '' ? trustsLoopback : test(address, hop));
}

function findProblem(address: string): string | undefined {
  try {
    compile(address);
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}; ${EXPECTED}`;
  }
}

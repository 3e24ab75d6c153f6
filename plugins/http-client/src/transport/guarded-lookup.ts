/**
 * Resolves names, and refuses those that lead to addresses which are not public. It answers to the very connection that is
 * being made, so a name cannot lead elsewhere between the check and the use of it (DNS rebinding).
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { HttpClientUrlRefusedError } from '../errors.ts';
import { isPublicAddress } from './public-address.ts';

/** Creates a lookup that gives public addresses only; a name with a single other one among its addresses is refused. */
export function createGuardedLookup(lookup: LookupFunction = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error !== null) return callback(error, []);
      const addresses: readonly LookupAddress[] = typeof found === 'string' ? [{ address: found, family: family ?? 0 }] : found;
      const refused = addresses.some(({ address }) => !isPublicAddress(address));
      const [first] = addresses;
      if (refused || first === undefined) return callback(refuseHost(hostname), []);
      if (options.all === true) return callback(null, [...addresses]);
      return callback(null, first.address, first.family);
    });
  };
}

/** The error for a host that is not public. It does not say to which address it leads: who chose the URL may read it. */
export function refuseHost(host: string): HttpClientUrlRefusedError {
  return new HttpClientUrlRefusedError({ url: host, reason: 'it leads to an address that is not public. Allow it with allowPrivateAddresses if it is yours' });
}

/** Finds the coding that a client likes best. Source: RFC 9110, section 12.5.3. */
import Negotiator from 'negotiator';
import type { Coding } from './options.ts';

/** The types of negotiator do not know of its second argument. */
interface PreferringNegotiator {
  encoding(available: readonly string[], options: { readonly preferred: readonly string[] }): string | undefined;
}

/** Browsers send a handful of values; whoever sends others pays for the parsing. */
const MAX_REMEMBERED = 64;
const MAX_REMEMBERED_LENGTH = 128;

/** Returns the coding for a value of `Accept-Encoding`; `undefined`: the body is sent as it is. */
export type CodingNegotiation = (acceptEncoding: string | undefined) => Coding | undefined;

/** Creates the negotiation of these codings; of those a client likes equally, the first is taken. */
export function createCodingNegotiation(codings: readonly Coding[]): CodingNegotiation {
  const available = [...codings, 'identity'];
  const remembered = new Map<string, Coding | undefined>();

  function negotiate(acceptEncoding: string): Coding | undefined {
    const negotiator = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } }) as unknown as PreferringNegotiator;
    const best = negotiator.encoding(available, { preferred: available });
    return codings.find((coding) => coding === best);
  }

  return (acceptEncoding) => {
    if (acceptEncoding === undefined || acceptEncoding === '') return undefined;
    const known = remembered.get(acceptEncoding);
    if (known !== undefined || remembered.has(acceptEncoding)) return known;
    const coding = negotiate(acceptEncoding);
    if (remembered.size < MAX_REMEMBERED && acceptEncoding.length <= MAX_REMEMBERED_LENGTH) remembered.set(acceptEncoding, coding);
    return coding;
  };
}

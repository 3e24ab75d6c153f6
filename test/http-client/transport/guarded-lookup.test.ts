import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createGuardedLookup } from '../../../plugins/http-client/src/transport/guarded-lookup.ts';

/** Asks a lookup and returns what it says. */
function ask(lookup: LookupFunction, all: boolean): Promise<unknown> {
  return new Promise((resolve) => lookup('a.test', { all }, (error, ...found) => resolve(error === null ? found : error)));
}

/** Gives another answer each time. */
function changing(...answers: readonly LookupAddress[][]): LookupFunction {
  const rest = [...answers];
  return (_, { all }, callback) => {
    expect(all).toBe(true);
    callback(null, rest.shift() ?? []);
  };
}

const open: LookupAddress = { address: '1.1.1.1', family: 4 };
const other: LookupAddress = { address: '2606:4700::1', family: 6 };
const inside: LookupAddress = { address: '127.0.0.1', family: 4 };

describe('createGuardedLookup', () => {
  it('gives the answer that it has checked, and no other: a name that leads elsewhere the next time is refused then', async () => {
    const lookup = createGuardedLookup(changing([open, other], [open], [inside]));
    expect(await ask(lookup, true)).toEqual([[open, other]]);
    expect(await ask(lookup, false)).toEqual(['1.1.1.1', 4]);
    expect(await ask(lookup, true)).toMatchObject({ code: 'OXI_HTTP_CLIENT_URL_REFUSED' });
  });

  it('takes the answer of a lookup that gives one address only', async () => {
    const single: LookupFunction = (_, __, callback) => callback(null, '127.0.0.1', 4);
    expect(await ask(createGuardedLookup(single), true)).toMatchObject({ code: 'OXI_HTTP_CLIENT_URL_REFUSED' });
  });

  it('hands on that a name is not known', async () => {
    const failing: LookupFunction = (_, __, callback) => callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
    expect(await ask(createGuardedLookup(failing), true)).toMatchObject({ code: 'ENOTFOUND' });
  });
});

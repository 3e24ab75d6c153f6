import { ResponseHeaders } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('ResponseHeaders', () => {
  it('behaves as web Headers do, set-cookie apart, whatever is done to it', () => {
    const name = fc.constantFrom('X-A', 'x-a', 'x-b', 'X-c');
    const value = fc.stringMatching(/^[a-z0-9]{1,4}$/);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), name, value }),
      fc.record({ kind: fc.constant('append' as const), name, value }),
      fc.record({ kind: fc.constant('delete' as const), name, value }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const own = new ResponseHeaders();
        const web = new Headers();
        for (const { kind, name: header, value: text } of steps) {
          if (kind === 'delete') {
            own.delete(header);
            web.delete(header);
          } else {
            own[kind](header, text);
            web[kind](header, text);
          }
        }
        for (const header of ['x-a', 'X-B', 'x-c']) {
          expect(own.get(header) ?? null).toBe(web.get(header));
          expect(own.has(header)).toBe(web.has(header));
        }
        expect(new Set([...own].map(([header]) => header))).toEqual(new Set(web.keys()));
      }),
      { numRuns: 200 },
    );
  });

  it('takes numbers, and keeps several cookies apart', () => {
    const headers = new ResponseHeaders();
    headers.set('Age', 5);
    headers.append('Set-Cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    expect([...headers]).toEqual([
      ['age', '5'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });

  it('adds a name to Vary once', () => {
    const headers = new ResponseHeaders();
    headers.vary('Accept');
    headers.vary('accept');
    headers.vary('Origin');
    expect(headers.get('vary')).toBe('Accept, Origin');
    headers.set('vary', '*');
    headers.vary('Accept');
    expect(headers.get('vary')).toBe('*');
  });
});

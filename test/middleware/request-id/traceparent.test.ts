import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toTraceParent, tryParseTraceParent, tryParseTraceState } from '../../../plugins/middleware/src/request-id/traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('tryParseTraceParent', () => {
  it('reads version 00', () => {
    expect(tryParseTraceParent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, parentId: SPAN, flags: 1 });
  });

  it('reads the known fields of later versions', () => {
    expect(tryParseTraceParent(`cc-${TRACE}-${SPAN}-01-what-comes-later`)).toEqual({ traceId: TRACE, parentId: SPAN, flags: 1 });
    expect(tryParseTraceParent(`cc-${TRACE}-${SPAN}-01`)?.traceId).toBe(TRACE);
  });

  it('keeps the flags it knows', () => {
    expect(tryParseTraceParent(`00-${TRACE}-${SPAN}-ff`)?.flags).toBe(3);
  });

  it.each([
    ['an unknown form', 'nonsense'],
    ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['more than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
    ['text glued to a later version', `cc-${TRACE}-${SPAN}-01.more`],
    ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a short trace', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['two headers', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['spaces', ` 00-${TRACE}-${SPAN}-01`],
    ['endless text', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(1000)}`],
  ])('takes %s for nothing', (_what, header) => {
    expect(tryParseTraceParent(header)).toBeUndefined();
  });

  it('reads back what is written', () => {
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length - 1}}[1-9a-f]$`));
    fc.assert(
      fc.property(hex(32), hex(16), fc.integer({ min: 0, max: 3 }), (traceId, parentId, flags) => {
        expect(tryParseTraceParent(toTraceParent({ traceId, parentId, flags }))).toEqual({ traceId, parentId, flags });
      }),
      { numRuns: 200 },
    );
  });

  it('takes any text without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => void tryParseTraceParent(text)),
      { numRuns: 300 },
    );
  });
});

describe('tryParseTraceState', () => {
  it('passes members on, without spaces around and empty ones', () => {
    expect(tryParseTraceState('rojo=00f067aa0ba902b7 ,, \tcongo=t61rcWkgMzE,a@b=c d')).toBe('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,a@b=c d');
  });

  it.each([
    ['nothing', ''],
    ['only commas', ' , ,'],
    ['a member without a value', 'rojo'],
    ['an empty value', 'rojo='],
    ['capital keys', 'Rojo=1'],
    ['a key twice', 'a=1,b=2,a=3'],
    ['an equals sign in a value', 'a=b=c'],
    ['control characters', 'a=b\u0001'],
    ['more than 32 members', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',')],
    ['more than 512 characters', `a=${'x'.repeat(200)},b=${'x'.repeat(200)},c=${'x'.repeat(200)}`],
  ])('takes %s for nothing', (_what, header) => {
    expect(tryParseTraceState(header)).toBeUndefined();
  });

  it('gives what it reads the same way again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 100 }), (text) => {
        const state = tryParseTraceState(text);
        if (state !== undefined) expect(tryParseTraceState(state)).toBe(state);
      }),
      { numRuns: 500 },
    );
  });
});

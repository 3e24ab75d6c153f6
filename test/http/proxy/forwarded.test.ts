import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ForwardedElement, tryParseForwarded } from '../../../plugins/http/src/proxy/forwarded.ts';

/** Writes an element with all values quoted. */
function format(elements: readonly ForwardedElement[]): string {
  return elements
    .map((element) =>
      Object.entries(element)
        .map(([name, value]) => `${name}="${String(value).replaceAll(/["\\]/g, '\\$&')}"`)
        .join(';'),
    )
    .join(', ');
}

describe('tryParseForwarded', () => {
  it('reads the examples of RFC 7239', () => {
    expect(tryParseForwarded('for="_gazonk"')).toEqual([{ for: '_gazonk' }]);
    expect(tryParseForwarded('For="[2001:db8:cafe::17]:4711"')).toEqual([{ for: '[2001:db8:cafe::17]:4711' }]);
    expect(tryParseForwarded('for=192.0.2.60;proto=http;by=203.0.113.43')).toEqual([{ for: '192.0.2.60', proto: 'http' }]);
    expect(tryParseForwarded('for=192.0.2.43, for=198.51.100.17')).toEqual([{ for: '192.0.2.43' }, { for: '198.51.100.17' }]);
    expect(tryParseForwarded('for=192.0.2.43,for="[2001:db8:cafe::17]",for=unknown')).toHaveLength(3);
  });

  it.each([
    'for',
    'for=',
    '=x',
    'for=a b',
    'for="a',
    'for=a;',
    'for=a,',
    ',for=a',
    'for=a;for=b',
    'for=[::1]',
    'for = a',
    'for="a\u0000"',
    'for=a;;proto=http',
  ])('refuses %s', (header) => {
    expect(tryParseForwarded(header)).toBeUndefined();
  });

  it('knows parameters that are not its own, whatever they are called', () => {
    expect(tryParseForwarded('constructor=a;__proto__=b;for=c')).toEqual([{ for: 'c' }]);
  });

  it('reads what was written', () => {
    const value = fc.stringMatching(/^[ -~]{0,12}$/);
    const element = fc.record({ for: value, proto: value, host: value }, { requiredKeys: ['for'] });
    fc.assert(
      fc.property(fc.array(element, { maxLength: 4 }), (elements) => {
        expect(tryParseForwarded(format(elements))).toEqual(elements);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[for=;,"\\ :.\d]*$/)), (header) => void tryParseForwarded(header)),
      { numRuns: 2_000 },
    );
  });

  it('takes no longer for long garbage', () => {
    for (const unit of ['for="', 'for=a;', '\\', '"\\"', 'a='] as const) expect(tryParseForwarded(unit.repeat(4_000))).toBeUndefined();
  });
});

import { toJsonPointer } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('toJsonPointer', () => {
  it('writes the examples of RFC 6901', () => {
    expect(toJsonPointer(undefined)).toBe('');
    expect(toJsonPointer(['foo', 0])).toBe('/foo/0');
    expect(toJsonPointer([''])).toBe('/');
    expect(toJsonPointer(['a/b'])).toBe('/a~1b');
    expect(toJsonPointer(['m~n'])).toBe('/m~0n');
  });

  it('takes segments as objects', () => {
    expect(toJsonPointer([{ key: 'a' }, { key: 1 }])).toBe('/a/1');
  });

  it('can be read back', () => {
    const parse = (pointer: string): string[] =>
      pointer
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    fc.assert(
      fc.property(fc.array(fc.string()), (path) => {
        expect(parse(toJsonPointer(path))).toEqual(path);
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBaseName } from '../../../plugins/http/src/body/file-info.ts';

describe('toBaseName', () => {
  it.each([
    ['photo.png', 'photo.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\Ada\\me.jpg', 'me.jpg'],
    ['C:me.jpg', 'C_me.jpg'],
    ['a\0.png', 'a.png'],
    ['a\r\nb.png', 'ab.png'],
    ['exe.\u202Egnp', 'exe.gnp'],
    ['u\u0308.txt', 'ü.txt'],
    ['..', 'unnamed'],
    ['a/..', 'unnamed'],
    ['a/', 'unnamed'],
    [' ', 'unnamed'],
    ['', 'unnamed'],
    ['.htaccess', '.htaccess'],
    [`${'x'.repeat(300)}.png`, `${'x'.repeat(251)}.png`],
  ])('makes %j %j', (name, expected) => {
    expect(toBaseName(name)).toBe(expected);
  });

  it('leaves nothing that leads elsewhere', () => {
    const name = fc.string({
      unit: fc.oneof(fc.constantFrom('/', '\\', '.', '\0', ':', '\u202e', '\ud800'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
    });
    fc.assert(
      fc.property(name, (given) => {
        const base = toBaseName(given);
        expect(base).not.toMatch(/[/\\:\p{Cc}\p{Cf}]/u);
        expect(['', '.', '..']).not.toContain(base);
        expect(base.length).toBeLessThanOrEqual(255);
        expect(base.isWellFormed()).toBe(true);
      }),
    );
  });
});

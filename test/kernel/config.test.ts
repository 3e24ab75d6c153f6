import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigInvalidError } from '@oxidite/kernel';
import { describeValue, parseConfig } from '../../kernel/src/config.ts';
import { plugin, thrownBy } from './support/plugins.ts';

const FILE = '/shop/oxidite.config.ts';

describe('parseConfig', () => {
  it('returns what is right as it is', () => {
    const config = { plugins: [], setup: () => undefined, providers: { cache: 'a' }, failurePolicy: { a: 'abort', b: 'disable' }, ignoreCompatibility: ['a'] };
    expect(parseConfig(config, FILE)).toBe(config);
    expect(parseConfig({ plugins: [], setup: undefined }, FILE)).toEqual({ plugins: [], setup: undefined });
  });

  it.each([
    [null, 'found null instead of an object'],
    [undefined, 'found undefined instead of an object'],
    [1, 'found 1 instead of an object'],
    ['plugins', 'found "plugins" instead of an object'],
    [{}, '"plugins" is undefined instead of an array'],
    [[], '"plugins" is undefined instead of an array'],
    [{ plugins: {} }, '"plugins" is an object with the keys (none) instead of an array'],
    [{ plugins: [], plugin: [] }, '"plugin" is not known. Did you mean "plugins"?'],
    [{ plugins: [], database: {} }, '"database" is not known.'],
    [JSON.parse('{ "plugins": [], "__proto__": {} }'), '"__proto__" is not known.'],
    [{ plugins: [], setup: 1 }, '"setup" is 1 instead of a function'],
    [{ plugins: [], providers: [] }, '"providers" must map service names to plugin names'],
    [{ plugins: [], providers: null }, '"providers" must map service names to plugin names'],
    [{ plugins: [], providers: { cache: 1 } }, '"providers" must map service names to plugin names'],
    [{ plugins: [], failurePolicy: 'abort' }, '"failurePolicy" must map plugin names to "abort" or "disable"'],
    [{ plugins: [], failurePolicy: { a: 'ignore' } }, '"failurePolicy" must map plugin names to "abort" or "disable"'],
    [{ plugins: [], ignoreCompatibility: 'a' }, '"ignoreCompatibility" must be an array of plugin names'],
    [{ plugins: [], ignoreCompatibility: [1] }, '"ignoreCompatibility" must be an array of plugin names'],
  ])('refuses %j', (value, problem) => {
    expect(() => parseConfig(value, FILE)).toThrow(`${FILE} is not valid:\n  - ${problem}\nExport defineConfig({ plugins: [...] }).`);
  });

  it('names everything that is wrong at once', async () => {
    const error = await thrownBy(() => parseConfig({ plugin: [], Setup: 1, providers: 2, failurePolicy: 3, ignoreCompatibility: 4 }, FILE));
    expect(error).toBeInstanceOf(ConfigInvalidError);
    expect(error.message.split('\n')).toHaveLength(8);
  });

  it('throws nothing but its own error, whatever the value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withObjectString: true }), (value) => {
        try {
          parseConfig(value, FILE);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigInvalidError);
        }
      }),
    );
  });
});

describe('describeValue', () => {
  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [[1], 'an array'],
    [plugin({ name: 'acme' }), 'the plugin "acme"'],
    [Object.assign(() => undefined, { definition: { name: 'acme' }, [Symbol.for('oxidite.plugin')]: true }), 'the plugin factory "acme"'],
    [() => undefined, 'a function'],
    [parseConfig, 'the function parseConfig'],
    ['a"b', '"a\\"b"'],
    [{ a: 1, b: 2 }, 'an object with the keys a, b'],
    [{}, 'an object with the keys (none)'],
    [true, 'true'],
    [10n, '10n'],
    [Symbol('x'), 'Symbol(x)'],
  ])('describes %o', (value, description) => {
    expect(describeValue(value)).toBe(description);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNearest, toSuggestion } from '@oxidite/kernel';

describe('findNearest', () => {
  it.each([
    ['plugin', ['plugins', 'setup'], 'plugins'],
    ['Setup', ['plugins', 'setup'], 'setup'],
    ['failurepolcy', ['failurePolicy', 'providers'], 'failurePolicy'],
    ['ormm', ['orm', 'form'], 'orm'],
    ['x', ['y'], undefined],
    ['ab', ['abcd'], undefined],
    ['completely different', ['orm'], undefined],
    ['', ['orm'], undefined],
    ['orm', [], undefined],
    ['🌳🌲', ['🌳🌴'], '🌳🌴'],
  ])('finds the nearest of %j among %j: %j', (wrong, known, nearest) => {
    expect(findNearest(wrong, known)).toBe(nearest);
  });

  it('finds a name that differs by one letter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(), (name, at) => {
        const index = at % name.length;
        expect(findNearest(`${name.slice(0, index)}${name.slice(index + 1)}`, ['0000000000', name])).toBe(name);
      }),
    );
  });
});

describe('toSuggestion', () => {
  it('asks, or says nothing', () => {
    expect(toSuggestion('plugin', ['plugins'])).toBe(' Did you mean "plugins"?');
    expect(toSuggestion('zebra', ['plugins'])).toBe('');
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCommandName, listTopic } from '../../../plugins/cli/src/find/command-resolution.ts';

const NAMES = ['start', 'make:migration', 'make:model', 'plugins:why', 'db:make', 'a:b:c', 'x:y', 'y:x'];

describe('findCommandName', () => {
  it.each([
    ['start', 'start', 1],
    ['make:migration', 'make:migration', 1],
    ['make migration', 'make:migration', 2],
    ['migration:make', 'make:migration', 1],
    ['migration make add_users', 'make:migration', 2],
    ['start make migration', 'start', 1],
    ['plugins why http:routes', 'plugins:why', 2],
    ['c b:a', 'a:b:c', 2],
    ['y:x', 'y:x', 1],
  ])('reads "%s" as %s', (typed, name, wordCount) => {
    expect(findCommandName(typed.split(' '), NAMES)).toEqual({ name, wordCount });
  });

  it.each(['', 'make', 'stop', 'migration'])('finds nothing for "%s"', (typed) => {
    expect(findCommandName(typed === '' ? [] : typed.split(' '), NAMES)).toBeUndefined();
  });

  it('does not choose between two commands of the same parts', () => {
    expect(findCommandName(['c:a:b'], ['a:b:c', 'b:a:c'])).toBeUndefined();
  });

  it('finds every command by its name and by its parts, whatever arguments follow', () => {
    const part = fc.stringMatching(/^[a-z]{1,4}$/);
    const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(':'));
    const commands = fc.uniqueArray(name, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(commands, fc.nat(), fc.array(fc.stringMatching(/^[A-Z]{1,3}$/), { maxLength: 2 }), (names, index, rest) => {
        const wanted = names[index % names.length] ?? '';
        expect(findCommandName([wanted, ...rest], names)).toEqual({ name: wanted, wordCount: 1 });
        expect(findCommandName([...wanted.split(':'), ...rest], names)?.name).toBe(wanted);
      }),
    );
  });
});

describe('listTopic', () => {
  it('lists what stands below a topic', () => {
    expect(listTopic(['make'], NAMES)).toEqual(['make:migration', 'make:model']);
    expect(listTopic(['a', 'b'], NAMES)).toEqual(['a:b:c']);
    expect(listTopic(['start'], NAMES)).toEqual([]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Automaton } from '../../../../plugins/http/src/routes/language/automaton.ts';
import { compareAutomata, listExamples } from '../../../../plugins/http/src/routes/language/compare-automata.ts';
import { ExpressionSyntaxError, parseExpression } from '../../../../plugins/http/src/routes/language/expression.ts';

const read = (source: string): Automaton => new Automaton(parseExpression(source));

/** Sources of regular expressions over few letters. */
const sources = fc.letrec<{ atom: string; sequence: string; choice: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 1 },
    fc.constantFrom('a', 'b', '1', '.', '[ab]', '[^a]', String.raw`\d`, String.raw`\w`, '[a-c1-]'),
    tie('choice').map((inner) => `(?:${inner})`),
  ),
  sequence: fc
    .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,}', '{0,2}')), { minLength: 1, maxLength: 3 })
    .map((items) => items.map(([atom, count]) => atom + count).join('')),
  choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((items) => items.join('|')),
})).choice;

/** Random expressions may be too large; those are refused, as they should be. */
function readIfSmall(source: string): Automaton {
  try {
    return read(source);
  } catch (error) {
    fc.pre(!(error instanceof ExpressionSyntaxError && error.message.includes('too large')));
    throw error;
  }
}

const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '-'), maxLength: 5 });

describe('Automaton', () => {
  it('accepts what the regular expression of the language accepts', () => {
    fc.assert(
      fc.property(sources, fc.array(texts, { minLength: 1, maxLength: 10 }), (source, candidates) => {
        const automaton = readIfSmall(source);
        const expected = new RegExp(`^(?:${source})$`);
        for (const text of candidates) expect([text, automaton.matches(text)]).toEqual([text, expected.test(text)]);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [String.raw`^\d{4}-[0-9a-f]+$`, '2026-0af', '2026-'],
    [String.raw`\x41\u0042[\-\]\\]`, 'AB]', 'ABC'],
    ['äö+', 'äöö', 'ä'],
    ['😀+', '😀', '😁'],
    [String.raw`\s\t|\S`, ' \t', ' '],
    ['', '', 'a'],
  ])('reads %s', (source, accepted, refused) => {
    expect([read(source).matches(accepted), read(source).matches(refused)]).toEqual([true, false]);
  });

  it('reads each character once, also where back-tracking would take forever', () => {
    const text = 'a'.repeat(100_000);
    expect(read('(a+)+b').matches(text)).toBe(false);
    expect(read('(a|a)*(a|a)*b').matches(text)).toBe(false);
  });
});

describe('parseExpression', () => {
  it.each([
    ['(?=a)b', 'look-around'],
    ['(?<name>a)', 'named groups'],
    [String.raw`(a)\1`, 'is not known'],
    [String.raw`\bword`, 'is not known'],
    ['a*?', 'cannot follow'],
    ['a^b', 'may only stand at its ends'],
    ['*a', 'has nothing to belong to'],
    ['a{2,1}', 'at least 2 and at most 1'],
    ['a{2000}', 'counts beyond'],
    ['(a', 'is missing'],
    ['a)', 'too many'],
    ['[b-a]', 'lower to a higher'],
    ['[a', 'ends too early'],
    ['[😀]', 'beyond U+FFFF'],
  ])('refuses %s', (source, reason) => {
    expect(() => parseExpression(source)).toThrow(ExpressionSyntaxError);
    expect(() => parseExpression(source)).toThrow(reason);
  });

  it('refuses what would be unreasonably large', () => {
    expect(() => read('(a{1000}){1000}')).toThrow('it is too large');
    expect(() => read('[ab]*a[ab]{15}')).toThrow('it is too large');
  });
});

describe('compareAutomata', () => {
  it.each([
    [String.raw`\d+`, String.raw`[\w-]+`, 'narrower'],
    [String.raw`[\w-]+`, 'a|b', 'wider'],
    ['a|b', 'b|c', 'overlapping'],
    ['a|b', 'b|a', 'equal'],
    [String.raw`\d+`, '[a-z]+', 'apart'],
  ])('tells that %s and %s are related', (left, right, relation) => {
    expect(compareAutomata(read(left), read(right))).toBe(relation);
  });

  it('finds an example for each way in which texts are accepted, and none that is wrong', () => {
    fc.assert(
      fc.property(sources, sources, fc.array(texts, { minLength: 1, maxLength: 10 }), (left, right, candidates) => {
        const automata = [readIfSmall(left), readIfSmall(right)];
        const examples = listExamples(automata);
        for (const { text, accepted } of examples) expect(accepted).toEqual(automata.map((automaton) => automaton.matches(text)));
        const ways = new Set(examples.map(({ accepted }) => accepted.join(' ')));
        for (const text of candidates) {
          const accepted = automata.map((automaton) => automaton.matches(text));
          if (accepted.includes(true)) expect(ways).toContain(accepted.join(' '));
        }
      }),
      { numRuns: 100 },
    );
  });
});

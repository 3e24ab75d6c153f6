/** Conditions on parts of texts: signs of patterns, and the case of letters. */
import { sql } from 'kysely';
import { defineFeature, type Difference, onMysql } from '../contract-case.ts';
import { finds } from './found-words.ts';

const UMLAUTS = ['Ärger', 'ärger', 'arger'];

const ALL_LETTERS: Difference = {
  reason: '`contains` and the like know both cases of all letters, not only of A to Z',
  run: finds(UMLAUTS, [{ word: { contains: 'ÄR' } }, ['Ärger', 'ärger']]),
};

export const textConditions = defineFeature('Conditions on texts', {
  'find parts of texts': finds(
    ['abc', 'bcd', 'cde', '', null],
    [{ word: { contains: 'bc' } }, ['abc', 'bcd']],
    [{ word: { startsWith: 'bc' } }, ['bcd']],
    [{ word: { endsWith: 'bc' } }, ['abc']],
    [{ word: { contains: '' } }, ['abc', 'bcd', 'cde', '']],
    [{ word: { like: '_c_' } }, ['bcd']],
    [{ word: { like: '%d%' } }, ['bcd', 'cde']],
    [{ word: { like: 'abc' } }, ['abc']],
  ),
  'take the signs of patterns as they are, but in like': finds(
    ['100%', '100', 'a_b', 'axb', 'a\\b', '[a]', '*'],
    [{ word: { contains: '%' } }, ['100%']],
    [{ word: { contains: '_' } }, ['a_b']],
    [{ word: { contains: '\\' } }, ['a\\b']],
    [{ word: { startsWith: 'a_' } }, ['a_b']],
    [{ word: { endsWith: '0%' } }, ['100%']],
    [{ word: { contains: '[a]' } }, ['[a]']],
    [{ word: { contains: '*' } }, ['*']],
    [{ word: { like: 'a\\_b' } }, ['a_b']],
    [{ word: { like: '100\\%' } }, ['100%']],
  ),
  'find parts of texts in either case of A to Z': finds(
    ['Apple', 'apple', 'APPLE', 'pear'],
    [{ word: { contains: 'APP' } }, ['Apple', 'apple', 'APPLE']],
    [{ word: { startsWith: 'aP' } }, ['Apple', 'apple', 'APPLE']],
    [{ word: { like: 'appl_' } }, ['Apple', 'apple', 'APPLE']],
    [{ word: 'apple' }, ['apple']],
  ),
  'find parts of texts in the given case of other letters': {
    run: finds(UMLAUTS, [{ word: { contains: 'ÄR' } }, ['Ärger']]),
    differs: {
      postgresql: {
        reason: '`contains` and the like know both cases of the letters that the locale of the database knows',
        async run(context) {
          const { rows } = await sql<{ readonly known: boolean }>`select lower('Ä') = 'ä' as known`.execute(context.orm.kysely);
          await finds(UMLAUTS, [{ word: { contains: 'ÄR' } }, rows[0]?.known === true ? ['Ärger', 'ärger'] : ['Ärger']])(context);
        },
      },
      ...onMysql(ALL_LETTERS),
      mongodb: ALL_LETTERS,
    },
  },
  'find parts of texts of other languages, and emoji': finds(
    ['日本語', 'a😀b', 'привет'],
    [{ word: { contains: '本' } }, ['日本語']],
    [{ word: { contains: '😀' } }, ['a😀b']],
    [{ word: { startsWith: 'при' } }, ['привет']],
    [{ word: { like: 'a_b' } }, ['a😀b']],
  ),
  'find nothing by one half of a character of two': finds(
    ['😀', '\ufffd'],
    [{ word: '\ud83d' }, []],
    [{ word: { in: ['\ud83d', '😀'] } }, ['😀']],
    [{ word: { contains: '\ud83d' } }, []],
  ),
  'find nothing by a text with U+0000 that no row has': finds(
    ['a', 'ab'],
    [{ word: 'a\0' }, []],
    [{ word: { contains: 'a\0' } }, []],
    [{ word: { in: ['a\0', 'a'] } }, ['a']],
  ),
});

import { describe, expect, it } from 'vitest';
import { createRowReader, type RowColumn } from '../../../plugins/orm/src/query/row-reader.ts';

const column = (path: string, rest: Partial<RowColumn> = {}): RowColumn => ({ path: path.split('.'), convert: undefined, isKey: false, ...rest });
const double = (value: number): number => value * 2;

describe('createRowReader', () => {
  it('converts values and keeps those aside that are not returned', () => {
    const read = createRowReader([column('a'), column('b', { convert: double })], ['key']);
    expect(
      read([
        [1, 2, 3],
        [4, null, 5],
      ]),
    ).toEqual({
      items: [
        { a: 1, b: 4 },
        { a: 4, b: null },
      ],
      extras: new Map([['key', [3, 5]]]),
    });
  });

  it('nests what was joined, which is null without its key', () => {
    const read = createRowReader([column('a'), column('of.x'), column('of.id', { isKey: true }), column('pivot.n', { isAlways: true })], []);
    expect(
      read([
        [1, 'x', 2, null],
        [1, 'x', null, 3],
      ]).items,
    ).toEqual([
      { a: 1, of: { x: 'x', id: 2 }, pivot: { n: null } },
      { a: 1, of: null, pivot: { n: 3 } },
    ]);
  });

  it('nests what is embedded, which is null when all that is read of it is', () => {
    const read = createRowReader(
      [
        column('sure.x', { embedded: [false] }),
        column('a'),
        column('maybe.x', { embedded: [true], convert: double }),
        column('maybe.deep.y', { embedded: [true, true] }),
        column('b'),
        column('maybe.mark', { embedded: [true], isMark: true }),
        column('c'),
      ],
      ['key'],
    );
    const { items, extras } = read([
      [null, 1, null, null, 2, null, 3, 'k'],
      [5, 1, null, null, 2, 'told', 3, 'l'],
      [5, 1, 4, 6, 2, null, 3, 'm'],
    ]);
    expect(items).toEqual([
      { sure: { x: null }, a: 1, maybe: null, b: 2, c: 3 },
      { sure: { x: 5 }, a: 1, maybe: { x: null, deep: null }, b: 2, c: 3 },
      { sure: { x: 5 }, a: 1, maybe: { x: 8, deep: { y: 6 } }, b: 2, c: 3 },
    ]);
    expect(extras.get('key')).toEqual(['k', 'l', 'm']);
  });

  it('reads embedded values of what was joined', () => {
    const read = createRowReader([column('of.id', { isKey: true }), column('of.at.x', { embedded: [false] }), column('of.or.y', { embedded: [true] })], []);
    expect(
      read([
        [1, 2, null],
        [null, null, null],
      ]).items,
    ).toEqual([{ of: { id: 1, at: { x: 2 }, or: null } }, { of: null }]);
  });

  it('takes any name for a name', () => {
    const names = ['__proto__', 'a"b', "it's", '`${1}`', 'constructor', '\u2028', 'toString'];
    const [item] = createRowReader(
      names.map((name) => ({ ...column(''), path: [name] })),
      [],
    )([names.map((_, index) => index)]).items;
    expect(Object.keys(item ?? {})).toEqual(names);
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
    expect(Object.values(item ?? {})).toEqual(names.map((_, index) => index));
  });
});

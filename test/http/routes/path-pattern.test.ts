import { ParamTypeError, RoutePathError } from '@oxidite/http';
import { describe, expect, it } from 'vitest';
import { joinPaths, listVariants, parsePathPattern } from '../../../plugins/http/src/routes/path-pattern.ts';

describe('parsePathPattern', () => {
  it('reads text, params and the rest', () => {
    expect(parsePathPattern('/')).toEqual([]);
    expect(parsePathPattern('/a/:b_1/**:c')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'param', name: 'b_1' },
      { kind: 'rest', name: 'c' },
    ]);
    expect(parsePathPattern('/**')).toEqual([{ kind: 'rest', name: '_' }]);
    expect(parsePathPattern('/a/*')).toEqual([{ kind: 'text', text: 'a' }, { kind: 'any' }]);
  });

  it('reads constraints, several params in one segment, and an optional end', () => {
    expect(parsePathPattern('/:id{int}')).toMatchObject([{ kind: 'param', name: 'id', constraint: { source: 'int', isNumeric: true } }]);
    expect(parsePathPattern('/:state{b|a}')).toMatchObject([{ name: 'state', constraint: { source: 'b|a', key: 'a|b', jsonSchema: { enum: ['a', 'b'] } } }]);
    expect(parsePathPattern('/v:year{int}-:month.json')).toMatchObject([
      {
        kind: 'mixed',
        parts: [
          { kind: 'text', text: 'v' },
          { kind: 'param', name: 'year', constraint: { source: 'int' } },
          { kind: 'text', text: '-' },
          { kind: 'param', name: 'month' },
          { kind: 'text', text: '.json' },
        ],
      },
    ]);
    expect(parsePathPattern('/a/:b?')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'param', name: 'b', isOptional: true },
    ]);
    expect(listVariants(parsePathPattern('/a/:b{int}?')).map((variant) => variant.length)).toEqual([1, 2]);
    expect(listVariants(parsePathPattern('/a/:b'))).toHaveLength(1);
  });

  it('refuses types that it does not know, with the nearest one', () => {
    expect(() => parsePathPattern('/:id{uiid}')).toThrow(ParamTypeError);
    expect(() => parsePathPattern('/:id{uiid}')).toThrow('Did you mean "uuid"?');
    expect(() => parsePathPattern('/:id{}')).toThrow('there is no type of this name');
    expect(() => parsePathPattern('/:id{a||b}')).toThrow('a value of its list is empty');
  });

  it.each([
    ['articles', 'must begin with "/"'],
    ['', 'must begin with "/"'],
    ['/a?b', 'must not hold'],
    ['/a?', 'behind text'],
    ['/:a?/b', 'must not hold'],
    ['/:a-:b?', 'cannot be optional'],
    ['/?', 'cannot be optional'],
    [String.raw`/a\b`, 'must not hold'],
    ['/:a:b', 'nothing between them'],
    ['/:a{int', 'does not enclose'],
    ['/a{int}', 'does not enclose'],
    ['/:__proto__', 'does not name a parameter'],
    [String.raw`/:a(\d+)`, 'must not hold'],
    ['/:a([0-9]+)', 'name a type instead: ":a{int}"'],
    ['/a b', 'must not hold'],
    ['/a//b', 'empty segment'],
    ['/a/', 'empty segment'],
    ['/**/b', 'must be its last segment'],
    ['/:a/:a', 'two parameters "a"'],
    ['/:', 'does not name a parameter'],
    ['/:.json', 'does not name a parameter'],
    ['/**a', 'does not name a parameter'],
    ['/a*', 'holds a "*"'],
  ])('refuses %j', (path, reason) => {
    expect(() => parsePathPattern(path)).toThrow(RoutePathError);
    expect(() => parsePathPattern(path)).toThrow(reason);
  });
});

describe('joinPaths', () => {
  it.each([
    ['', '/', '/'],
    ['/', '/', '/'],
    ['/a', '/', '/a'],
    ['/a', '', '/a'],
    ['/', '/b', '/b'],
    ['/a', '/b', '/a/b'],
  ])('joins %j and %j to %j', (prefix, path, whole) => {
    expect(joinPaths(prefix, path)).toBe(whole);
  });
});

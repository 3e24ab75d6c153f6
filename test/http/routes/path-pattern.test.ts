import { RoutePathError } from '@oxidite/http';
import { describe, expect, it } from 'vitest';
import { joinPaths, parsePathPattern } from '../../../plugins/http/src/routes/path-pattern.ts';

describe('parsePathPattern', () => {
  it('reads text, params and the rest', () => {
    expect(parsePathPattern('/')).toEqual([]);
    expect(parsePathPattern('/a/:b_1/**:c')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'param', name: 'b_1' },
      { kind: 'rest', name: 'c' },
    ]);
    expect(parsePathPattern('/**')).toEqual([{ kind: 'rest', name: '_' }]);
  });

  it.each([
    ['articles', 'must begin with "/"'],
    ['', 'must begin with "/"'],
    ['/a?b', 'must not hold'],
    ['/a b', 'must not hold'],
    ['/a//b', 'empty segment'],
    ['/a/', 'empty segment'],
    ['/**/b', 'must be its last segment'],
    ['/:a/:a', 'two parameters "a"'],
    ['/:', 'does not name a parameter'],
    ['/:a.json', 'does not name a parameter'],
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

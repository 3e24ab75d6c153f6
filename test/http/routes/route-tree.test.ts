import { MalformedUrlError } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePathPattern } from '../../../plugins/http/src/routes/path-pattern.ts';
import { RouteTree } from '../../../plugins/http/src/routes/route-tree.ts';

function treeOf(...paths: string[]): RouteTree<string> {
  const tree = new RouteTree<string>();
  for (const path of paths) tree.add(parsePathPattern(path), path);
  return tree;
}

describe('RouteTree', () => {
  it('finds text before params, params before the rest', () => {
    const tree = treeOf('/a/b', '/a/:x', '/a/**:rest');
    expect(tree.find('/a/b')).toEqual({ value: '/a/b', params: {} });
    expect(tree.find('/a/c')).toEqual({ value: '/a/:x', params: { x: 'c' } });
    expect(tree.find('/a/c/d')).toEqual({ value: '/a/**:rest', params: { rest: 'c/d' } });
  });

  it('goes back when a branch leads nowhere', () => {
    const tree = treeOf('/a/b/c', '/:x/b/d', '/:x/**');
    expect(tree.find('/a/b/d')).toEqual({ value: '/:x/b/d', params: { x: 'a' } });
    expect(tree.find('/a/b/e')).toEqual({ value: '/:x/**', params: { x: 'a', _: 'b/e' } });
  });

  it('lets a rest match nothing, unless a route ends there', () => {
    const tree = treeOf('/a/**', '/b', '/b/**', '/**');
    expect(tree.find('/a')).toEqual({ value: '/a/**', params: { _: '' } });
    expect(tree.find('/b')?.value).toBe('/b');
    expect(tree.find('/')).toEqual({ value: '/**', params: { _: '' } });
  });

  it('ignores one slash at the end', () => {
    const tree = treeOf('/', '/a', '/a/:b');
    expect(tree.find('/a/')?.value).toBe('/a');
    expect(tree.find('/a/b/')?.params).toEqual({ b: 'b' });
    expect(tree.find('/a//')).toBeUndefined();
  });

  it('never gives an empty parameter', () => {
    expect(treeOf('/a/:b/c').find('/a//c')).toBeUndefined();
    expect(treeOf('/:a').find('/')).toBeUndefined();
  });

  it('compares decoded segments, and keeps encoded slashes in their segment', () => {
    const tree = treeOf('/café', '/admin', '/files/:name');
    expect(tree.find('/caf%C3%A9')?.value).toBe('/café');
    expect(tree.find('/%61dmin')?.value).toBe('/admin');
    expect(tree.find('/files/a%2Fb')?.params).toEqual({ name: 'a/b' });
    expect(tree.find('/files%2Fa')).toBeUndefined();
  });

  it.each(['/files/../x', '/files/%2e%2e/x', '/files/a/./x', '/files/a%2fb', '/files/a%5Cb', '/files/a%00'])('does not match %s with a rest', (path) => {
    expect(treeOf('/files/**:path').find(path)).toBeUndefined();
  });

  it('refuses malformed percent-encoding', () => {
    expect(() => treeOf('/:a').find('/%zz')).toThrow(MalformedUrlError);
  });

  it('tells which route already answers the same paths', () => {
    const tree = treeOf('/a/:b', '/c/**', '/d');
    expect(tree.add(parsePathPattern('/a/:other'), 'second')).toBe('/a/:b');
    expect(tree.add(parsePathPattern('/c/**:other'), 'second')).toBe('/c/**');
    expect(tree.add(parsePathPattern('/d'), 'second')).toBe('/d');
  });

  it('finds for any routes what comparing them one by one finds', () => {
    const text = fc.constantFrom('a', 'b', 'c');
    const pattern = fc
      .tuple(fc.array(fc.oneof(text, fc.constant(':')), { maxLength: 4 }), fc.boolean())
      .map(([segments, hasRest]) => [...segments.map((segment, index) => (segment === ':' ? `:p${index}` : segment)), ...(hasRest ? ['**:rest'] : [])]);
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 12 }), fc.array(text, { maxLength: 5 }), (patterns, wanted) => {
        const tree = new RouteTree<string>();
        const added = patterns.filter((segments) => tree.add(parsePathPattern(`/${segments.join('/')}`), segments.join('/')) === undefined);
        const expected = best(added, wanted);
        expect(tree.find(`/${wanted.join('/')}`)?.value).toBe(expected);
      }),
    );
  });

  it('gives parameters back as they were before encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 }), (left, right) => {
        fc.pre(right.isWellFormed());
        const match = treeOf('/x/:left/y/:right').find(`/x/${encodeURIComponent(left)}/y/${encodeURIComponent(right)}`);
        expect(match?.params).toEqual({ left, right });
      }),
    );
  });
});

/** The most special pattern that matches, comparing segment by segment: text, then param, then rest. */
function best(patterns: readonly string[][], wanted: readonly string[]): string | undefined {
  const rankOf = (segments: readonly string[]): string | undefined => {
    let rank = '';
    for (const [index, segment] of segments.entries()) {
      if (segment.startsWith('**')) return `${rank}2`;
      const actual = wanted[index];
      if (actual === undefined || !(segment.startsWith(':') || segment === actual)) return undefined;
      rank += segment.startsWith(':') ? '1' : '0';
    }
    return segments.length === wanted.length ? rank : undefined;
  };
  const ranked = patterns.flatMap((segments) => {
    const rank = rankOf(segments);
    return rank === undefined ? [] : [{ rank, value: segments.join('/') }];
  });
  return ranked.toSorted((left, right) => (left.rank < right.rank ? -1 : 1))[0]?.value;
}

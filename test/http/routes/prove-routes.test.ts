import { RouteConflictError, RouteDuplicateError, RouteUnreachableError } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTable, find } from '../support/route-table.ts';

const declare =
  (...paths: readonly string[]) =>
  () =>
    createTable((routes) => {
      for (const path of paths) routes.get(path, () => path);
    });

describe('routes that share paths', () => {
  it.each([
    [['/a/:x', '/a/:y']],
    [['/a/:x', '/a/*']],
    [['/a/:x{int}', '/a/:y{int}']],
    [['/a/:x{b|c}', '/a/:y{c|b}']],
    [['/a', '/a/:x?']],
    [['/a/:x', '/a/:y?']],
    [['/:a-:b', '/:c-:d']],
  ])('are refused as duplicates: %j', (paths) => {
    expect(declare(...paths)).toThrow(RouteDuplicateError);
  });

  it.each([
    [['/:x{a|b}', '/:y{b|c}'], '/b'],
    [['/:x{slug}', '/:y-:z'], '-'],
    [['/:x{slug}/one', '/:y.:z/*', '/:y-:z/:w'], '-'],
    [['/a/:x{int|b}/**', '/a/:y{b|c}/d'], '/a/b/d'],
    [['/:x/:y{slug}', '/*/:z-:w{int}'], '-0'],
  ])('are refused when neither is narrower: %j', (paths, example) => {
    expect(declare(...paths)).toThrow(RouteConflictError);
    expect(declare(...paths)).toThrow(example);
    expect(declare(...paths)).toThrow(/at .*\.ts:\d+ and the route at .*\.ts:\d+ both fit/);
  });

  it.each([
    [['/:x{a|b}/one', '/:y{b|c}/two']],
    [['/:x{int}', '/:y{alpha}']],
    [['/:x{int}', '/:y{slug}', '/:z']],
    [['/a/:x?', '/a/:x/b', '/:y']],
    [['/:x{a|b}', '/:y{b|c}', '/b']],
  ])('are taken when something decides: %j', (paths) => {
    expect(declare(...paths)().routes).toHaveLength(paths.length);
  });

  it.each([[['/:x{a|b}', '/a', '/b']], [['/:x{a|b}/:y', '/a/*', '/b/*']], [['/:x{a|b}/:y{int}', '/:x{a|b|c}/:y{int}', '/a/:z', '/b/:w{slug}', '/b/:v{int}']]])(
    'are refused when one can never be reached: %j',
    (paths) => {
      expect(declare(...paths)).toThrow(RouteUnreachableError);
      expect(declare(...paths)).toThrow(/can never be reached: .* at .*\.ts:\d+/);
    },
  );

  it('are refused when an optional end can never be missing, by the path that nothing leads to', () => {
    expect(declare('/:x{a|b}/:y?', '/a', '/b')).toThrow(/^GET \/:x\{a\|b\} at .* can never be reached/);
    expect(declare('/:x{int}/:y?', '/:z{int}/:w{slug}')().routes).toHaveLength(2);
  });
});

/** What each segment stands for: how special it is, and what it accepts. */
const SEGMENTS: Readonly<Record<string, { readonly rank: number; readonly accepts: RegExp }>> = {
  a: { rank: 0, accepts: /^a$/ },
  b: { rank: 0, accepts: /^b$/ },
  '12': { rank: 0, accepts: /^12$/ },
  ':{a|b}': { rank: 1, accepts: /^[ab]$/ },
  ':{b|c}': { rank: 1, accepts: /^[bc]$/ },
  ':{int}': { rank: 1, accepts: /^\d{1,15}$/ },
  ':{alpha}': { rank: 1, accepts: /^[A-Za-z]+$/ },
  ':{slug}': { rank: 1, accepts: /^[\w-]+$/ },
  ':-:{int}': { rank: 1, accepts: /^.+-\d{1,15}$/s },
  ':.:': { rank: 1, accepts: /^.+\..+$/s },
  ':': { rank: 2, accepts: /^.+$/s },
  '*': { rank: 2, accepts: /^.+$/s },
  '**': { rank: 3, accepts: /^.*$/s },
};
/** Enough texts to tell all of them apart, in every combination. */
const TEXTS = ['a', 'b', 'c', 'd', '12', '3', 'a-b', 'a-1', '~', '~-1', 'x.y', 'x.y-1', '.-1', 'a1'];
/** Segments whose values are among those of others. */
const NARROWER = [
  [':{a|b}', ':{alpha}'],
  [':{a|b}', ':{slug}'],
  [':{b|c}', ':{alpha}'],
  [':{b|c}', ':{slug}'],
  [':{int}', ':{slug}'],
  [':{alpha}', ':{slug}'],
];

type Variant = readonly string[];

const patterns = fc
  .tuple(fc.array(fc.constantFrom(...Object.keys(SEGMENTS).filter((key) => key !== '**')), { maxLength: 3 }), fc.constantFrom('', '', '', 'optional', 'rest'))
  .map(([segments, end]) => [...segments, ...(end === 'optional' ? [':?'] : end === 'rest' ? ['**'] : [])]);

function toPath(pattern: Variant): string {
  let count = 0;
  return `/${pattern.map((segment) => (segment === '**' ? segment : segment.replaceAll(':', () => `:p${count++}`))).join('/')}`;
}

function toVariants(pattern: Variant): readonly Variant[] {
  return pattern.at(-1) === ':?' ? [pattern.slice(0, -1), [...pattern.slice(0, -1), ':']] : [pattern];
}

function accepts(variant: Variant, wanted: readonly string[]): boolean {
  const hasRest = variant.at(-1) === '**';
  const fixed = hasRest ? variant.slice(0, -1) : variant;
  return (
    (hasRest ? wanted.length >= fixed.length : wanted.length === fixed.length) &&
    fixed.every((segment, index) => SEGMENTS[segment]?.accepts.test(wanted[index] ?? ''))
  );
}

/** Compares segment by segment: negative when `left` goes first, 0 when nothing decides. */
function compare(left: Variant, right: Variant): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [a, b] = [left[index], right[index]];
    if (a === b) continue;
    const difference = (a === undefined ? -1 : (SEGMENTS[a]?.rank ?? 0)) - (b === undefined ? -1 : (SEGMENTS[b]?.rank ?? 0));
    if (difference !== 0) return difference;
    if (NARROWER.some(([narrow, wide]) => narrow === a && wide === b)) return -1;
    if (NARROWER.some(([narrow, wide]) => narrow === b && wide === a)) return 1;
    if (a !== ':' && a !== '*') return 0;
  }
  return 0;
}

interface Fitting {
  readonly pattern: Variant;
  readonly variant: Variant;
}

/** The slow reference: of all patterns that accept a path, the one that goes before all others; `tie` when nothing decides. */
function findBest(all: readonly Variant[], wanted: readonly string[]): Fitting | 'tie' | undefined {
  const fitting = all.flatMap((pattern) =>
    toVariants(pattern)
      .filter((variant) => accepts(variant, wanted))
      .map((variant) => ({ pattern, variant })),
  );
  const best = fitting.find(({ variant }) => fitting.every((other) => other.variant === variant || compare(variant, other.variant) < 0));
  return best ?? (fitting.length === 0 ? undefined : 'tie');
}

const WANTED: readonly (readonly string[])[] = [[], ...TEXTS.map((a) => [a]), ...TEXTS.flatMap((a) => TEXTS.map((b) => [a, b]))];
const DEEP: readonly (readonly string[])[] = TEXTS.flatMap((a) => TEXTS.flatMap((b) => TEXTS.map((c) => [a, b, c])));

describe('any routes', () => {
  it('are matched as a slow comparison of all of them says, and each one that is taken can be reached', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(
          patterns.map((pattern) => pattern.slice(-2)),
          { minLength: 1, maxLength: 7, selector: toPath },
        ),
        (all) => {
          let table: ReturnType<typeof createTable>;
          try {
            table = declare(...all.map(toPath))();
          } catch (error) {
            checkRefusal(error, all);
            return;
          }
          taken++;
          const reached = new Set<unknown>();
          for (const wanted of WANTED) {
            const best = findBest(all, wanted);
            const found = find(table, `/${wanted.join('/')}`);
            expect(best).not.toBe('tie');
            expect([wanted, Array.isArray(found) ? found[0] : undefined]).toEqual([wanted, best === undefined ? undefined : toPath((best as Fitting).pattern)]);
            if (Array.isArray(found)) reached.add(found[0]);
          }
          const isReached = (path: string): boolean => reached.has(path) || DEEP.some((wanted) => [find(table, `/${wanted.join('/')}`)].flat()[0] === path);
          for (const pattern of all) expect([pattern, isReached(toPath(pattern))]).toEqual([pattern, true]);
        },
      ),
      { numRuns: 100 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  /** A refusal is right when the slow comparison finds the same fault. */
  function checkRefusal(error: unknown, all: readonly Variant[]): void {
    const finds = (isFault: (best: ReturnType<typeof findBest>) => boolean): boolean =>
      [WANTED, DEEP].some((paths) => paths.some((wanted) => isFault(findBest(all, wanted))));
    if (error instanceof RouteUnreachableError) {
      expect(finds((best) => typeof best === 'object' && toPath(best.variant) === error.path)).toBe(false);
      return;
    }
    if (error instanceof RouteDuplicateError) {
      const shapes = all.flatMap(toVariants).map((variant) => variant.join('/').replaceAll(/(^|\/)\*(?=\/|$)/g, '$1:'));
      expect(new Set(shapes).size).toBeLessThan(shapes.length);
      return;
    }
    if (!(error instanceof RouteConflictError)) throw error;
    expect(finds((best) => best === 'tie')).toBe(true);
  }
});

import { RouteConflictError, RouteDuplicateError, RoutePathError, RouteUnreachableError } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouteTable } from '../../../plugins/http/src/routes/route-table.ts';
import { createTable } from '../support/route-table.ts';

interface Declared {
  readonly path: string;
  readonly host: string | undefined;
  readonly version: string | undefined;
  readonly method: 'get' | 'post';
}

const declared: fc.Arbitrary<Declared> = fc.record({
  path: fc.constantFrom('/', '/a', '/b', '/:x{a|b}', '/:x{b|c}', '/:x{alpha}', '/:x{slug}', '/:x', '/a/:y?', '/a/:y{int}', '/:x{a|b}/:y{int}', '/**'),
  host: fc.constantFrom(undefined, undefined, 'a.test', 'b.test', ':t{a|b}.test', ':t{b|c}.test', ':t{alpha}.test', ':t.test', ':t-:u.test'),
  version: fc.constantFrom(undefined, '1', '2'),
  method: fc.constantFrom('get', 'get', 'get', 'post'),
});

const PATHS = ['/', '/a', '/b', '/c', '/d', '/a-1', '/~', '/a/1', '/a/x', '/b/1', '/c/1', '/a/1/2'];
const HOSTS = ['a.test', 'b.test', 'c.test', 'd.test', 'a-b.test', '1.test', 'other.example'];
const VERSIONS = [undefined, '1', '2', '3'];
const REFUSALS = [RouteConflictError, RouteDuplicateError, RoutePathError, RouteUnreachableError];

function declare(all: readonly Declared[], hasDefault: boolean): RouteTable | undefined {
  try {
    return createTable(
      (routes) => {
        for (const { path, host, version, method } of all) {
          const options = { ...(host === undefined ? {} : { host }), ...(version === undefined ? {} : { version }) };
          routes.group('/', options, (group) => group[method](path, () => undefined));
        }
      },
      { versioning: { by: 'header', header: 'api-version', ...(hasDefault ? { default: '1' } : {}) } },
    );
  } catch (error) {
    if (REFUSALS.some((Refusal) => error instanceof Refusal)) return undefined;
    throw error;
  }
}

/** What answers every request there is. */
function listAnswers(table: RouteTable): readonly (string | undefined)[] {
  return ['GET', 'HEAD', 'POST'].flatMap((method) =>
    HOSTS.flatMap((host) =>
      VERSIONS.flatMap((version) =>
        PATHS.map((path) => {
          const headers = { host, ...(version === undefined ? {} : { 'api-version': version }) };
          const route = table.find({ method, headers }, path)?.value.route;
          return route === undefined ? undefined : nameOf({ ...route, method: route.method === 'GET' ? 'get' : 'post' });
        }),
      ),
    ),
  );
}

function nameOf({ method, host, version, path }: { method: string; host?: string | undefined; version?: string | undefined; path: string }): string {
  return [method, host, version, path].join(' ');
}

describe('routes of several paths, hosts, versions and methods', () => {
  it('are matched, or refused, whatever the order of their declaration, and each one answers some request', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.uniqueArray(declared, { minLength: 2, maxLength: 6, selector: nameOf }), fc.boolean(), (all, hasDefault) => {
        const table = declare(all, hasDefault);
        const other = declare(all.toReversed(), hasDefault);
        expect(other === undefined).toBe(table === undefined);
        if (table === undefined || other === undefined) return;
        taken++;
        const answers = listAnswers(table);
        expect(listAnswers(other)).toEqual(answers);
        expect([...new Set(answers)]).toEqual(expect.arrayContaining(all.map(nameOf)));
      }),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});

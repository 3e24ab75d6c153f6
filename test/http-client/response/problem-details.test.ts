import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tryParseProblem } from '../../../plugins/http-client/src/response/problem-details.ts';

const TYPE = 'application/problem+json';

describe('tryParseProblem', () => {
  it('keeps what has the right type, and everything else that was said', () => {
    const text = JSON.stringify({ type: 1, title: 'T', status: 404, detail: null, instance: '/a', balance: 30 });
    expect(tryParseProblem(`${TYPE}; charset=utf-8`, text)).toEqual({
      type: 'about:blank',
      title: 'T',
      status: 404,
      instance: '/a',
      extensions: { balance: 30 },
    });
  });

  it('finds none in other types, and in what is no object', () => {
    for (const type of [null, 'application/json', 'application/problem+xml', `${TYPE}x`]) expect(tryParseProblem(type, '{}')).toBeUndefined();
    for (const text of ['', '{', '[]', 'null', '"a"', '1']) expect(tryParseProblem(TYPE, text)).toBeUndefined();
  });

  it('never fails, and poisons nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        tryParseProblem(TYPE, text);
      }),
      { numRuns: 500 },
    );
    const problem = tryParseProblem(TYPE, '{"__proto__":{"polluted":1}}');
    expect([Reflect.get({}, 'polluted'), problem === undefined ? undefined : Reflect.get(problem, 'polluted')]).toEqual([undefined, undefined]);
  });
});

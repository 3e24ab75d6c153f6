import { describe, expect, it } from 'vitest';
import { evaluatePreconditions, isRangeCurrent } from '../../../plugins/http/src/files/preconditions.ts';

const modified = 'Sun, 22 Nov 2026 10:00:00 GMT';
const before = 'Sun, 22 Nov 2026 09:59:59 GMT';
const validators = { etag: '"v1"', modifiedMs: Date.parse(modified) + 500 };

describe('evaluatePreconditions', () => {
  it.each([
    ['GET', {}, 'proceed'],
    ['GET', { 'if-none-match': '"v1"' }, 'not-modified'],
    ['HEAD', { 'if-none-match': 'W/"v1"' }, 'not-modified'],
    ['GET', { 'if-none-match': '"v0", "v1"' }, 'not-modified'],
    ['GET', { 'if-none-match': '*' }, 'not-modified'],
    ['GET', { 'if-none-match': '"v2"' }, 'proceed'],
    ['PUT', { 'if-none-match': '*' }, 'failed'],
    ['GET', { 'if-none-match': '"v2"', 'if-modified-since': modified }, 'proceed'],
    ['GET', { 'if-modified-since': modified }, 'not-modified'],
    ['GET', { 'if-modified-since': before }, 'proceed'],
    ['GET', { 'if-modified-since': 'yesterday' }, 'proceed'],
    ['PUT', { 'if-modified-since': modified }, 'proceed'],
    ['PUT', { 'if-match': '"v1"' }, 'proceed'],
    ['PUT', { 'if-match': 'W/"v1"' }, 'failed'],
    ['PUT', { 'if-match': '"v0"' }, 'failed'],
    ['PUT', { 'if-match': '*' }, 'proceed'],
    ['PUT', { 'if-unmodified-since': modified }, 'proceed'],
    ['PUT', { 'if-unmodified-since': before }, 'failed'],
    ['PUT', { 'if-match': '"v1"', 'if-unmodified-since': before }, 'proceed'],
  ] as const)('decides %s with %o: %s', (method, headers, expected) => {
    expect(evaluatePreconditions(method, headers, validators)).toBe(expected);
  });
});

describe('isRangeCurrent', () => {
  it('compares strongly, and dates exactly', () => {
    const isCurrent = (ifRange: string): boolean => isRangeCurrent({ 'if-range': ifRange }, validators);
    expect(isRangeCurrent({}, validators)).toBe(true);
    expect(['"v1"', modified].map(isCurrent)).toEqual([true, true]);
    expect(['W/"v1"', '"v2"', before, 'never'].map(isCurrent)).toEqual([false, false, false, false]);
  });
});

import { badRequest, conflict, forbidden, HttpError, notFound, unauthorized, unprocessable } from '@oxidite/http';
import { describe, expect, it } from 'vitest';
import { toTitle } from '../../../plugins/http/src/problem/http-error.ts';

describe('HttpError', () => {
  it('takes its code and message from the status', () => {
    const error = new HttpError(404);
    expect(error).toMatchObject({ status: 404, code: 'OXI_HTTP_NOT_FOUND', message: 'Not Found', detail: 'Not Found', name: 'HttpError' });
    expect(new HttpError(418).code).toBe('OXI_HTTP_I_M_A_TEAPOT');
  });

  it('carries what it is given', () => {
    const cause = new Error('lower');
    const error = new HttpError(409, 'taken', {
      code: 'OXI_SHOP_TAKEN',
      cause,
      headers: { 'retry-after': '1' },
      errors: [{ in: 'body', path: '/name', message: 'taken' }],
    });
    expect(error).toMatchObject({ code: 'OXI_SHOP_TAKEN', detail: 'taken', cause, headers: { 'retry-after': '1' } });
    expect(error.errors).toHaveLength(1);
  });

  it.each([200, 399, 600, 404.5, Number.NaN])('refuses the status %d', (status) => {
    expect(() => new HttpError(status)).toThrow(RangeError);
  });

  it('has a function for each common status', () => {
    expect([badRequest(), unauthorized(), forbidden(), notFound(), conflict(), unprocessable()].map(({ status }) => status)).toEqual([
      400, 401, 403, 404, 409, 422,
    ]);
    expect(unprocessable('no', [{ in: 'query', path: '/q', message: 'short' }], { code: 'OXI_SHOP_NO' })).toMatchObject({
      code: 'OXI_SHOP_NO',
      errors: [{ path: '/q' }],
    });
    expect(unprocessable('no', undefined, { code: 'OXI_SHOP_NO' })).toMatchObject({ code: 'OXI_SHOP_NO', errors: undefined });
  });
});

describe('toTitle', () => {
  it('names statuses that have no phrase by their class', () => {
    expect([toTitle(404), toTitle(499), toTitle(599)]).toEqual(['Not Found', 'Client Error', 'Server Error']);
  });
});

import { HttpError, notFound, unprocessable } from '@oxidite/http';
import { OxiditeError } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { findErrorHeaders, toProblem } from '../../../plugins/http/src/problem/to-problem.ts';

const production = { isDevelopment: false };

class EntityNotFoundError extends OxiditeError {
  readonly code = 'OXI_ORM_ENTITY_NOT_FOUND';
  readonly status: unknown;
  readonly errors: unknown;

  constructor(status: unknown, errors?: unknown) {
    super('There is no article 7.');
    this.status = status;
    this.errors = errors;
  }
}

describe('toProblem', () => {
  it('tells what an HttpError says', () => {
    expect(toProblem(notFound('There is no such page.'), production)).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such page.',
      code: 'OXI_HTTP_NOT_FOUND',
    });
    const errors = [{ in: 'body', path: '/a', message: 'bad' }] as const;
    expect(toProblem(unprocessable('no', errors), production).errors).toEqual(errors);
  });

  it('maps any OxiditeError that has a status', () => {
    const errors = [{ in: 'body', path: '/email', message: 'taken' }];
    expect(toProblem(new EntityNotFoundError(404, errors), production)).toMatchObject({
      status: 404,
      code: 'OXI_ORM_ENTITY_NOT_FOUND',
      detail: 'There is no article 7.',
      errors,
    });
  });

  it.each([undefined, '404', 200, 600, 404.5])('makes a 500 of an OxiditeError with the status %s', (status) => {
    expect(toProblem(new EntityNotFoundError(status), production)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'OXI_HTTP_INTERNAL_SERVER_ERROR',
    });
  });

  it('says nothing of other errors in production', () => {
    const leaky = Object.assign(new Error('password=hunter2'), { status: 404, errors: [1] });
    expect(JSON.stringify(toProblem(leaky, production))).not.toContain('hunter2');
    expect(toProblem(leaky, production).status).toBe(500);
    expect(toProblem('thrown text', production)).not.toHaveProperty('detail');
    expect(toProblem(new HttpError(503, 'database db7 is down'), production)).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      code: 'OXI_HTTP_SERVICE_UNAVAILABLE',
    });
  });

  it('gives the message of other errors in development', () => {
    expect(toProblem(new Error('what went wrong'), { isDevelopment: true })).toMatchObject({ status: 500, detail: 'what went wrong' });
    expect(toProblem(new EntityNotFoundError(undefined), { isDevelopment: true }).code).toBe('OXI_ORM_ENTITY_NOT_FOUND');
  });

  it('leaves out errors that are no list', () => {
    expect(toProblem(new EntityNotFoundError(404, 'text'), production)).not.toHaveProperty('errors');
  });
});

describe('findErrorHeaders', () => {
  it('gives the headers of an HttpError only', () => {
    expect(findErrorHeaders(new HttpError(401, 'no', { headers: { 'www-authenticate': 'Bearer' } }))).toEqual({ 'www-authenticate': 'Bearer' });
    expect(findErrorHeaders(new Error('x'))).toBeUndefined();
  });
});

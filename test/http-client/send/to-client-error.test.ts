import { HttpClientNetworkError } from '@oxidite/http-client';
import { describe, expect, it } from 'vitest';
import { isTransient, toClientError } from '../../../plugins/http-client/src/send/to-client-error.ts';

const FACTS = { method: 'GET', url: 'https://a.test/', attempts: 2 };
const LIMITS = { connectTimeoutMs: 1, headersTimeoutMs: 2, bodyTimeoutMs: 3, maxResponseBytes: 4 };
const convert = (error: unknown): unknown => toClientError(error, FACTS, LIMITS);
const withCode = (code: string): Error => Object.assign(new Error('lower'), { code });

describe('toClientError', () => {
  it('knows the errors of undici, which come from dispatchers that are not its own', () => {
    expect(convert(withCode('UND_ERR_CONNECT_TIMEOUT'))).toMatchObject({ ...FACTS, code: 'OXI_HTTP_CLIENT_TIMEOUT', limit: 'connect', timeoutMs: 1 });
    expect(convert(withCode('UND_ERR_HEADERS_TIMEOUT'))).toMatchObject({ limit: 'headers', timeoutMs: 2 });
    expect(convert(withCode('UND_ERR_BODY_TIMEOUT'))).toMatchObject({ limit: 'body', timeoutMs: 3 });
    expect(convert(withCode('UND_ERR_RES_EXCEEDED_MAX_SIZE'))).toMatchObject({ code: 'OXI_HTTP_CLIENT_TOO_LARGE', limitBytes: 4 });
    expect(convert(withCode('UND_ERR_INVALID_ARG'))).toMatchObject({ code: 'OXI_HTTP_CLIENT_REQUEST_INVALID', reason: 'lower' });
    for (const code of ['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']) expect(convert(withCode(code))).toMatchObject({ code: 'OXI_HTTP_CLIENT_CLOSED' });
  });

  it('makes a network error of everything else, of the first address when all have failed', () => {
    const first = withCode('ECONNREFUSED');
    expect(convert(new AggregateError([first, new Error('second')]))).toMatchObject({ code: 'OXI_HTTP_CLIENT_NETWORK', reason: 'lower', cause: first });
    expect(convert(Object.assign(new Error(''), { code: 'EPIPE' }))).toMatchObject({ reason: 'EPIPE' });
    expect(convert('text')).toMatchObject({ reason: 'text' });
  });

  it('leaves its own errors as they are', () => {
    const own = new HttpClientNetworkError({ ...FACTS, reason: 'own' });
    expect(convert(own)).toBe(own);
  });
});

describe('isTransient', () => {
  it('is true for what may pass', () => {
    const codes = ['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_INVALID_ARG', 'UND_ERR_CLOSED', 'UND_MOCK_ERR_MOCK_NOT_MATCHED'];
    expect(codes.map((code) => isTransient(convert(withCode(code))))).toEqual([true, true, true, false, false, false]);
  });
});

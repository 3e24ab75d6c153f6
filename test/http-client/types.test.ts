import type { HttpClientResponse, HttpClientService } from '@oxidite/http-client';
import type { Services } from '@oxidite/plugin-sdk';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod';

declare const http: HttpClientService;
const never = (): boolean => false;

describe('the types of httpClient', () => {
  it('give what a schema makes of a body, whoever wrote the schema', () => {
    if (!never()) return;
    expectTypeOf(http.get('').json(z.object({ at: z.iso.datetime().transform((text) => new Date(text)) }))).resolves.toEqualTypeOf<{ at: Date }>();
    expectTypeOf(http.get('').json(v.object({ id: v.string() }))).resolves.toEqualTypeOf<{ id: string }>();
    expectTypeOf(http.get('').json(type({ id: 'number' }))).resolves.toEqualTypeOf<{ id: number }>();
    expectTypeOf(http.get('').json()).resolves.toBeUnknown();
    expectTypeOf(http.get('').stream()).resolves.toEqualTypeOf<ReadableStream<Uint8Array>>();
    expectTypeOf(http.get('')).resolves.toEqualTypeOf<HttpClientResponse>();
  });

  it('make the service known, and its fetch one of the web', () => {
    expectTypeOf<Services['httpClient']>().toEqualTypeOf<HttpClientService>();
    expectTypeOf<HttpClientService['fetch']>().toExtend<typeof fetch>();
  });
});

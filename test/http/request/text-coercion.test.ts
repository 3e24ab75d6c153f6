import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import * as z from 'zod';
import { createTextCoercion } from '../../../plugins/http/src/request/text-coercion.ts';

describe('createTextCoercion', () => {
  const coerce = createTextCoercion(
    z.object({
      number: z.number(),
      int: z.int().optional(),
      nullable: z.number().nullable(),
      flag: z.boolean(),
      list: z.array(z.number()),
      texts: z.array(z.string()),
      text: z.string(),
      either: z.union([z.number(), z.string()]),
    }),
  );

  it('converts text that looks like the declared type', () => {
    expect({ ...(coerce?.({ number: '1.5', int: '-2', nullable: '3e2', flag: 'true', list: '4', texts: 'a', text: '5', either: '6' }) as object) }).toEqual({
      number: 1.5,
      int: -2,
      nullable: 300,
      flag: true,
      list: [4],
      texts: ['a'],
      text: '5',
      either: '6',
    });
    expect({ ...(coerce?.({ flag: 'false', list: ['1', 'x'], number: ['1', '2'] }) as object) }).toEqual({ flag: false, list: [1, 'x'], number: ['1', '2'] });
  });

  it.each(['', ' 1', '0x10', 'Infinity', 'NaN', '1_000', '--1', '1e'])('leaves %j as it is', (text) => {
    expect({ ...(coerce?.({ number: text, flag: text }) as object) }).toEqual({ number: text, flag: text });
  });

  it('does not touch the record it is given, nor what is no record', () => {
    const record = { number: '1' };
    coerce?.(record);
    expect(record).toEqual({ number: '1' });
    expect(coerce?.(undefined)).toBeUndefined();
  });

  it('is not made when nothing needs it', () => {
    expect(createTextCoercion(z.object({ text: z.string() }))).toBeUndefined();
    expect(createTextCoercion(z.string())).toBeUndefined();
  });

  it('is not made for schemas that cannot tell their JSON Schema', () => {
    expect(createTextCoercion(v.object({ page: v.number() }))).toBeUndefined();
    const failing = { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }), jsonSchema: { input: () => JSON.parse('{') } } };
    expect(createTextCoercion(failing as unknown as StandardSchemaV1)).toBeUndefined();
    const empty = {
      '~standard': {
        version: 1,
        vendor: 'x',
        validate: () => ({ value: 1 }),
        jsonSchema: { input: () => ({ properties: { a: true, b: { type: 'array', items: true } } }) },
      },
    };
    expect(createTextCoercion(empty as unknown as StandardSchemaV1)?.({ a: '1', b: '2' })).toEqual(Object.assign(Object.create(null), { a: '1', b: ['2'] }));
  });
});

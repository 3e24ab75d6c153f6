import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { pruneToSchema } from '../../../plugins/http/src/compile/prune-to-schema.ts';

const toJsonSchema = (schema: z.ZodType): Readonly<Record<string, unknown>> => z.toJSONSchema(schema, { io: 'output' });

describe('pruneToSchema', () => {
  it('keeps what is declared, at every depth, and nothing else', () => {
    const schema = toJsonSchema(
      z.object({
        id: z.int(),
        author: z.object({ name: z.string() }),
        tags: z.array(z.object({ name: z.string() })),
        pair: z.tuple([z.object({ a: z.int() }), z.string()]),
      }),
    );
    const value = {
      id: 'not a number',
      secret: 1,
      author: { name: 'Ada', secret: 2 },
      tags: [{ name: 'x', secret: 3 }],
      pair: [{ a: 1, secret: 4 }, 'y', { secret: 5 }],
    };
    expect(pruneToSchema(value, schema)).toEqual({ id: 'not a number', author: { name: 'Ada' }, tags: [{ name: 'x' }], pair: [{ a: 1 }, 'y', {}] });
  });

  it('keeps the fields of any alternative', () => {
    const schema = toJsonSchema(z.union([z.object({ a: z.int() }), z.object({ b: z.int() }), z.null()]));
    expect(pruneToSchema({ a: 1, b: 2, c: 3 }, schema)).toEqual({ a: 1, b: 2 });
    expect(pruneToSchema(null, schema)).toBeNull();
  });

  it('keeps no field of an alternative that a constant rules out', () => {
    const Member = z.object({ kind: z.literal('member'), name: z.string() });
    const Admin = z.object({ kind: z.literal('admin'), name: z.string(), token: z.string() });
    const schema = toJsonSchema(z.array(z.discriminatedUnion('kind', [Member, Admin])));
    const members = [{ kind: 'member', name: 1, token: 't' }, { kind: 'admin', name: 2, token: 't' }, { kind: 'other', name: 3 }]; // prettier-ignore
    expect(pruneToSchema(members, schema)).toEqual([{ kind: 'member', name: 1 }, members[1], members[2]]);
    const states = toJsonSchema(z.union([z.object({ state: z.enum(['a', 'b']) }), z.object({ state: z.enum(['c']), secret: z.string() })]));
    expect(pruneToSchema({ state: 'b', secret: 'x' }, states)).toEqual({ state: 'b' });
  });

  it('keeps nothing below what must not be there', () => {
    expect(pruneToSchema({ a: { b: 1 }, c: { d: 1 } }, { type: 'object', properties: { a: { not: {} }, c: false } })).toEqual({ a: {} });
  });

  it('follows references, also those that lead back', () => {
    const Node = z.object({
      name: z.string(),
      get children(): z.ZodArray<typeof Node> {
        return z.array(Node);
      },
    });
    const value = { name: 'a', secret: 1, children: [{ name: 'b', secret: 2, children: [] }] };
    expect(pruneToSchema(value, toJsonSchema(Node))).toEqual({ name: 'a', children: [{ name: 'b', children: [] }] });
    expect(pruneToSchema({ a: { b: 1 } }, { $ref: '#/$defs/None' })).toEqual({});
    expect(pruneToSchema({ a: { b: 1 } }, { $ref: '#/$defs/Loop', $defs: { Loop: { $ref: '#/$defs/Loop' } } })).toEqual({});
  });

  it('keeps what records, patterns and open schemas allow', () => {
    expect(pruneToSchema({ x: { a: 1, b: 2 } }, toJsonSchema(z.record(z.string(), z.object({ a: z.int() }))))).toEqual({ x: { a: 1 } });
    expect(pruneToSchema({ x_1: { a: 1 }, y: 2 }, { type: 'object', patternProperties: { '^x_': {} } })).toEqual({ x_1: { a: 1 } });
    expect(pruneToSchema({ a: 1, b: 2 }, toJsonSchema(z.partialRecord(z.enum(['a']), z.int())))).toEqual({ a: 1 });
    expect(pruneToSchema({ a1: 1, b: 2 }, toJsonSchema(z.record(z.string().regex(/^a/), z.int())))).toEqual({ a1: 1 });
    expect(pruneToSchema({ any: { thing: 1 } }, toJsonSchema(z.object({ any: z.unknown() })))).toEqual({ any: { thing: 1 } });
    expect(pruneToSchema({ a: 1, b: 2 }, toJsonSchema(z.looseObject({ a: z.int() })))).toEqual({ a: 1, b: 2 });
  });

  it('takes values for what JSON makes of them', () => {
    const at = new Date(0);
    expect(pruneToSchema({ at, secret: 1 }, { type: 'object', properties: { at: { type: 'string' } } })).toEqual({ at: at.toJSON() });
    expect(pruneToSchema({ toJSON: () => undefined }, { type: 'object', properties: {} })).toBeUndefined();
    expect(pruneToSchema(at, {})).toBe(at);
  });

  it('treats __proto__ as a name like any other', () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"a":1}');
    expect(Object.keys(pruneToSchema(value, toJsonSchema(z.object({ a: z.int() }))) as object)).toEqual(['a']);
  });

  it('never adds, and leaves a value that fits as it is', () => {
    const schema = z.strictObject({ a: z.int(), list: z.array(z.strictObject({ b: z.string() })) });
    const value = fc.record({ a: fc.integer(), list: fc.array(fc.record({ b: fc.string() }), { maxLength: 3 }) });
    fc.assert(
      fc.property(value, fc.dictionary(fc.string({ minLength: 3 }), fc.jsonValue()), (fitting, extra) => {
        expect(pruneToSchema({ ...extra, ...fitting }, toJsonSchema(schema))).toEqual(fitting);
      }),
      { numRuns: 100 },
    );
  });
});

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { validateSchema } from '@oxidite/kernel';

describe('validateSchema', () => {
  it.each([
    ['zod', z.object({ port: z.number().default(3) })],
    ['valibot', v.object({ port: v.optional(v.number(), 3) })],
  ])('returns the output of a schema of %s', async (_library, schema) => {
    await expect(validateSchema(schema, {})).resolves.toEqual({ valid: true, value: { port: 3 } });
  });

  it('returns all issues with paths that read like code', async () => {
    const schema = z.object({ hosts: z.array(z.object({ name: z.string() })), port: z.number() });
    const result = await validateSchema(schema, { hosts: [{ name: 'a' }, { name: 1 }], port: 'x' });
    expect(result.valid ? [] : result.issues.map((issue) => issue.path)).toEqual(['hosts[1].name', 'port']);
  });

  it('reads the path segments of other libraries, and waits for asynchronous schemas', async () => {
    const schema = v.pipeAsync(
      v.object({ a: v.object({ b: v.string() }) }),
      v.checkAsync(async () => true),
    );
    const result = await validateSchema(schema, { a: { b: 1 } });
    expect(result.valid ? [] : result.issues.map((issue) => issue.path)).toEqual(['a.b']);
  });

  it('gives an issue with the value as a whole an empty path', async () => {
    const result = await validateSchema(z.object({}), 1);
    expect(result.valid ? [] : result.issues.map((issue) => issue.path)).toEqual(['']);
    await expect(validateSchema(v.string(), 1)).resolves.toMatchObject({ valid: false, issues: [{ path: '' }] });
  });
});

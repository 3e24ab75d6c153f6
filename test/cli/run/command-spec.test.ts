import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type CommandSchema, defineCommand } from '../../../plugins/cli/src/declare/define-command.ts';
import { CommandSchemaError } from '../../../plugins/cli/src/errors.ts';
import { toCommandSpec } from '../../../plugins/cli/src/run/command-spec.ts';

function specOf(declaration: { readonly args?: CommandSchema; readonly flags?: CommandSchema }): ReturnType<typeof toCommandSpec> {
  return toCommandSpec(defineCommand('a:b', { summary: 'Does it', ...declaration }, () => undefined));
}

function flagOf(schema: z.ZodType): unknown {
  return specOf({ flags: z.object({ it: schema }) }).flags[0];
}

describe('toCommandSpec', () => {
  it('describes a command without inputs', () => {
    expect(specOf({})).toEqual({ name: 'a:b', summary: 'Does it', examples: [], args: [], flags: [] });
    const full = defineCommand('a', { summary: 's', description: 'd', hidden: true, examples: ['a'] }, () => undefined);
    expect(toCommandSpec(full)).toMatchObject({ description: 'd', hidden: true, examples: ['a'] });
  });

  it('keeps the order of the arguments', () => {
    expect(specOf({ args: z.object({ to: z.string(), from: z.string().optional() }) }).args.map(({ name, required }) => [name, required])).toEqual([
      ['to', true],
      ['from', false],
    ]);
  });

  it.each([
    ['dryRun', 'dry-run'],
    ['DNSName', 'dnsname'],
    ['useHTTP2', 'use-http2'],
    ['snake_case', 'snake-case'],
    ['plain', 'plain'],
  ])('writes the key %s as --%s', (key, name) => {
    expect(specOf({ flags: z.object({ [key]: z.string() }) }).flags[0]).toMatchObject({ key, name });
  });

  it.each([
    ['a string', z.string(), { type: 'string', multiple: false, required: true }],
    ['an optional string', z.string().optional(), { type: 'string', required: false }],
    ['a number', z.number(), { type: 'number' }],
    ['an integer', z.int(), { type: 'number' }],
    ['a coerced number', z.coerce.number(), { type: 'number' }],
    ['a switch', z.boolean(), { type: 'boolean', required: true }],
    ['an enum', z.enum(['a', 'b']), { type: 'string', options: ['a', 'b'] }],
    ['a literal', z.literal('a'), { type: 'string', options: ['a'] }],
    ['numeric literals', z.literal([1, 2]), { type: 'number', options: ['1', '2'] }],
    ['a nullable value', z.number().nullable(), { type: 'number' }],
    ['a union of kinds', z.union([z.string(), z.number()]), { type: 'string' }],
    ['a union of literals', z.union([z.literal('a'), z.enum(['b', 'c'])]), { type: 'string', options: ['a', 'b', 'c'] }],
    ['an array', z.array(z.int()), { type: 'number', multiple: true }],
    ['an array of anything', z.array(z.unknown()), { type: 'string', multiple: true }],
    ['a date', z.coerce.date().optional(), { type: 'string' }],
    ['a default', z.string().default('x'), { default: 'x', required: false }],
    ['a default that is no text', z.array(z.string()).default(['x']), { default: '["x"]' }],
    ['a description', z.string().describe('What it is'), { description: 'What it is' }],
    ['an alias', z.boolean().meta({ alias: 'f' }), { char: 'f' }],
  ])('describes %s', (_, schema, expected) => {
    expect(flagOf(schema)).toMatchObject(expected);
  });

  it('leaves out an alias that is no letter', () => {
    expect(flagOf(z.string().meta({ alias: 'force' }))).not.toHaveProperty('char');
    expect(specOf({ args: z.object({ it: z.string().meta({ alias: 'f' }) }) }).args[0]).not.toHaveProperty('char');
  });

  it.each([
    ['an object', z.object({}), 'its flag "it" is an object'],
    ['an array of arrays', z.array(z.array(z.string())), 'its flag "it" is an array'],
  ])('refuses %s', (_, schema, problem) => {
    expect(() => flagOf(schema)).toThrow(problem);
    expect(() => flagOf(schema)).toThrow(CommandSchemaError);
  });

  it('refuses a schema that is not of an object', () => {
    expect(() => specOf({ args: z.string() })).toThrow('the schema of its arguments is not that of an object');
  });

  it('refuses a list that is not the last argument', () => {
    expect(() => specOf({ args: z.object({ files: z.array(z.string()), to: z.string() }) })).toThrow('its argument "files" takes all values that remain');
  });

  it('says why a schema cannot be described', () => {
    const schema = z.object({});
    const broken: CommandSchema = {
      '~standard': {
        ...schema['~standard'],
        jsonSchema: {
          input: () => {
            throw new Error('no such target');
          },
          output: () => ({}),
        },
      },
    };
    expect(() => specOf({ flags: broken })).toThrow('the schema of its flags cannot be described (no such target)');
  });
});

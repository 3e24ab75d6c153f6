import type { Services } from '@oxidite/kernel';
import { defineCommand, isCommand } from 'oxidite';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { CommandNameError } from '../../../plugins/cli/src/errors.ts';

describe('defineCommand', () => {
  it('returns a frozen command', () => {
    const run = (): number => 1;
    const command = defineCommand('shop:it', { summary: 'Do it' }, run);
    expect(command).toMatchObject({ name: 'shop:it', declaration: { summary: 'Do it' }, run });
    expect(Object.isFrozen(command)).toBe(true);
    expect(isCommand(command)).toBe(true);
  });

  it.each(['', 'Shop', 'shop:', ':it', 'shop it', '-x', '1st', 'shop::it'])('refuses the name "%s"', (name) => {
    expect(() => defineCommand(name, { summary: '' }, () => undefined)).toThrow(CommandNameError);
  });

  it('infers arguments, flags and services', () => {
    defineCommand(
      'a',
      { summary: '', args: z.object({ name: z.string() }), flags: z.object({ all: z.boolean().default(false), page: z.int().optional() }) },
      ({ args, flags, signal }, services) => {
        expectTypeOf(args).toEqualTypeOf<{ name: string }>();
        expectTypeOf(flags).toEqualTypeOf<{ all: boolean; page?: number | undefined }>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        expectTypeOf(services).toEqualTypeOf<Services>();
      },
    );
    defineCommand('b', { summary: '' }, ({ args }) => {
      expectTypeOf(args).toEqualTypeOf<Readonly<Record<string, never>>>();
    });
    // @ts-expect-error a schema of flags must be able to describe itself
    defineCommand('c', { summary: '', flags: 1 }, () => undefined);
  });
});

describe('isCommand', () => {
  it.each([undefined, null, {}, () => undefined, { name: 'a', run: () => undefined }])('refuses %s', (value) => {
    expect(isCommand(value)).toBe(false);
  });
});

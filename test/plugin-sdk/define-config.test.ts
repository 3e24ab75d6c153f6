import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import type { Env, KernelConfig } from '@oxidite/kernel';
import { defineConfig, definePlugin } from '@oxidite/plugin-sdk';
import type { Tree } from '../kernel/support/services.ts';

declare module '@oxidite/plugin-sdk' {
  interface PluginOptions {
    '@acme/forest': { readonly size: number; readonly kind?: 'mixed' | 'pine' };
  }
}

const orm = definePlugin({ name: 'orm', version: '1.0.0', config: z.object({ database: z.string() }), setup: () => undefined });
const http = definePlugin({ name: 'http', version: '1.0.0', config: z.object({ port: z.number().default(3_000) }), setup: () => undefined });

describe('defineConfig', () => {
  it('returns the configuration as it is', () => {
    const plugins = [
      orm({ database: 'x' }),
      http,
      '@acme/audit',
      './plugins/audit.ts',
      ['@acme/forest', { size: 1 }],
      ['@acme/unknown', { any: 'thing' }],
    ] as const;
    const config = defineConfig({ plugins, providers: { cache: 'a' }, failurePolicy: { a: 'disable' }, ignoreCompatibility: ['a'] });
    expect(config).toEqual({ plugins, providers: { cache: 'a' }, failurePolicy: { a: 'disable' }, ignoreCompatibility: ['a'] });
    expectTypeOf(config).toEqualTypeOf<KernelConfig>();
  });

  it('types the set-up of the application: every service may be used and provided', () => {
    const config = defineConfig({
      plugins: [],
      setup(kernel) {
        expectTypeOf(kernel.use('amber')).toEqualTypeOf<Tree>();
        kernel.provide('birch', () => ({ kind: 'x' }));
        kernel.tap('grove:grown', (name) => void expectTypeOf(name).toEqualTypeOf<string>());
      },
    });
    expect(config.setup).toBeTypeOf('function');
  });

  it('takes a function of the environment', () => {
    const create = defineConfig((env) => {
      expectTypeOf(env).toEqualTypeOf<Env>();
      return { plugins: [orm({ database: env['DATABASE'] ?? 'x' })] };
    });
    expect(create({ DATABASE: 'shop' })).toMatchObject({ plugins: [{ options: { database: 'shop' } }] });
    expectTypeOf(defineConfig(async () => ({ plugins: [] }))).returns.toEqualTypeOf<KernelConfig | Promise<KernelConfig>>();
  });

  it('refuses what does not fit', () => {
    const check = (): void => {
      // @ts-expect-error -- an option has another type
      defineConfig({ plugins: [orm({ database: 1 })] });
      // @ts-expect-error -- a factory with required options must be called
      defineConfig({ plugins: [orm] });
      defineConfig({
        plugins: [
          // @ts-expect-error -- the error stands at the entry that does not fit
          orm,
          '@acme/audit',
        ],
      });
      // @ts-expect-error -- the options of a known plugin are checked
      defineConfig({ plugins: [['@acme/forest', { size: 'x' }]] });
      // @ts-expect-error -- the options of a known plugin are checked
      defineConfig({ plugins: [['@acme/forest', { kind: 'pine' }]] });
      // @ts-expect-error -- that is no plugin
      defineConfig({ plugins: [{ name: 'x' }] });
      // @ts-expect-error -- that is no plugin
      defineConfig({ plugins: [1] });
      // @ts-expect-error -- there is no such key
      defineConfig({ plugins: [], plugin: [] });
      // @ts-expect-error -- there is no such policy
      defineConfig({ plugins: [], failurePolicy: { a: 'ignore' } });
      // @ts-expect-error -- the list is missing
      defineConfig({});
    };
    expect(check).not.toThrow();
  });
});

/** The plugin: provides the service `auth` from the listed strategies. */
import { definePlugin } from '@oxidite/plugin-sdk';
import * as z from 'zod';
import { type Auth, createAuth } from './auth-service.ts';
import { createPasswords } from './passwords/passwords.ts';
import type { Strategy } from './strategies/strategy.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly auth: Auth;
  }
}

const strategySchema = z.custom<Strategy>(
  (value) => typeof value === 'object' && value !== null && 'create' in value && typeof value.create === 'function',
  'must be a strategy, for example bearer({ secret })',
);

const optionsSchema = z.strictObject({
  /** The ways to authenticate, asked in this order. */
  strategies: z.array(strategySchema).min(1, 'must list at least one strategy'),
  /** The cost of a password hash. */
  passwords: z
    .strictObject({
      memoryKib: z.int().min(8).default(19_456),
      passes: z.int().min(1).default(2),
      parallelism: z.int().min(1).default(1),
    })
    .prefault({}),
});

/** Authentication: `auth({ strategies: [bearer({ secret })] })`. It guards the application, so its failure always ends the boot. */
export const auth = definePlugin({
  name: '@oxidite/auth',
  version: '0.1.0',
  config: optionsSchema,
  provides: ['auth'],
  security: true,
  setup(kernel) {
    const { strategies, passwords } = kernel.config;
    const authenticators = strategies.map((strategy) => strategy.create({ clock: kernel.clock, random: kernel.random }));
    const service = createAuth(createPasswords(passwords), authenticators);
    kernel.provide('auth', () => service);
  },
});

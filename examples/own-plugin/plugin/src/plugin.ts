/** The plugin: options in, a service, a hook and a command out. */
import { definePlugin } from '@oxidite/plugin-sdk';
import type {} from 'oxidite'; // the types of the hook cli:commands
import { createGreeter, createGreetingHook, type Greeter, type GreetingHook } from './greeter.ts';
import { GreeterOptions } from './options.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly greeter: Greeter;
  }
  interface HookRegistry {
    /** Transforms a greeting before it is said. */
    readonly 'greeter:greeting': GreetingHook;
  }
}

declare module '@oxidite/plugin-sdk' {
  interface PluginOptions {
    '@acme/greeter': GreeterOptions;
  }
}

/** Greets: `['@acme/greeter', { greeting: 'Servus' }]`. Provides the service `greeter`. */
export const greeter = definePlugin({
  name: '@acme/greeter',
  version: '1.0.0',
  config: GreeterOptions,
  provides: ['greeter'],
  setup(kernel) {
    const hook = kernel.declareHook('greeter:greeting', createGreetingHook());
    kernel.provide('greeter', () => createGreeter(kernel.config.greeting, hook));
    kernel.tap('cli:commands', (commands) => commands.add(() => import('./commands/greet.ts')));
  },
});

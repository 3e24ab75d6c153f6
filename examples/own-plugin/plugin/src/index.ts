/** The public surface of @acme/greeter. */
export { greeter } from './plugin.ts';
export type { Greeter } from './greeter.ts';
export type { GreeterOptions } from './options.ts';

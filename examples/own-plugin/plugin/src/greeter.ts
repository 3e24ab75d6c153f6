/** The service: makes greetings, and lets other plugins transform them through a hook. */
import { SyncWaterfallHook } from 'tapable';

/** Greets people. */
export interface Greeter {
  /** Returns a greeting, after every tap of `greeter:greeting` has had its say. */
  greet(name: string): string;
}

/** The hook's type: it hands the text on from tap to tap, and tells whom it greets. */
export type GreetingHook = SyncWaterfallHook<[text: string, person: { readonly name: string }]>;

/** Creates the hook. */
export function createGreetingHook(): GreetingHook {
  return new SyncWaterfallHook(['text', 'person'], 'greeter:greeting');
}

/** Creates the service. */
export function createGreeter(greeting: string, hook: GreetingHook): Greeter {
  return { greet: (name) => hook.call(`${greeting}, ${name}`, { name }) };
}

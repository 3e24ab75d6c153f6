/** The cases that a runtime cannot pass, because of the runtime itself. They are run all the same: one that passes has no place here. */
import type { RuntimeName } from './support/target.ts';

/** Runtime -> name of the case -> the reason. */
export const EXCEPTIONS: Readonly<Record<RuntimeName, Readonly<Record<string, string>>>> = {
  node: {},
  bun: {
    'a method OPTIONS asks for the server as a whole with an asterisk': 'Bun answers 400 before anybody is asked',
    'a path in absolute form decides the host': 'Bun takes the host of the header, and does not show that of the target',
    'a connection answers pipelined requests in their order':
      'Bun closes a connection on which a request follows one that is still being answered; what is answered at once, may be pipelined',
  },
  deno: {},
};

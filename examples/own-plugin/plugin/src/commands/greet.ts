/** `oxidite greet <name>`. It is imported only when it is needed. */
import { defineCommand } from 'oxidite';
import * as z from 'zod';

export const greet = defineCommand(
  'greet',
  {
    summary: 'Greet someone',
    args: z.object({ name: z.string().describe('Whom to greet.') }),
    flags: z.object({ times: z.int().min(1).max(10).default(1).describe('How often.') }),
    examples: ['greet Ada', 'greet Ada --times 3'],
  },
  ({ args, flags, output }, { greeter }) => {
    const greeting = greeter.greet(args.name);
    for (let time = 0; time < flags.times; time += 1) output.line(greeting);
    return { greeting };
  },
);

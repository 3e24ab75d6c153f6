/** `oxidite seed`: runs the seeders, or one of them. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';

/** The command. */
export const seed: Command = defineCommand(
  'seed',
  {
    summary: 'Fill the database with the seeders',
    args: z.object({ name: z.string().optional().describe('Run only the seeder of this name') }),
    examples: ['seed', 'seed users'],
  },
  async ({ args, output }, { orm }) => {
    const seeded = await orm.seed(args.name);
    for (const name of seeded) output.line(`seeded ${name}`);
    if (seeded.length === 0) output.line('There are no seeders. Export defineSeeder(name, run) from a file in the directory of seeders.');
    return { seeded };
  },
);

/** `oxidite migrate:fresh`: drops all tables and applies all migrations. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { chooseConnection, oneConnection } from './connection-flag.ts';

/** The command. */
export const migrateFresh: Command = defineCommand(
  'migrate:fresh',
  {
    summary: 'Drop all tables, and apply all migrations',
    description: 'All rows are lost. Refused when NODE_ENV is production, unless --force is given.',
    flags: z.object({
      connection: oneConnection,
      seed: z.boolean().default(false).describe('Run the seeders afterwards'),
      force: z.boolean().default(false).describe('Do it in production, too'),
      release: z.string().max(255).optional().describe('The release that is noted; by default OXIDITE_RELEASE, or the version in package.json'),
    }),
    examples: ['migrate:fresh', 'migrate:fresh --seed'],
  },
  async ({ flags: { connection, ...flags }, output }, { orm }) => {
    const { dropped, applied } = await chooseConnection(orm, connection).migrator.fresh(flags);
    output.line(dropped.length === 0 ? 'There were no tables.' : `dropped ${dropped.join(', ')}`);
    for (const name of applied) output.line(`applied ${name}`);
    const seeded = flags.seed ? await orm.seed() : [];
    for (const name of seeded) output.line(`seeded ${name}`);
    return { dropped, applied, seeded };
  },
);

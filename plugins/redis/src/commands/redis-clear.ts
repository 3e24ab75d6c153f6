/** `oxidite redis:clear`: deletes all values of a store. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { RedisStoreUnknownError } from '../errors.ts';
import { scanKeys } from '../stores/scan-keys.ts';

/** The command. */
export const redisClear: Command = defineCommand(
  'redis:clear',
  {
    summary: 'Delete all values of a store',
    description: 'Without --force it only says how many there are, and exits with 1.',
    args: z.object({ store: z.string().describe('The name of the store') }),
    flags: z.object({ force: z.boolean().default(false).describe('Delete them') }),
    examples: ['redis:clear cart', 'redis:clear cart --force'],
  },
  async ({ args: { store }, flags: { force }, output, exitWith }, { redis }) => {
    const keyspaces = redis.keyspaces();
    const found = keyspaces.find(({ name }) => name === store);
    if (found === undefined)
      throw new RedisStoreUnknownError({
        store,
        suggestion: toSuggestion(
          store,
          keyspaces.map(({ name }) => name),
        ),
      });
    const client = redis.connection(found.connection);
    let count = 0;
    for await (const keys of scanKeys(client, found.beginning)) {
      if (keys.length === 0) continue;
      count += force ? await client.unlink(keys) : await client.exists(keys);
    }
    output.line(force ? `Deleted ${count} keys of ${store}.` : `${store} has ${count} keys. To delete them, run this again with --force.`);
    if (!force) exitWith(1);
    return { store, keys: count, deleted: force };
  },
);

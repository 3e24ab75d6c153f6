/** Runs scripts of Redis, which are atomic: by their digest, and as a whole where the server does not know them yet. */
import type { Redis } from 'ioredis';
import { createHash } from 'node:crypto';

/** A script and its digest. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** Creates a script from Lua. */
export function createScript(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script with one key. */
export async function runScript(client: Redis, { text, sha }: Script, key: string, ...values: readonly (string | Buffer | number)[]): Promise<unknown> {
  try {
    return await client.evalsha(sha, 1, key, ...values);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return client.eval(text, 1, key, ...values); // a new or restarted server
  }
}

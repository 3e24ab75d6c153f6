/** Walks over the keys of a connection, a piece at a time, so that Redis serves others in between. */
import type { Redis } from 'ioredis';
import { toScanPattern } from './store-keys.ts';

const PIECE = 500;

/** Lists the keys that begin with a text, without the prefix of the connection. A key may come more than once. */
export async function* scanKeys(client: Redis, beginning: string): AsyncGenerator<string[]> {
  const prefix = client.options.keyPrefix ?? '';
  const pattern = toScanPattern(prefix + beginning); // the client adds its prefix to keys, but not to patterns
  let cursor = '0';
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', PIECE);
    yield found.map((key) => key.slice(prefix.length));
    cursor = next;
  } while (cursor !== '0');
}

/** Counts the keys of a connection by their owners, and finds those that nobody owns. */
import type { Redis } from 'ioredis';
import type { Keyspace } from './keyspaces.ts';
import { scanKeys } from './scan-keys.ts';

/** The keys of one owner. */
export interface KeyCount {
  readonly name: string;
  readonly connection: string;
  readonly keys: number;
  readonly bytes: number;
  /** How many are kept until they are deleted. */
  readonly forever: number;
  /** How many end within an hour, within a day, and later. */
  readonly withinHour: number;
  readonly withinDay: number;
  readonly later: number;
}

/** What was found. */
export interface KeyReport {
  readonly stores: readonly KeyCount[];
  readonly unowned: {
    readonly keys: number;
    readonly bytes: number;
    /** The first of them. */
    readonly examples: readonly string[];
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EXAMPLES = 20;

/** Counts the keys that begin with the prefix of a connection. */
export async function countKeys(client: Redis, connection: string, keyspaces: readonly Keyspace[]): Promise<KeyReport> {
  const owners = keyspaces.filter((one) => one.connection === connection);
  const counts = new Map(owners.map(({ name }) => [name, { name, connection, keys: 0, bytes: 0, forever: 0, withinHour: 0, withinDay: 0, later: 0 }]));
  const unowned = { keys: 0, bytes: 0, examples: new Set<string>() };
  const seen = new Set<string>();
  for await (const found of scanKeys(client, '')) {
    const fresh = found.filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    for (const { key, bytes, restMs } of await measure(client, [...new Set(fresh)])) {
      const owner = owners.find(({ beginning }) => key.startsWith(beginning));
      const count = counts.get(owner?.name ?? '');
      const target = count ?? unowned;
      target.keys += 1;
      target.bytes += bytes;
      if (count !== undefined) count[toClass(restMs)] += 1;
      else if (unowned.examples.size < EXAMPLES) unowned.examples.add(key);
    }
  }
  return { stores: [...counts.values()], unowned: { ...unowned, examples: [...unowned.examples] } };
}

function toClass(restMs: number): 'forever' | 'withinHour' | 'withinDay' | 'later' {
  if (restMs < 0) return 'forever';
  if (restMs <= HOUR_MS) return 'withinHour';
  return restMs <= DAY_MS ? 'withinDay' : 'later';
}

interface Measured {
  readonly key: string;
  readonly bytes: number;
  readonly restMs: number;
}

/** Asks for sizes and times in one go; keys that have ended meanwhile are left out. */
async function measure(client: Redis, keys: readonly string[]): Promise<Measured[]> {
  const pipeline = client.pipeline();
  for (const key of keys) pipeline.memory('USAGE', key).pttl(key);
  const answers = (await pipeline.exec()) ?? [];
  return keys.flatMap((key, index) => {
    const [[sizeError, bytes] = [null, null], [timeError, restMs] = [null, null]] = [answers[2 * index], answers[2 * index + 1]];
    if (sizeError !== null) throw sizeError;
    if (timeError !== null) throw timeError;
    return typeof bytes === 'number' && typeof restMs === 'number' && restMs !== -2 ? [{ key, bytes, restMs }] : [];
  });
}

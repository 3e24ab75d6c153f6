/**
 * A lock that one process at a time holds, kept in one Redis: a random token says whose it is, it is extended while the work
 * runs, and it ends by itself when its holder dies. It is as reliable as that one Redis: when a replica takes over, a lock
 * may be lost, so let the database refuse what must never happen twice. Source: https://redis.io/docs/latest/develop/use/patterns/distributed-locks/
 */
import { ambientSignal, type Clock, type Random, withAmbientSignal } from '@oxidite/plugin-sdk';
import type { Redis } from 'ioredis';
import { RedisLockLostError, RedisLockTakenError } from '../errors.ts';
import { createScript, runScript } from '../run-script.ts';
import { createStoreKeys } from '../stores/store-keys.ts';

/** Options of a lock. */
export interface LockOptions {
  /** How long the lock outlives a holder that has died; it is extended three times as often. At least 100. */
  readonly ttlMs: number;
  /** How long to wait for one that somebody else holds. Default: 0, not at all. */
  readonly waitMs?: number;
}

/** What locks need. */
export interface LockParts {
  readonly client: Redis;
  readonly clock: Clock;
  readonly random: Random;
  /** Runs something outside of the current request: a lock is given back although the client has left. */
  readonly outside: <Result>(run: () => Result) => Result;
}

/** The keyspace of the locks. */
export const LOCKS = 'lock';

const MIN_TTL_MS = 100;
const PAUSE_MS = { min: 10, max: 100 } as const;

const EXTEND = createScript(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`);
const RELEASE = createScript(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`);

/** Runs work under a lock; see {@link RedisService.lock}. */
export async function runLocked<Result>(
  { client, clock, random, outside }: LockParts,
  name: string,
  { options, work }: { readonly options: LockOptions; readonly work: (signal: AbortSignal) => Result | Promise<Result> },
): Promise<Result> {
  const { ttlMs, waitMs = 0 } = options;
  if (!Number.isSafeInteger(ttlMs) || ttlMs < MIN_TTL_MS)
    throw new RangeError(`ttlMs of the lock "${name}" is ${ttlMs}, but has to be a whole number from ${MIN_TTL_MS} on.`);
  const key = createStoreKeys(LOCKS).toKey(name);
  const token = random.uuid();
  const release = (): Promise<unknown> => outside(() => runScript(client, RELEASE, key, token));

  async function acquire(): Promise<number> {
    const endMs = clock.monotonicMs() + waitMs;
    for (;;) {
      const sentMs = clock.monotonicMs();
      if ((await client.set(key, token, 'PX', ttlMs, 'NX')) === 'OK') return sentMs;
      const restMs = endMs - clock.monotonicMs();
      if (restMs <= 0) throw new RedisLockTakenError({ lock: name, waitMs });
      await clock.sleep(Math.min(restMs, random.integer(PAUSE_MS.min, PAUSE_MS.max)), ambientSignal());
    }
  }

  const sentMs = await acquire().catch((error: unknown) => {
    if (!(error instanceof RedisLockTakenError)) release().catch(() => undefined); // it may have been given to us all the same
    throw error;
  });
  const lost = new AbortController();
  const holding = holdLock({
    clock,
    ttlMs,
    sentMs,
    extend: () => outside(() => runScript(client, EXTEND, key, token, ttlMs)),
    onLost: () => lost.abort(new RedisLockLostError({ lock: name })),
  });
  const ambient = ambientSignal();
  const signal = ambient === undefined ? lost.signal : AbortSignal.any([ambient, lost.signal]);
  let isHeld: boolean;
  let result: Result;
  try {
    result = await withAmbientSignal({ signal }, () => work(signal));
  } finally {
    isHeld = holding.end() && (await release().catch(() => 1)) === 1; // unreachable, but ours until it ends by itself
  }
  if (!isHeld) throw lost.signal.reason ?? new RedisLockLostError({ lock: name });
  return result;
}

interface Holding {
  /** Stops extending; returns whether the lock was held until now. */
  end(): boolean;
}

/** Extends a lock until the end, or until it is lost. It counts from when a command was sent, not from when it was answered. */
function holdLock({
  clock,
  ttlMs,
  sentMs,
  extend,
  onLost,
}: {
  readonly clock: Clock;
  readonly ttlMs: number;
  readonly sentMs: number;
  readonly extend: () => Promise<unknown>;
  readonly onLost: () => void;
}): Holding {
  let isOver = false;
  let isLost = false;
  const lose = (): void => {
    if (isOver) return;
    [isOver, isLost] = [true, true];
    next.cancel();
    expiry.cancel();
    onLost();
  };
  const expireAfter = (sinceMs: number): ReturnType<Clock['setTimeout']> => clock.setTimeout(lose, Math.max(0, sinceMs + ttlMs - clock.monotonicMs()));
  const schedule = (): ReturnType<Clock['setTimeout']> => clock.setTimeout(() => void again(), Math.floor(ttlMs / 3));
  async function again(): Promise<void> {
    const nowMs = clock.monotonicMs();
    const kept = await extend().catch(() => undefined);
    if (isOver) return;
    if (kept === 0) return lose();
    if (kept === 1) {
      expiry.cancel();
      expiry = expireAfter(nowMs);
    }
    next = schedule();
  }
  let expiry = expireAfter(sentMs);
  let next = schedule();
  return {
    end() {
      isOver = true;
      next.cancel();
      expiry.cancel();
      return !isLost;
    },
  };
}

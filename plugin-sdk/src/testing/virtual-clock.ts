/**
 * A clock that moves only when told to. Timers fire in the order of their due time, then of their creation,
 * and promises get their turns between two timers, so a month of retries runs in milliseconds and always the same way.
 */
import { type Clock, sleepOn, type Timer } from '@oxidite/kernel';

const MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** A span of time: milliseconds, or an object whose parts are added up. */
export type Duration = number | { readonly ms?: number; readonly seconds?: number; readonly minutes?: number; readonly hours?: number; readonly days?: number };

/** A {@link Clock} under the control of a test. */
export interface VirtualClock extends Clock {
  /** Moves time forward by `by`, firing every timer that falls due on the way, and resolves when all have run. */
  advance(by: Duration): Promise<void>;
  /** Returns how many timers wait to fire. */
  pendingTimers(): number;
}

interface Entry {
  dueMs: number;
  readonly sequence: number;
  readonly intervalMs: number | undefined;
  readonly task: () => void;
}

/**
 * Creates a {@link VirtualClock}.
 * @param startMs its first `now()`, in milliseconds since 1970; the default is 2026-01-01T00:00:00Z.
 */
export function createVirtualClock(startMs: number = Date.UTC(2026, 0, 1)): VirtualClock {
  const entries = new Set<Entry>();
  let nowMs = startMs;
  let sequence = 0;

  function start(task: () => void, delayMs: number, intervalMs?: number): Timer {
    const entry: Entry = { dueMs: nowMs + Math.max(0, delayMs), sequence: sequence++, intervalMs, task };
    entries.add(entry);
    return { cancel: () => void entries.delete(entry) };
  }

  const clock: VirtualClock = {
    now: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    setTimeout: (task, delayMs) => start(task, delayMs),
    setInterval: (task, intervalMs) => start(task, intervalMs, Math.max(1, intervalMs)),
    sleep: (delayMs, signal) => sleepOn(clock, delayMs, signal),
    pendingTimers: () => entries.size,
    async advance(by) {
      const endMs = nowMs + toMs(by);
      await settle();
      for (let due = next(entries, endMs); due !== undefined; due = next(entries, endMs)) {
        nowMs = Math.max(nowMs, due.dueMs);
        if (due.intervalMs === undefined) entries.delete(due);
        else due.dueMs += due.intervalMs;
        due.task();
        await settle();
      }
      nowMs = Math.max(nowMs, endMs);
    },
  };
  return clock;
}

function toMs(by: Duration): number {
  if (typeof by === 'number') return by;
  return (by.ms ?? 0) + (by.seconds ?? 0) * MS.seconds + (by.minutes ?? 0) * MS.minutes + (by.hours ?? 0) * MS.hours + (by.days ?? 0) * MS.days;
}

function next(entries: ReadonlySet<Entry>, endMs: number): Entry | undefined {
  let first: Entry | undefined;
  for (const entry of entries) {
    if (entry.dueMs > endMs) continue;
    if (first === undefined || entry.dueMs < first.dueMs || (entry.dueMs === first.dueMs && entry.sequence < first.sequence)) first = entry;
  }
  return first;
}

/** Gives chains of promises, however long, their turns before time moves on: an immediate runs after all of them. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

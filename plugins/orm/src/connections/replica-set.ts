/**
 * The servers that follow a primary, and are read from. One that cannot be reached is left out for a while, and then tried
 * again; when none is left, the primary is read. A unit of work stays with one of them, so that what it has read is not
 * undone by the next, which may be further behind.
 */
import { type Clock, type Logger, type Random, toMessage } from '@oxidite/plugin-sdk';
import type { SqlDriver, RawRows } from '../drivers/driver.ts';

/** How long a replica that cannot be reached is left out. */
export const REPLICA_REST_MS = 30_000;

const LATE = new Error('it has not answered in time');

/** How the replicas of a database are opened and chosen. */
export interface ReplicaParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** What each is called in messages. */
  readonly labels: readonly string[];
  /** How long one may take to open, or to answer, before it counts as away, in milliseconds; 0: any time. A server that has vanished says nothing. */
  readonly timeoutMs: number;
  /** Opens the replica of this place in the list. */
  open(index: number): Promise<SqlDriver>;
}

/** Where one unit of work reads: the replica that it stays with. */
export interface ReplicaChoice {
  replica?: Replica;
}

/** How a replica is doing. */
export interface ReplicaState {
  readonly label: string;
  /** Why it is left out; `undefined`: it is read from. */
  readonly problem: string | undefined;
}

interface Replica {
  readonly label: string;
  readonly index: number;
  driver: SqlDriver | undefined;
  /** Set while it is left out. */
  away: { readonly untilMs: number; readonly problem: string } | undefined;
}

/** The replicas of one database. */
export class ReplicaSet {
  readonly #parts: ReplicaParts;
  readonly #replicas: readonly Replica[];

  private constructor(parts: ReplicaParts) {
    this.#parts = parts;
    this.#replicas = parts.labels.map((label, index) => ({ label, index, driver: undefined, away: undefined }));
  }

  /** Opens all of them; those that cannot be reached are left out for a while. */
  static async open(parts: ReplicaParts): Promise<ReplicaSet> {
    const set = new ReplicaSet(parts);
    await Promise.all(set.#replicas.map((replica) => set.#reach(replica)));
    return set;
  }

  /**
   * Reads from a replica, the one that was chosen before if it can be reached; `undefined`: none can be.
   * Errors of the statement are thrown as they are.
   */
  async read(sql: string, parameters: readonly unknown[], choice: ReplicaChoice = {}): Promise<RawRows | undefined> {
    for (let replica = this.#choose(choice); replica !== undefined; replica = this.#choose(choice)) {
      const driver = await this.#reach(replica);
      if (driver === undefined) continue;
      try {
        const rows = await this.#inTime(driver.read(sql, parameters, undefined));
        this.#note(replica, undefined);
        return rows;
      } catch (error) {
        if (error !== LATE && !driver.isUnavailable(error)) throw error;
        this.#note(replica, error);
      }
    }
    return undefined;
  }

  /** Tells how they are doing. */
  states(): ReplicaState[] {
    return this.#replicas.map(({ label, away }) => ({ label, problem: away?.problem }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map(async ({ driver }) => driver?.close()));
  }

  #choose(choice: ReplicaChoice): Replica | undefined {
    const now = this.#parts.clock.monotonicMs();
    const isThere = ({ away }: Replica): boolean => away === undefined || away.untilMs <= now;
    if (choice.replica !== undefined && isThere(choice.replica)) return choice.replica;
    const there = this.#replicas.filter(isThere);
    if (there.length === 0) return undefined;
    const chosen = there[this.#parts.random.integer(0, there.length - 1)];
    if (chosen !== undefined) choice.replica = chosen;
    return chosen;
  }

  /** Whoever tries one again that was away does so alone: others do not wait for a server that may not answer. */
  async #reach(replica: Replica): Promise<SqlDriver | undefined> {
    if (replica.away !== undefined) replica.away = { ...replica.away, untilMs: this.#restEndMs() };
    if (replica.driver !== undefined) return replica.driver;
    try {
      const opening = this.#parts.open(replica.index);
      replica.driver = await this.#inTime(opening, (driver) => driver.close());
      this.#note(replica, undefined);
    } catch (error) {
      this.#note(replica, error);
    }
    return replica.driver;
  }

  /** @param onLate what becomes of a result that nobody waits for any more. */
  async #inTime<Result>(work: Promise<Result> | Result, onLate?: (result: Result) => unknown): Promise<Result> {
    const { clock, timeoutMs } = this.#parts;
    if (timeoutMs === 0 || !(work instanceof Promise)) return work;
    const { promise: late, reject } = Promise.withResolvers<never>();
    let isLate = false;
    const timer = clock.setTimeout(() => {
      isLate = true;
      reject(LATE);
    }, timeoutMs);
    work.then((result) => (isLate ? onLate?.(result) : undefined)).catch(() => undefined); // it is too late for its error, too
    try {
      return await Promise.race([work, late]);
    } finally {
      timer.cancel();
    }
  }

  /** Each absence is logged once. */
  #note(replica: Replica, error: unknown): void {
    const { logger } = this.#parts;
    const facts = { replica: replica.label };
    if (error === undefined) {
      if (replica.away !== undefined) logger.info(facts, 'a replica of the database can be reached again');
      replica.away = undefined;
      return;
    }
    const problem = toMessage(error);
    if (replica.away === undefined) logger.warn({ ...facts, error: problem }, 'a replica of the database cannot be reached; others are read instead');
    replica.away = { untilMs: this.#restEndMs(), problem };
  }

  #restEndMs(): number {
    return this.#parts.clock.monotonicMs() + REPLICA_REST_MS;
  }
}

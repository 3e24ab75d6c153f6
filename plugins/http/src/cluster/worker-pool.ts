/**
 * Watches over the workers of an application: starts them, replaces those that end, changes all of them for new ones without
 * refusing a request, and ends them.
 */
import type { Clock, Logger } from '@oxidite/plugin-sdk';
import { WorkerStartError } from '../errors.ts';
import type { HttpAddress } from '../node/node-server.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What a pool needs. */
export interface WorkerPoolOptions {
  readonly size: number;
  readonly fork: () => WorkerProcess;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a worker may take to end. */
  readonly graceMs: number;
}

/** A worker that dies again and again is waited for longer and longer. */
const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 10_000;

/** The workers of one application. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<WorkerProcess>();
  /** Those whose end is wanted. */
  readonly #leaving = new Set<WorkerProcess>();
  #backoffMs = MIN_BACKOFF_MS;
  #isStopping = false;
  #reloading: Promise<void> | undefined;
  #starting: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** The process ids of the workers that serve. */
  get pids(): readonly number[] {
    return [...this.#workers].filter((worker) => !this.#leaving.has(worker)).map(({ pid }) => pid);
  }

  /**
   * Starts all workers; resolves with their addresses when all of them listen.
   * @throws {WorkerStartError} when one ends before; the others are ended then.
   */
  async start(): Promise<readonly HttpAddress[]> {
    const started = Promise.all(Array.from({ length: this.#options.size }, () => this.#startWorker()));
    this.#starting = started.catch(() => undefined);
    try {
      const [addresses = []] = await started;
      return addresses;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Changes the workers one after the other: a new one listens before an old one leaves. A new one that does not start ends
   * this, and the old ones go on. A call while it is under way means the same reload.
   */
  reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  /** Ends all workers: they finish their requests, for as long as the grace allows. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#workers].map((worker) => this.#end(worker, 'stop')));
  }

  async #reload(): Promise<void> {
    const { logger } = this.#options;
    await this.#starting; // a wish during the start is one for afterwards
    logger.info({ workers: this.#workers.size }, 'reloading the workers');
    const present = [...this.#workers];
    for (const old of present) {
      if (this.#isStopping || this.#leaving.has(old)) continue;
      try {
        await this.#startWorker();
      } catch (error) {
        logger.error({ error }, 'a new worker did not start; the old ones go on');
        return;
      }
      await this.#end(old, 'retire');
    }
    logger.info({ workers: this.#workers.size }, 'the workers are reloaded');
  }

  async #startWorker(): Promise<readonly HttpAddress[]> {
    const worker = this.#options.fork();
    this.#workers.add(worker);
    let isReady = false;
    const ended = worker.ended.then((end) => {
      this.#workers.delete(worker);
      if (!isReady) throw new WorkerStartError(worker.pid, end.signal ?? end.code ?? 'none');
      if (!this.#leaving.delete(worker)) this.#replace(worker, end.signal ?? end.code ?? 'none');
      return [];
    });
    const addresses = await Promise.race([worker.ready, ended]);
    isReady = true;
    ended.catch(() => undefined); // only a worker that was not ready fails here
    return addresses;
  }

  /** Starts another worker for one that ended by itself, after a while that grows with each failure in a row. */
  #replace({ pid }: WorkerProcess, cause: number | string): void {
    const { clock, logger } = this.#options;
    if (this.#isStopping) return;
    const waitMs = this.#backoffMs;
    this.#backoffMs = Math.min(this.#backoffMs * 2, MAX_BACKOFF_MS);
    logger.error({ pid, cause, waitMs }, 'a worker ended; another one takes its place');
    clock.setTimeout(() => {
      if (this.#isStopping) return;
      this.#startWorker().then(
        () => clock.setTimeout(() => void (this.#backoffMs = MIN_BACKOFF_MS), MAX_BACKOFF_MS),
        (error: unknown) => {
          logger.error({ error }, 'a worker did not start');
          this.#replace({ pid } as WorkerProcess, cause); // only the id is told
        },
      );
    }, waitMs);
  }

  async #end(worker: WorkerProcess, how: 'retire' | 'stop'): Promise<void> {
    const { clock, graceMs, logger } = this.#options;
    this.#leaving.add(worker);
    worker.send({ oxidite: how });
    const timer = clock.setTimeout(() => {
      logger.warn({ pid: worker.pid, graceMs }, 'a worker did not end in time, and is killed');
      worker.kill();
    }, graceMs);
    await worker.ended;
    timer.cancel();
  }
}

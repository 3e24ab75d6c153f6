import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { WorkerPool } from '../../../plugins/http/src/cluster/worker-pool.ts';
import type { EndMessage, WorkerEnd, WorkerProcess } from '../../../plugins/http/src/cluster/worker-process.ts';
import { recordLog } from '../support/recorded-log.ts';

const ADDRESS = { url: 'http://localhost:3000', host: 'localhost', port: 3000, path: undefined };

/** A worker whose life a test decides. */
class FakeWorker implements WorkerProcess {
  readonly #ready = Promise.withResolvers<readonly (typeof ADDRESS)[]>();
  readonly #ended = Promise.withResolvers<WorkerEnd>();
  readonly messages: EndMessage['oxidite'][] = [];
  readonly pid: number;
  isKilled = false;

  constructor(pid: number) {
    this.pid = pid;
  }

  get ready(): Promise<readonly (typeof ADDRESS)[]> {
    return this.#ready.promise;
  }

  get ended(): Promise<WorkerEnd> {
    return this.#ended.promise;
  }

  listen(): this {
    this.#ready.resolve([ADDRESS]);
    return this;
  }

  end(code = 0): void {
    this.#ended.resolve({ code, signal: null });
  }

  send({ oxidite }: EndMessage): void {
    this.messages.push(oxidite);
  }

  kill(): void {
    this.isKilled = true;
    this.#ended.resolve({ code: null, signal: 'SIGKILL' });
  }
}

/** Lets all promises that can settle do so. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function createPool(size = 2) {
  const clock = createVirtualClock();
  const { logger, lines } = recordLog();
  const workers: FakeWorker[] = [];
  const fork = (): FakeWorker => {
    const worker = new FakeWorker(workers.length + 1);
    workers.push(worker);
    return worker;
  };
  const pool = new WorkerPool({ size, fork, clock, logger, graceMs: 1_000 });
  const at = (index: number): FakeWorker => {
    const worker = workers[index];
    if (worker === undefined) throw new Error(`there is no worker ${index}`);
    return worker;
  };
  return { pool, clock, lines, workers, at };
}

async function startPool(size = 2) {
  const created = createPool(size);
  const started = created.pool.start();
  for (const worker of created.workers) worker.listen();
  expect(await started).toEqual([ADDRESS]);
  return created;
}

describe('WorkerPool', () => {
  it('starts all workers, and resolves when all of them listen', async () => {
    const { pool, workers, at } = createPool(3);
    let isStarted = false;
    const started = pool.start().then(() => (isStarted = true));
    expect(workers).toHaveLength(3);
    at(0).listen();
    at(1).listen();
    await settle();
    expect(isStarted).toBe(false);
    at(2).listen();
    await started;
    expect(pool.pids).toEqual([1, 2, 3]);
  });

  it('fails, and ends the others, when one ends before it listens', async () => {
    const { pool, at } = createPool();
    const started = pool.start();
    at(0).listen();
    at(1).end(1);
    await settle();
    expect(at(0).messages).toEqual(['stop']);
    at(0).end();
    await expect(started).rejects.toThrow('The worker 2 ended (1) before it listened.');
  });

  it('replaces one that ends by itself, after longer and longer whiles', async () => {
    const { pool, clock, workers, at, lines } = await startPool();
    at(0).end(1);
    await settle();
    expect(workers).toHaveLength(2);
    await clock.advance(100);
    at(2).end(1); // before it listened
    await settle();
    await clock.advance(199);
    expect(workers).toHaveLength(3);
    await clock.advance(1);
    at(3).listen();
    await settle();
    expect(pool.pids).toEqual([2, 4]);
    expect(lines.filter(({ level }) => level === 'error').map(({ fields }) => fields['waitMs'])).toEqual([100, undefined, 200]);
    await clock.advance(10_000);
    at(3).end();
    await settle();
    expect(lines.at(-1)?.fields['waitMs']).toBe(100);
  });

  it('reloads one after the other: a new worker listens before an old one leaves', async () => {
    const { pool, workers, at } = await startPool();
    const reloaded = pool.reload();
    expect(pool.reload()).toBe(reloaded);
    await settle();
    expect(workers).toHaveLength(3);
    expect(at(0).messages).toEqual([]);
    at(2).listen();
    await settle();
    expect([at(0).messages, at(1).messages]).toEqual([['retire'], []]);
    at(0).end();
    await settle();
    at(3).listen();
    await settle();
    at(1).end();
    await reloaded;
    expect(pool.pids).toEqual([3, 4]);
  });

  it('reloads after the start when it is asked to during it', async () => {
    const { pool, workers, at } = createPool(1);
    const started = pool.start();
    const reloaded = pool.reload();
    await settle();
    expect(workers).toHaveLength(1);
    at(0).listen();
    await started;
    await settle();
    at(1).listen();
    await settle();
    at(0).end();
    await reloaded;
    expect(pool.pids).toEqual([2]);
  });

  it('keeps the old workers when a new one does not start', async () => {
    const { pool, at, lines } = await startPool();
    const reloaded = pool.reload();
    await settle();
    at(2).end(1);
    await reloaded;
    expect(pool.pids).toEqual([1, 2]);
    expect(lines.at(-1)?.message).toContain('the old ones go on');
  });

  it('kills a worker that does not end in time', async () => {
    const { pool, clock, at } = await startPool(1);
    const stopped = pool.stop();
    await clock.advance(1_000);
    await stopped;
    expect([at(0).messages, at(0).isKilled]).toEqual([['stop'], true]);
  });

  it('replaces nothing once it stops', async () => {
    const { pool, clock, at, workers } = await startPool();
    at(0).end(1);
    await settle();
    const stopped = pool.stop();
    at(1).end();
    await stopped;
    await clock.advance(60_000);
    expect(workers).toHaveLength(2);
  });
});

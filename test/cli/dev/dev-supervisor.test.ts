import { createVirtualClock, type VirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import type { ParentMessage, WorkerMessage } from '../../../plugins/cli/src/dev/dev-messages.ts';
import { createDevSupervisor, type DevSupervisor } from '../../../plugins/cli/src/dev/dev-supervisor.ts';

/** A worker under the control of a test. */
interface FakeWorker {
  readonly orders: ParentMessage['type'][];
  readonly isKilled: boolean;
  /** Says something, and lets the supervisor react. */
  say(message: WorkerMessage): Promise<void>;
  exit(description?: string): Promise<void>;
}

interface Bench {
  readonly workers: FakeWorker[];
  readonly told: unknown[][];
  readonly clock: VirtualClock;
  readonly supervisor: DevSupervisor;
}

const BOOTED: WorkerMessage = { type: 'booted', modules: ['/a.ts'], bootMs: 1 };
const RUNNING: WorkerMessage = { type: 'running', modules: [], banner: ['here'] };
const FAILED: WorkerMessage = { type: 'failed', modules: ['/b.ts'], report: 'boom' };
const RELEASED: WorkerMessage = { type: 'released' };

function createBench(): Bench {
  const workers: FakeWorker[] = [];
  const told: unknown[][] = [];
  const clock = createVirtualClock();
  const supervisor = createDevSupervisor({
    clock,
    reporter: {
      ready: (banner, elapsedMs, change) => told.push(['ready', banner, elapsedMs, change]),
      failed: (report, serving) => told.push(['failed', report, serving]),
      imported: (files) => {
        if (files.length > 0) told.push(['imported', ...files]);
      },
    },
    spawn: () => {
      let onMessage: (message: WorkerMessage) => void = () => undefined;
      let onExit: (description: string) => void = () => undefined;
      const orders: ParentMessage['type'][] = [];
      let isKilled = false;
      workers.push({
        orders,
        get isKilled() {
          return isKilled;
        },
        say: async (message) => {
          onMessage(message);
          await new Promise(setImmediate);
        },
        exit: async (description = 'gone') => {
          onExit(description);
          await new Promise(setImmediate);
        },
      });
      return {
        send: (message) => orders.push(message.type),
        onMessage: (listener) => void (onMessage = listener),
        onExit: (listener) => void (onExit = listener),
        kill: () => {
          isKilled = true;
          onExit('SIGKILL');
        },
      };
    },
  });
  return { workers, told, clock, supervisor };
}

function workerOf({ workers }: Bench, index: number): FakeWorker {
  const worker = workers[index];
  if (worker === undefined) throw new Error(`There is no worker ${index}.`);
  return worker;
}

/** A bench whose first worker serves. */
async function createServingBench(): Promise<Bench & { readonly first: FakeWorker }> {
  const bench = createBench();
  bench.supervisor.restart();
  const first = workerOf(bench, 0);
  await first.say(BOOTED);
  await first.say(RUNNING);
  bench.told.length = 0;
  return { ...bench, first };
}

describe('createDevSupervisor', () => {
  it('starts the first worker as soon as it has booted', async () => {
    const bench = createBench();
    bench.supervisor.restart();
    const worker = workerOf(bench, 0);
    expect(worker.orders).toEqual([]);
    await bench.clock.advance(20);
    await worker.say(BOOTED);
    expect(worker.orders).toEqual(['start']);
    await worker.say(RUNNING);
    expect(bench.told).toEqual([
      ['imported', '/a.ts'],
      ['ready', ['here'], 20, undefined],
    ]);
  });

  it('lets the former one serve until the new one has booted, and then gives up its sockets first', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    const second = workerOf(bench, 1);
    expect(bench.first.orders).toEqual(['start']);
    await second.say(BOOTED);
    expect(bench.first.orders).toEqual(['start', 'stop']);
    expect(second.orders).toEqual([]);
    await bench.first.say(RELEASED);
    expect(second.orders).toEqual(['start']);
    await second.say(RUNNING);
    expect(bench.told.at(-1)).toEqual(['ready', ['here'], 0, '/a.ts']);
    expect(bench.first.orders).toEqual(['start', 'stop', 'end']);
    await bench.first.exit();
    await bench.clock.advance({ minutes: 1 });
    expect(bench.first.isKilled).toBe(false);
  });

  it('keeps the former one when the new one does not boot', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/b.ts');
    await workerOf(bench, 1).say(FAILED);
    await workerOf(bench, 1).exit();
    expect(bench.told).toEqual([
      ['imported', '/b.ts'],
      ['failed', 'boom', true],
    ]);
    expect(bench.first.orders).toEqual(['start']);
    bench.supervisor.restart('/b.ts');
    await workerOf(bench, 2).say(BOOTED);
    expect(bench.first.orders).toEqual(['start', 'stop']);
  });

  it('keeps the former one when the process of the new one ends', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/b.ts');
    await workerOf(bench, 1).exit('ended with SIGSEGV');
    expect(bench.told).toEqual([['failed', 'ended with SIGSEGV', true]]);
  });

  it('kills a candidate that the next change replaces', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    bench.supervisor.restart('/b.ts');
    expect(workerOf(bench, 1).isKilled).toBe(true);
    await workerOf(bench, 1).say(BOOTED);
    expect(workerOf(bench, 1).orders).toEqual([]);
    await workerOf(bench, 2).say(BOOTED);
    expect(bench.first.orders).toEqual(['start', 'stop']);
    expect(bench.told).toEqual([['imported', '/a.ts']]);
  });

  it('waits with a change that comes while a worker takes over', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    const second = workerOf(bench, 1);
    await second.say(BOOTED);
    bench.supervisor.restart('/b.ts');
    expect(bench.workers).toHaveLength(2);
    await bench.first.exit();
    await second.say(RUNNING);
    expect(bench.workers).toHaveLength(3);
    await workerOf(bench, 2).say(BOOTED);
    expect(second.orders).toEqual(['start', 'stop']);
  });

  it('lets the former one serve again when the new one cannot start to serve, as on a port that is taken', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    const second = workerOf(bench, 1);
    await second.say(BOOTED);
    await bench.first.say(RELEASED);
    await second.say({ ...FAILED, modules: [] });
    expect(bench.first.orders).toEqual(['start', 'stop']);
    await second.exit();
    expect(bench.first.orders).toEqual(['start', 'stop', 'start']);
    await bench.first.say(RUNNING);
    expect(bench.told).toEqual([
      ['imported', '/a.ts'],
      ['failed', 'boom', true],
    ]);
    await bench.clock.advance({ minutes: 1 });
    expect(bench.first.isKilled).toBe(false);
    bench.supervisor.restart('/b.ts');
    await workerOf(bench, 2).say(BOOTED);
    expect(bench.first.orders).toEqual(['start', 'stop', 'start', 'stop']);
    expect(workerOf(bench, 2).orders).toEqual([]);
    await bench.first.say(RELEASED);
    expect(workerOf(bench, 2).orders).toEqual(['start']);
  });

  it('waits for the sockets of both before the former one serves again', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    await workerOf(bench, 1).say(BOOTED);
    await workerOf(bench, 1).exit('ended with SIGSEGV');
    expect(bench.first.orders).toEqual(['start', 'stop']);
    await bench.first.say(RELEASED);
    expect(bench.first.orders).toEqual(['start', 'stop', 'start']);
  });

  it('waits with a change that comes while the former one gets ready to serve again', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    await workerOf(bench, 1).say(BOOTED);
    await bench.first.say(RELEASED);
    await workerOf(bench, 1).say(FAILED);
    await workerOf(bench, 1).exit();
    bench.supervisor.restart('/b.ts');
    expect(bench.workers).toHaveLength(2);
    await bench.first.say(RUNNING);
    expect(bench.workers).toHaveLength(3);
  });

  it('tells both reasons when the former one cannot serve again either', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    await workerOf(bench, 1).say(BOOTED);
    await bench.first.say(RELEASED);
    await workerOf(bench, 1).say({ ...FAILED, modules: [] });
    await workerOf(bench, 1).exit();
    await bench.first.say({ type: 'failed', modules: [], report: 'boom, too' });
    expect(bench.told.at(-1)).toEqual(['failed', 'boom\nboom, too', false]);
  });

  it('tells that nothing is served when the new one cannot start to serve and the former one is gone, and goes on with the next change', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    const second = workerOf(bench, 1);
    await second.say(BOOTED);
    await bench.first.exit();
    await second.say({ ...FAILED, modules: [] });
    expect(bench.told.at(-1)).toEqual(['failed', 'boom', false]);
    bench.supervisor.restart('/a.ts');
    await workerOf(bench, 2).say(BOOTED);
    expect(workerOf(bench, 2).orders).toEqual(['start']);
  });

  it('does not start a worker that ended while the former one gave up its sockets', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    const second = workerOf(bench, 1);
    await second.say(BOOTED);
    await second.exit();
    await bench.first.say(RELEASED);
    expect(second.orders).toEqual([]);
  });

  it('tells of a crash of the one that serves', async () => {
    const bench = await createServingBench();
    await bench.first.say(FAILED);
    await bench.first.exit();
    expect(bench.told.at(-1)).toEqual(['failed', 'boom', false]);
  });

  it('kills a worker that does not give up its sockets', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    const second = workerOf(bench, 1);
    await second.say(BOOTED);
    await bench.clock.advance({ seconds: 5 });
    expect(bench.first.isKilled).toBe(true);
    expect(second.orders).toEqual(['start']);
  });

  it('kills a worker whose requests do not end', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    await workerOf(bench, 1).say(BOOTED);
    await bench.first.say(RELEASED);
    await bench.clock.advance({ seconds: 9 });
    expect(bench.first.isKilled).toBe(false);
    await bench.clock.advance({ seconds: 1 });
    expect(bench.first.isKilled).toBe(true);
  });

  it('stops all workers, and no change starts another', async () => {
    const bench = await createServingBench();
    bench.supervisor.restart('/a.ts');
    const stopped = bench.supervisor.stop();
    expect([bench.first.orders, workerOf(bench, 1).orders]).toEqual([['start', 'end'], ['end']]);
    bench.supervisor.restart('/b.ts');
    expect(bench.workers).toHaveLength(2);
    await bench.first.exit();
    await workerOf(bench, 1).exit();
    await stopped;
    expect(bench.told).toEqual([]);
  });

  it('stops at once when nothing runs', async () => {
    await expect(createBench().supervisor.stop()).resolves.toBeUndefined();
  });
});

/**
 * Decides which process serves the application in `oxidite dev`. A change starts a candidate, which boots beside the process
 * that serves. Once it has booted, the former one stops listening and the candidate starts to; when it does not boot, the
 * former one goes on serving, and when it cannot start, as on a port that is taken, the former one serves again. A worker
 * that no longer serves may finish its requests.
 */
import type { Clock, Timer } from '@oxidite/kernel';
import type { ParentMessage, WorkerMessage } from './dev-messages.ts';

/** How long a worker may take to stop listening before it is killed, in milliseconds. */
const RELEASE_LIMIT_MS = 5_000;

/** How long a worker may take to end after it was asked to, in milliseconds. */
const DRAIN_LIMIT_MS = 10_000;

/** A process that runs the application. */
export interface WorkerProcess {
  send(message: ParentMessage): void;
  onMessage(listener: (message: WorkerMessage) => void): void;
  onExit(listener: (description: string) => void): void;
  kill(): void;
}

/** What the supervisor tells. */
export interface DevReporter {
  /** The application serves. `change` is the file that led to it, `undefined` for the first time. */
  ready(banner: readonly string[], elapsedMs: number, change: string | undefined): void;
  /** A worker failed. `serving`: another one still serves. */
  failed(report: string, serving: boolean): void;
  /** A worker has imported these files. */
  imported(files: readonly string[]): void;
}

/** Options of {@link createDevSupervisor}. */
export interface DevSupervisorOptions {
  readonly spawn: () => WorkerProcess;
  readonly reporter: DevReporter;
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimeout'>;
}

/** Runs the application and restarts it. */
export interface DevSupervisor {
  /** Starts a worker; `change` names the file because of which. */
  restart(change?: string): void;
  /** Ends all workers, gracefully within a limit. */
  stop(): Promise<void>;
}

interface Worker {
  readonly process: WorkerProcess;
  readonly change: string | undefined;
  readonly startMs: number;
  readonly exited: Promise<void>;
  release: PromiseWithResolvers<void>;
  /** Kills the process when it takes too long to end. */
  limit: Timer | undefined;
  /** Why its successor cannot serve, while it gets ready to do so again. */
  successorReport: string | undefined;
  phase: 'booting' | 'starting' | 'serving' | 'leaving' | 'gone';
}

/** Creates a supervisor; nothing runs before `restart`. */
export function createDevSupervisor({ spawn, reporter, clock }: DevSupervisorOptions): DevSupervisor {
  const workers = new Set<Worker>();
  let serving: Worker | undefined;
  let candidate: Worker | undefined;
  /** The one that served before the candidate; it waits until the candidate does. */
  let former: Worker | undefined;
  let postponed: { readonly change: string | undefined } | undefined;
  let stopped = false;

  function restart(change?: string): void {
    if (stopped) return;
    if (candidate?.phase === 'starting') {
      postponed = { change }; // it is taking over; what it serves is replaced right after
      return;
    }
    if (candidate !== undefined) discard(candidate);
    candidate = launch(change);
  }

  function launch(change: string | undefined): Worker {
    const process = spawn();
    const exit = Promise.withResolvers<void>();
    const worker: Worker = {
      process,
      change,
      startMs: clock.monotonicMs(),
      exited: exit.promise,
      release: Promise.withResolvers(),
      limit: undefined,
      successorReport: undefined,
      phase: 'booting',
    };
    workers.add(worker);
    process.onMessage((message) => {
      if (message.type === 'released') worker.release.resolve();
      else if (worker.phase !== 'leaving') receive(worker, message);
    });
    process.onExit((description) => {
      if (worker.phase !== 'leaving' && worker.phase !== 'gone') lose(worker, description);
      if (worker === former) former = undefined;
      workers.delete(worker);
      worker.limit?.cancel();
      worker.release.resolve();
      exit.resolve();
    });
    return worker;
  }

  function receive(worker: Worker, message: Exclude<WorkerMessage, { type: 'released' }>): void {
    reporter.imported(message.modules);
    if (message.type === 'booted') void takeOver(worker);
    else if (message.type === 'failed') lose(worker, message.report);
    else {
      worker.phase = 'serving';
      serving = worker;
      candidate = undefined;
      if (former !== undefined) end(former);
      former = undefined;
      if (worker.successorReport === undefined) reporter.ready(message.banner, clock.monotonicMs() - worker.startMs, worker.change);
      else reporter.failed(worker.successorReport, true);
      worker.successorReport = undefined;
      resume();
    }
  }

  /** The former worker gives up its sockets first. */
  async function takeOver(worker: Worker): Promise<void> {
    worker.phase = 'starting';
    former = serving;
    serving = undefined;
    if (former !== undefined) {
      const { process, release } = former;
      leave(former, 'stop');
      const limit = clock.setTimeout(() => process.kill(), RELEASE_LIMIT_MS);
      await release.promise;
      limit.cancel();
    }
    if (isStarting(worker)) worker.process.send({ type: 'start' });
  }

  /** The worker that served before `successor`, which cannot start, serves again. */
  async function giveBack(worker: Worker, successor: Worker, report: string): Promise<void> {
    worker.successorReport = report;
    worker.phase = 'starting';
    worker.limit?.cancel();
    worker.limit = undefined;
    candidate = worker;
    former = undefined;
    await Promise.all([worker.release.promise, successor.exited]); // either may still hold the sockets
    worker.release = Promise.withResolvers();
    if (isStarting(worker)) worker.process.send({ type: 'start' });
  }

  /** What has not booted has no requests to finish, and only takes time from the one that is to boot. */
  function discard(worker: Worker): void {
    worker.phase = 'leaving';
    worker.process.kill();
  }

  function end(worker: Worker): void {
    leave(worker, 'end');
  }

  function leave(worker: Worker, order: 'stop' | 'end'): void {
    worker.phase = 'leaving';
    worker.process.send({ type: order });
    worker.limit ??= clock.setTimeout(() => worker.process.kill(), DRAIN_LIMIT_MS);
  }

  function lose(worker: Worker, report: string): void {
    const isSuccessor = worker.phase === 'starting';
    worker.phase = 'gone';
    if (worker === serving) serving = undefined;
    if (worker === candidate) candidate = undefined;
    if (stopped) return;
    if (isSuccessor && former !== undefined) {
      void giveBack(former, worker, report);
      return;
    }
    reporter.failed(worker.successorReport === undefined ? report : `${worker.successorReport}\n${report}`, serving !== undefined);
    resume();
  }

  function resume(): void {
    const next = postponed;
    postponed = undefined;
    if (next !== undefined) restart(next.change);
  }

  async function stop(): Promise<void> {
    stopped = true;
    for (const worker of workers) end(worker);
    await Promise.all([...workers].map(({ exited }) => exited));
  }

  return { restart, stop };
}

/** Much may have happened to a worker while others were waited for. */
function isStarting({ phase }: Worker): boolean {
  return phase === 'starting';
}

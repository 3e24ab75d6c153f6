/**
 * The process in which `oxidite dev` runs the application. It boots at once and serves when it is told that nobody else
 * does any more. It ends with its parent, however the parent ends.
 */
import { createSystemClock } from '@oxidite/kernel';
import { type Application, openApplication } from '../application/application.ts';
import { collectBanner } from '../application/banner.ts';
import { createCommandLogger } from '../application/command-logger.ts';
import { formatError } from '../print/error-report.ts';
import { EXIT_CODES } from '../process/exit-codes.ts';
import type { Host, ParentChannel } from '../process/host.ts';
import { isDebug } from '../session.ts';
import { isParentMessage, type WorkerMessage } from './dev-messages.ts';
import { trackModules } from './module-tracker.ts';

/** How often it is looked whether the application still listens, in milliseconds. */
const POLL_MS = 5;

/** How long the application may take to stop when the parent is gone, in milliseconds. */
const ORPHAN_GRACE_MS = 2_000;

/** The resources of a server that listens. */
const LISTENING = ['TCPServerWrap', 'PipeServerWrap'];

/** Runs the application under the parent's orders; resolves with the exit code when it is stopped. */
export async function runDevWorker(host: Host): Promise<number> {
  const { parent } = host;
  if (parent === undefined) {
    host.stderr.write('This is an inner part of "oxidite dev". Run that instead.\n');
    return EXIT_CODES.usage;
  }
  const modules = trackModules();
  const clock = createSystemClock();
  const send = (message: WorkerMessage): Promise<void> => parent.send(message);
  const fail = async (error: unknown): Promise<number> => {
    await send({ type: 'failed', modules: modules.list(), report: formatError(error, isDebug(host.env)) });
    return EXIT_CODES.failure;
  };
  let application: Application | undefined;
  const ordered = listenToParent(parent, () => {
    clock.setTimeout(() => host.exit(EXIT_CODES.failure), ORPHAN_GRACE_MS);
    void application?.kernel
      .stop()
      .catch(() => undefined)
      .finally(() => host.exit(EXIT_CODES.failure));
    if (application === undefined) host.exit(EXIT_CODES.failure);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) host.onSignal(signal, () => undefined); // Ctrl-C reaches the whole group; the parent decides
  const { promise: crashed, reject: crash } = Promise.withResolvers<never>();
  crashed.catch(() => undefined);
  host.onCrash(crash);

  const work = async (): Promise<number> => {
    const logger = createCommandLogger({ write: (line) => host.stderr.write(line), clock, env: host.env, level: 'info', readable: true });
    application = await openApplication(host, clock, logger);
    const { kernel } = application;
    await kernel.boot();
    await send({ type: 'booted', modules: modules.list(), bootMs: kernel.describe().bootMs });
    if ((await ordered()) === 'start') {
      await kernel.start();
      await send({ type: 'running', modules: modules.list(), banner: collectBanner(application) });
      await ordered();
    }
    const poll = clock.setInterval(() => {
      if (host.listActiveResources().some((resource) => LISTENING.includes(resource))) return;
      poll.cancel();
      void send({ type: 'released' });
    }, POLL_MS);
    await kernel.stop();
    poll.cancel();
    return EXIT_CODES.ok;
  };
  try {
    return await Promise.race([work(), crashed]);
  } catch (error) {
    return await fail(error);
  }
}

/** Returns a function that waits for the parent's next order. */
function listenToParent(parent: ParentChannel, onOrphaned: () => void): () => Promise<'start' | 'stop'> {
  const orders: ('start' | 'stop')[] = [];
  let waiting: ((order: 'start' | 'stop') => void) | undefined;
  parent.onMessage((message) => {
    if (!isParentMessage(message)) return;
    if (waiting === undefined) orders.push(message.type);
    else waiting(message.type);
    waiting = undefined;
  });
  parent.onDisconnect(onOrphaned);
  return () => {
    const order = orders.shift();
    return order === undefined ? new Promise((resolve) => (waiting = resolve)) : Promise.resolve(order);
  };
}

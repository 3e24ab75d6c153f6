/**
 * The process in which `oxidite dev` runs the application. It boots at once and serves when it is told that nobody else
 * does any more. It stays until its successor serves, to take over again when that cannot. It ends with its parent,
 * however the parent ends.
 */
import { createSystemClock } from '@oxidite/kernel';
import { type Application, openApplication } from '../application/application.ts';
import { collectBanner } from '../application/banner.ts';
import { createCommandLogger } from '../application/command-logger.ts';
import { formatError } from '../print/error-report.ts';
import { EXIT_CODES } from '../process/exit-codes.ts';
import type { Host, ParentChannel } from '../process/host.ts';
import { isDebug } from '../session.ts';
import { isParentMessage, type ParentMessage, type WorkerMessage } from './dev-messages.ts';
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

  const open = (): Promise<Application> => {
    const logger = createCommandLogger({ write: (line) => host.stderr.write(line), clock, env: host.env, level: 'info', readable: true });
    return openApplication(host, clock, logger);
  };
  const release = async ({ kernel }: Application): Promise<void> => {
    const poll = clock.setInterval(() => {
      if (host.listActiveResources().some((resource) => LISTENING.includes(resource))) return;
      poll.cancel();
      void send({ type: 'released' });
    }, POLL_MS);
    await kernel.stop().finally(() => poll.cancel());
    await send({ type: 'released' });
  };
  const work = async (): Promise<number> => {
    application = await open();
    await application.kernel.boot();
    await send({ type: 'booted', modules: modules.list(), bootMs: application.kernel.describe().bootMs });
    const releases: Promise<void>[] = [];
    let order = await ordered();
    while (order === 'start') {
      await application.kernel.start();
      await send({ type: 'running', modules: modules.list(), banner: collectBanner(application) });
      order = await ordered();
      releases.push(release(application)); // its last requests may take their time, whatever is ordered next
      if (order === 'stop') order = await ordered();
      if (order === 'start') application = await open(); // of the modules that this process has in memory
    }
    await Promise.all([...releases, application.kernel.stop()]);
    return EXIT_CODES.ok;
  };
  try {
    return await Promise.race([work(), crashed]);
  } catch (error) {
    return await fail(error);
  }
}

/** Returns a function that waits for the parent's next order. */
function listenToParent(parent: ParentChannel, onOrphaned: () => void): () => Promise<ParentMessage['type']> {
  const orders: ParentMessage['type'][] = [];
  let waiting: ((order: ParentMessage['type']) => void) | undefined;
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

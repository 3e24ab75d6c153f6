/** Starts servers as processes of their own, and ends them. */
import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 50;

/** The address on which everything listens. */
export const HOST = '127.0.0.1';

/** Below the ports that systems choose for clients: a server must not find its port taken by a connection of an earlier one. */
export const FIRST_PORT = 21_000;

const canPin = availableParallelism() > 1 && hasTaskset();

/** Binds a command to a core, where `taskset` is there and there is more than one. */
export function pinned(core: number, command: readonly string[]): [string, ...string[]] {
  return (canPin ? ['taskset', '-c', String(core), ...command] : [...command]) as [string, ...string[]]; // a command has a name
}

/** Starts a server, with PORT and HOST in its environment. */
export function startServer(command: readonly [string, ...string[]], port: number, options: SpawnOptions = {}): ChildProcess {
  const [name, ...args] = command;
  const env = { ...process.env, PORT: String(port), HOST, NODE_ENV: 'production', ...options.env };
  return spawn(name, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options, env });
}

/**
 * Waits until a server answers.
 * @throws {Error} when it ends, or does not answer in time.
 */
export async function waitUntilReady(child: ChildProcess, server: string, url: string): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server "${server}" ended with code ${child.exitCode} before it answered.`);
    const isReady = await fetch(url).then(
      (response) => response.text().then(() => true),
      () => false,
    );
    if (isReady) return;
    if (performance.now() > deadlineMs) throw new Error(`The server "${server}" did not answer within ${START_TIMEOUT_MS} ms.`);
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}

/** Ends a server at once, and waits until it is gone. */
export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

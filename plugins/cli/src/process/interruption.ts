/**
 * What Ctrl-C and SIGTERM do: the first asks the command to end, through an `AbortSignal`; the second ends the process at
 * once, because a command that does not listen must not keep the user.
 */
import type { Clock } from '@oxidite/kernel';
import { CommandInterruptedError } from '../errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { EndingSignal, Host } from './host.ts';

/** How long a command may take to end before the user is told how to end it, in milliseconds. */
const HINT_AFTER_MS = 1_000;

/** The interruption of one command. */
export interface Interruption {
  /** Aborts with a {@link CommandInterruptedError}. */
  readonly signal: AbortSignal;
  /** The error for what has happened, or `undefined` while nothing has. */
  readonly error: CommandInterruptedError | undefined;
  /** Stops listening. */
  dispose(): void;
}

/** Starts to listen for the signals. */
export function watchInterruption(host: Pick<Host, 'env' | 'onSignal' | 'exit' | 'stderr'>, clock: Pick<Clock, 'setTimeout'>): Interruption {
  const isWorker = host.env['OXIDITE_WORKER'] !== undefined;
  const controller = new AbortController();
  let error: CommandInterruptedError | undefined;
  let hint: { cancel(): void } | undefined;
  const interrupt = (signal: EndingSignal): void => {
    if (error !== undefined) {
      if (isWorker) return; // who watches over it ends it when its time is up
      host.exit(EXIT_CODES.SIGINT);
      return;
    }
    error = new CommandInterruptedError(signal);
    hint = clock.setTimeout(() => host.stderr.write('Stopping; press Ctrl-C again to end at once.\n'), HINT_AFTER_MS);
    controller.abort(error);
  };
  // Ctrl-C reaches every process of a terminal; a worker leaves it to the process that watches over it.
  const removals = (['SIGINT', 'SIGTERM'] as const).map((signal) =>
    host.onSignal(signal, isWorker && signal === 'SIGINT' ? () => undefined : () => interrupt(signal)),
  );
  return {
    signal: controller.signal,
    get error() {
      return error;
    },
    dispose: () => {
      hint?.cancel();
      for (const remove of removals) remove();
    },
  };
}

/** The process, as the command line sees it. No other file of this package touches `process`; tests pass a host of their own. */
import { createInterface } from 'node:readline/promises';
import type { Env } from '@oxidite/kernel';
import type { OutputStreams } from '../declare/output.ts';

/** The signals that end a command. */
export type EndingSignal = 'SIGINT' | 'SIGTERM';

/** The channel to the process that started this one. */
export interface ParentChannel {
  /** Resolves when the message has left, or cannot leave because the parent is gone. */
  send(message: unknown): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
  /** Runs `listener` when the parent is gone. */
  onDisconnect(listener: () => void): void;
}

/** A process. */
export interface Host extends OutputStreams {
  /** What follows `oxidite` on the command line. */
  readonly argv: readonly string[];
  /** The current directory. */
  readonly directory: string;
  readonly env: Env;
  /** The version of this package. */
  readonly version: string;
  /** The version of Node, without `v`. */
  readonly nodeVersion: string;
  /** The script that was run; `dev` starts it again. */
  readonly script: string;
  /** `true` when standard error is a terminal. */
  readonly interactive: boolean;
  /** Asks something that is answered by yes or no; missing where nobody sits at a terminal. */
  readonly confirm?: (question: string) => Promise<boolean>;
  readonly parent: ParentChannel | undefined;
  onSignal(signal: EndingSignal, listener: () => void): () => void;
  /** Runs `listener` on an error that nobody caught, in place of the end of the process. */
  onCrash(listener: (error: unknown) => void): () => void;
  /** Sends what others write to standard output to standard error, so that only {@link Host.stdout} reaches it. */
  reserveStdout(): void;
  /** The kinds of resources that keep the process alive. */
  listActiveResources(): readonly string[];
  /** Ends the process at once. */
  exit(code: number): void;
}

/** Wraps the real process. */
export function createHost(process: NodeJS.Process, version: string): Host {
  const write = process.stdout.write.bind(process.stdout);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error) => tolerateClosedPipe(error));
  return {
    argv: process.argv.slice(2),
    directory: process.cwd(),
    env: process.env,
    version,
    nodeVersion: process.versions.node,
    script: process.argv[1] ?? '',
    interactive: process.stderr.isTTY,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { confirm: (question: string) => confirm(process, question) } : {}),
    stdout: { write: (text) => write(text) },
    stderr: { write: (text) => process.stderr.write(text) },
    parent: process.send === undefined ? undefined : createParentChannel(process),
    onSignal: (signal, listener) => {
      process.on(signal, listener);
      return () => void process.off(signal, listener);
    },
    onCrash: (listener) => {
      process.on('uncaughtException', listener); // unhandled rejections arrive here, too
      return () => void process.off('uncaughtException', listener);
    },
    reserveStdout: () => {
      process.stdout.write = process.stderr.write.bind(process.stderr);
    },
    listActiveResources: () => process.getActiveResourcesInfo(),
    exit: (code) => process.exit(code),
  };
}

function createParentChannel(process: NodeJS.Process): ParentChannel {
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
        else resolve();
      }),
    onMessage: (listener) => void process.on('message', listener),
    onDisconnect: (listener) => {
      if (process.connected) process.once('disconnect', listener);
      else listener(); // it was gone before anyone asked
    },
  };
}

async function confirm({ stdin, stderr }: NodeJS.Process, question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

/** `oxidite … | head` closes our output early; that is no error of ours. */
function tolerateClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

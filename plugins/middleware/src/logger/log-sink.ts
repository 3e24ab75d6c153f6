/**
 * Where the lines of the request log go: to the logger of the application, or, through pino, to a destination of their own.
 * Both have one form, `level`, `time`, `message` and the fields, so that whatever reads the one reads the other.
 */
import { mkdirSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { pino as Pino } from 'pino';
import type { ApplicationContext } from '../application-context.ts';
import { LogDestinationError } from '../errors.ts';
import { findCode } from './describe-error.ts';
import type { LineWriter, RequestLogOptions } from './options.ts';

/** How long lines wait to be written together. */
const FLUSH_MS = 1_000;

/** How much may wait for a destination that takes nothing; what comes then is dropped. */
const MAX_PENDING_BYTES = 16_777_216;

/** Logs are for their owner's eyes, and those of the group. */
const FILE_MODE = 0o640;

/** The levels of the request log. */
export type RequestLogLevel = 'error' | 'info';

/** Writes one line. */
export type LogSink = (level: RequestLogLevel, fields: Readonly<Record<string, unknown>>) => void;

const MESSAGE = 'request';

/**
 * Opens the sink; what was opened is flushed and closed when the plugin is unloaded.
 * @throws {LogDestinationError} when a file cannot be opened.
 */
export function openLogSink({ destination, bufferBytes }: RequestLogOptions, application: ApplicationContext): LogSink {
  if (destination === undefined) {
    const { logger } = application;
    return (level, fields) => logger[level](withoutUndefined(fields), MESSAGE);
  }
  const pino = loadPino();
  const stream =
    typeof destination === 'string' ? openDestination(pino, destination, { bufferBytes, application }) : (destination as Pino.DestinationStream & LineWriter); // pino calls nothing but write()
  const { clock } = application;
  const log = pino(
    {
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":${clock.now()}`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return (level, fields) => log[level](fields, MESSAGE);
}

/** pino takes some time to load, so only those who name a destination load it. */
function loadPino(): typeof Pino {
  return createRequire(import.meta.url)('pino') as typeof Pino;
}

interface DestinationContext {
  readonly bufferBytes: number;
  readonly application: ApplicationContext;
}

function openDestination(pino: typeof Pino, name: string, { bufferBytes, application }: DestinationContext): Pino.DestinationStream {
  const { clock, logger } = application;
  const stream = pino.destination({ fd: openFile(name, application), sync: false, minLength: bufferBytes, maxLength: MAX_PENDING_BYTES });
  let isFailing = false;
  let isBroken = false;
  stream.on('error', (error: unknown) => {
    isBroken ||= findCode(error) === 'EPIPE';
    if (!isFailing) logger.error({ error, destination: name }, 'the request log cannot be written');
    isFailing = true;
  });
  stream.on('write', () => (isFailing = false));
  const timer = clock.setInterval(() => stream.flush(), FLUSH_MS);
  application.onDispose(() => {
    timer.cancel();
    if (isBroken) return undefined; // nobody reads it any more, and pino has given it up
    return new Promise((done) => {
      stream.once('close', done);
      stream.once('error', done);
      stream.end();
    });
  });
  return stream;
}

/** Opened at boot: a log that cannot be written is found out then, and not when it is needed. */
function openFile(name: string, { root }: ApplicationContext): number {
  if (name === 'stdout') return process.stdout.fd;
  if (name === 'stderr') return process.stderr.fd;
  const path = resolve(root, name);
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a', FILE_MODE);
  } catch (error) {
    throw new LogDestinationError(path, error);
  }
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

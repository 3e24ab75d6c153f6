/**
 * The logger every plugin is handed. The kernel defines the interface and a silent default; the command line and
 * logging plugins bring what writes. Fields come first, as in pino, so that messages stay constant and facts stay searchable.
 */

/** The levels, from the least to the most severe. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Facts that go with a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes log lines. */
export interface Logger extends Readonly<Record<LogLevel, (fields: LogFields, message: string) => void>> {
  /** Creates a logger that adds `fields` to each line. */
  child(fields: LogFields): Logger;
}

/** Creates a logger that writes nothing. */
export function createSilentLogger(): Logger {
  return createLogger(() => undefined);
}

/** Creates a {@link Logger} from one function that receives every line. */
export function createLogger(log: (level: LogLevel, fields: LogFields, message: string) => void, bound: LogFields = {}): Logger {
  const writers = LOG_LEVELS.map((level) => [level, (fields: LogFields, message: string) => log(level, { ...bound, ...fields }, message)]);
  return { ...(Object.fromEntries(writers) as Pick<Logger, LogLevel>), child: (fields) => createLogger(log, { ...bound, ...fields }) };
}

/** The logger of an application whose lines are read by machines: one JSON object per line. */
import { createLogger, LOG_LEVELS, type LogFields, type Logger, type LogLevel, toMessage } from '@oxidite/kernel';

/** Options of {@link createJsonLogger}. */
export interface JsonLoggerOptions {
  /** The least level that is written. Default: `info`. */
  readonly level?: LogLevel;
  /** Receives each line, with its line feed. */
  readonly write: (line: string) => void;
  /** Gives the `time` of a line, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Creates a logger that writes one JSON object per line: `level`, `time`, `message` and the fields. */
export function createJsonLogger(options: JsonLoggerOptions): Logger {
  const least = LOG_LEVELS.indexOf(options.level ?? 'info');
  return createLogger((level, fields, message) => {
    if (LOG_LEVELS.indexOf(level) < least) return;
    const head = { level, time: options.now(), message };
    options.write(`${toLine({ ...head, ...fields, ...head }, head)}\n`);
  });
}

/** A line must never end the request that writes it: what JSON cannot hold is left out, and the reason stands in its place. */
function toLine(line: LogFields, head: LogFields): string {
  try {
    return JSON.stringify(line, replaceUnprintable);
  } catch (error) {
    return JSON.stringify({ ...head, unprintable: toMessage(error) });
  }
}

function replaceUnprintable(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const code = 'code' in value ? value.code : undefined;
    return { name: value.name, message: value.message, code, stack: value.stack, cause: value.cause };
  }
  return typeof value === 'bigint' ? value.toString() : value;
}

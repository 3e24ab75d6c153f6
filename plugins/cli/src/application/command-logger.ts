/** The logger an application gets when a command runs it: lines to read on a terminal, JSON everywhere else. */
import { type Clock, createLogger, type Env, LOG_LEVELS, type Logger, type LogLevel, toMessage } from '@oxidite/kernel';
import { formatError } from '../print/error-report.ts';
import { createJsonLogger } from '../print/json-logger.ts';

const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
const CONTROL_IN_LINES = /[^\P{Cc}\n\t]/gu;

/** Options of {@link createCommandLogger}. */
export interface CommandLoggerOptions {
  /** Receives each line, with its line feed. */
  readonly write: (line: string) => void;
  readonly clock: Pick<Clock, 'now'>;
  /** `OXIDITE_LOG_LEVEL` sets the least level that is written. */
  readonly env: Env;
  /** The least level otherwise. */
  readonly level: LogLevel;
  /** Lines for humans instead of JSON. */
  readonly readable: boolean;
}

/** Creates the logger. */
export function createCommandLogger({ write, clock, env, level, readable }: CommandLoggerOptions): Logger {
  const wanted = LOG_LEVELS.find((known) => known === env['OXIDITE_LOG_LEVEL']) ?? level;
  if (!readable) return createJsonLogger({ level: wanted, write, now: () => clock.now() });
  return createLogger((lineLevel, { error, ...fields }, message) => {
    if (LOG_LEVELS.indexOf(lineLevel) < LOG_LEVELS.indexOf(wanted)) return;
    const time = new Date(clock.now()).toISOString().slice(11, 19);
    const known = Object.entries(fields).filter(([, value]) => value !== undefined);
    const facts = known.map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : toText(value)}`);
    const report = error === undefined ? '' : `\n${formatError(error, env['OXIDITE_DEBUG'] !== undefined).replace(CONTROL_IN_LINES, escape)}`;
    write(`${time} ${lineLevel.padEnd(5)} ${`${message}${facts.join('')}`.replace(CONTROL, escape)}${report}\n`);
  });
}

/** What a client sends must neither begin a line of its own nor speak to the terminal. */
function escape(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function toText(value: unknown): string {
  try {
    return value instanceof Error ? value.message : (JSON.stringify(value) ?? String(value));
  } catch (error) {
    return toMessage(error); // bigint, or a circle
  }
}

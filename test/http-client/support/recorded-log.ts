/** A logger that keeps its lines. */
import { createLogger, type LogFields, type Logger, type LogLevel } from '@oxidite/kernel';

/** One line. */
export interface LoggedLine {
  readonly level: LogLevel;
  readonly fields: LogFields;
  readonly message: string;
}

/** Creates a logger and the list of what is logged. */
export function recordLog(): { readonly logger: Logger; readonly lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  return { lines, logger: createLogger((level, fields, message) => void lines.push({ level, fields, message })) };
}

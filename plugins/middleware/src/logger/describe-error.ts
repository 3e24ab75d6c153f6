/** Makes an error fit for a log line: its class, code and stack, and those of its causes. */

const MAX_CAUSES = 4;
const MAX_TEXT = 8_192;

/** An error on a log line. */
export interface LoggedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** Describes anything that was thrown. Never throws, whatever the error does when it is read. */
export function describeError(thrown: unknown, depth = 0): LoggedError {
  try {
    if (!(thrown instanceof Error)) return { name: typeof thrown, message: String(thrown).slice(0, MAX_TEXT) };
    const code = findCode(thrown);
    return {
      name: thrown.name,
      message: thrown.message.slice(0, MAX_TEXT),
      ...(code === undefined ? {} : { code }),
      ...(thrown.stack === undefined ? {} : { stack: thrown.stack.slice(0, MAX_TEXT) }),
      ...(thrown.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeError(thrown.cause, depth + 1) }),
    };
  } catch {
    return { name: 'Error', message: 'the error could not be read' };
  }
}

/** Returns the code of an error, if it has one. */
export function findCode(thrown: unknown): string | undefined {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

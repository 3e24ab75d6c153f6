/** How an error is told to the user: as text for humans, as a document for programs. */
import { OxiditeError, toMessage } from '@oxidite/kernel';

/** The code of errors that carry none. */
const UNEXPECTED = 'UNEXPECTED';

/** The form of an error under `--json`. */
export interface ErrorDocument {
  readonly error: { readonly code: string; readonly message: string };
}

/** Returns the document that `--json` prints for an error. */
export function toErrorDocument(error: unknown): ErrorDocument {
  return { error: { code: codeOf(toCondition(error)) ?? UNEXPECTED, message: toMessage(error) } };
}

/**
 * Formats an error: the code and message of an Oxidite error, and what it was caused by; of any other error also the
 * first place in the user's own code. With `debug` the stacks are shown.
 */
export function formatError(error: unknown, debug: boolean): string {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (let current = error; current !== undefined && !seen.has(current); current = current instanceof Error ? current.cause : undefined) {
    seen.add(current);
    lines.push(...formatOne(current, lines.join('\n'), debug));
  }
  const foreign = [...seen].some((one) => !(one instanceof OxiditeError));
  if (foreign && !debug) lines.push('Set OXIDITE_DEBUG=1 to see the stack.');
  return lines.join('\n');
}

function formatOne(error: unknown, before: string, debug: boolean): string[] {
  const message = toMessage(error);
  const label = codeOf(toCondition(error)) ?? (error instanceof Error ? error.name : 'Thrown');
  const first = before === '' ? `${label}: ${message}` : `Caused by ${label}: ${message}`;
  const told = before !== '' && before.includes(message); // most messages of Oxidite include their cause's
  const lines = [...sourceOf(error), ...(told && !debug ? [] : [first])];
  if (debug) lines.push(...framesOf(error));
  else if (!(error instanceof OxiditeError)) lines.push(...framesOf(error).filter(isOwnCode).slice(0, 1));
  return lines;
}

/** The innermost Oxidite error of a chain: not that a tap failed is what is looked up, but why. */
function toCondition(error: unknown): unknown {
  const seen = new Set<unknown>();
  let condition = error;
  while (condition instanceof OxiditeError && condition.cause instanceof OxiditeError && !seen.has(condition)) {
    seen.add(condition);
    condition = condition.cause;
  }
  return condition;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Node puts the place and the line of a syntax error before the stack. */
function sourceOf(error: unknown): string[] {
  const [source = '', rest] = error instanceof SyntaxError ? (error.stack ?? '').split('\n\n', 2) : [];
  return rest === undefined ? [] : source.split('\n');
}

function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

/** A frame of neither Node nor a dependency. */
function isOwnCode(frame: string): boolean {
  return !/node:|[\\/]node_modules[\\/]|native|<anonymous>$/.test(frame);
}

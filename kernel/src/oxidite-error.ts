/** The root of every error that Oxidite throws on purpose, and the way to declare one. */

/** A stable code: `OXI_<AREA>_<CONDITION>`; each has a line in docs/errors.md. */
export type ErrorCode = `OXI_${string}`;

/** An error with a stable code. Its message says what failed, what was found and expected, and what to do next. */
export abstract class OxiditeError extends Error {
  /** Identifies the condition; the message may change between versions, the code does not. */
  abstract readonly code: ErrorCode;

  /** @param cause the lower error, if there is one. */
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}

/** The class of one condition: its facts are given to the constructor and stay readable as fields. */
export type ErrorClass<Code extends ErrorCode, Facts> = new (facts: Facts, cause?: unknown) => OxiditeError & Readonly<Facts> & { readonly code: Code };

/**
 * Defines the class of one condition, to be extended under its name:
 * `class QueueFullError extends defineError('OXI_QUEUE_FULL', ({ size }: { size: number }) => `…`) {}`.
 * @param toText writes the message from the facts and the lower error.
 */
export function defineError<const Code extends ErrorCode, Facts extends object>(
  code: Code,
  toText: (facts: Facts, cause: unknown) => string,
): ErrorClass<Code, Facts> {
  class DefinedError extends OxiditeError {
    readonly code = code;

    constructor(facts: Facts, cause?: unknown) {
      super(toText(facts, cause), cause);
      Object.assign(this, facts);
    }
  }
  return DefinedError as unknown as ErrorClass<Code, Facts>; // TypeScript does not see what Object.assign adds
}

/** Facts that are names or texts. */
export type TextFacts<Name extends string> = Readonly<Record<Name, string>>;

/** Returns the message of anything that was thrown. */
export function toMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * Says why something failed and what to do: `no database. Check the options.` An error of Oxidite says itself what to
 * do, so nothing is added to it.
 */
export function toReason(cause: unknown, remedy: string): string {
  const message = toMessage(cause);
  if (cause instanceof OxiditeError) return message;
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${remedy}`;
}

/** Lines of a list inside a message. */
export function toLines(items: readonly string[]): string {
  return items.map((item) => `\n  - ${item}`).join('');
}

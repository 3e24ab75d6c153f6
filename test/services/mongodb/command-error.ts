/** Errors with the codes and names of MongoDB. Source: mongo/src/mongo/base/error_codes.yml */
import type { Document } from './values/document.ts';

const CODES = {
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  CursorNotFound: 43,
  NamespaceExists: 48,
  CommandNotFound: 59,
  ImmutableField: 66,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  ConversionFailure: 241,
  NoSuchTransaction: 251,
  OperationNotSupportedInTransaction: 263,
  DuplicateKey: 11_000,
} as const satisfies Readonly<Record<string, number>>;

/** A command that failed; inside a list of writes, one of them. */
export class CommandError extends Error {
  readonly codeName: keyof typeof CODES;
  readonly code: number;
  /** Further fields of the answer. */
  readonly details: Document;

  constructor(codeName: keyof typeof CODES, message: string, details: Document = {}) {
    super(message);
    this.codeName = codeName;
    this.code = CODES[codeName];
    this.details = details;
  }
}

/** Creates what a transaction fails with when another one has written first; its client may run it again. */
export function writeConflict(): CommandError {
  return new CommandError(
    'WriteConflict',
    'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
    {
      errorLabels: ['TransientTransactionError'],
    },
  );
}

/** Creates what a command fails with whose transaction is over. */
export function noSuchTransaction(number: unknown): CommandError {
  return new CommandError('NoSuchTransaction', `Given transaction number ${String(number)} does not match any in-progress transactions.`, {
    errorLabels: ['TransientTransactionError'],
  });
}

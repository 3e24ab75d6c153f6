/** A command with what it needs to be run, and the reading of its fields. */
import type { Scram } from './authentication/scram.ts';
import { CommandError } from './command-error.ts';
import type { Catalog } from './storage/catalog.ts';
import type { Cursors } from './storage/cursors.ts';
import type { Sessions } from './storage/sessions.ts';
import type { Transaction } from './storage/transaction.ts';
import { type Document, isDocument } from './values/document.ts';
import { isBsonNumber } from './values/exact-number.ts';

/** What all connections share. */
export interface ServerState {
  /** Where it is, as `hello` says: `127.0.0.1:27017`. */
  readonly address: string;
  /** Whether it is no replica set. */
  readonly isAlone: boolean;
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  readonly sessions: Sessions;
  /** The only user; without one everybody may do everything. */
  readonly user: User | undefined;
}

/** A user. */
export interface User {
  readonly name: string;
  readonly password: string;
}

/** What a connection knows of its client. */
export interface Connection {
  readonly id: number;
  isAuthenticated: boolean;
  scram: Scram | undefined;
}

/** A command that is to be run. */
export interface Request {
  readonly command: Document;
  readonly name: string;
  readonly database: string;
  readonly state: ServerState;
  readonly connection: Connection;
  readonly transaction: Transaction | undefined;
}

/** Runs a command and returns its answer. */
export type CommandHandler = (request: Request) => Document | Promise<Document>;

/** Returns the namespace that a command is about. */
export function namespaceOf({ command, name, database }: Request): string {
  const collection = command[name];
  if (typeof collection !== 'string') throw new CommandError('TypeMismatch', `The field "${name}" has to name a collection.`);
  return `${database}.${collection}`;
}

/** Reads a document; an empty one when the field is not there. */
export function readDocument(from: Document, field: string): Document {
  const value = from[field] ?? {};
  if (isDocument(value)) return value;
  throw new CommandError('TypeMismatch', `The field "${field}" has to be an object.`);
}

/** Reads a list of documents; an empty one when the field is not there. */
export function readDocuments(from: Document, field: string): readonly Document[] {
  const value = from[field] ?? [];
  if (Array.isArray(value) && value.every(isDocument)) return value;
  throw new CommandError('TypeMismatch', `The field "${field}" has to be an array of objects.`);
}

/** Reads a number; `undefined` when the field is not there. */
export function readNumber(from: Document, field: string): number | undefined {
  const value = from[field] ?? undefined;
  if (value === undefined) return undefined;
  if (isBsonNumber(value)) return Number(value.toString());
  throw new CommandError('TypeMismatch', `The field "${field}" has to be a number.`);
}

/**
 * The lock: what an API was when somebody last agreed to it, with the breaking changes that were accepted and why. One file
 * for each application, under version control; `oxidite openapi --check` compares the API with it.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { OpenApiDocument } from '../document/openapi-document.ts';
import { LockInvalidError } from '../errors.ts';
import type { ApiChange } from './api-change.ts';
import { toCanonical, toCanonicalJson } from './canonical-json.ts';
import { UNVERSIONED, type VersionedDocuments } from './compare-documents.ts';

/** The form of the file. */
const FORMAT = 1;

/** A breaking change that somebody accepted. */
export interface AcceptedChange {
  readonly rule: string;
  readonly pointer: string;
  /** The version of the API, where it has any. */
  readonly version?: string | undefined;
  readonly reason: string;
  /** The day, in UTC: `2026-11-22`. */
  readonly date: string;
}

/** What a lock holds. */
export interface OpenApiLock {
  readonly documents: VersionedDocuments;
  /** The oldest first. */
  readonly accepted: readonly AcceptedChange[];
}

const Document = z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.record(z.string(), z.unknown()), components: z.looseObject({}) });
const LockFile = z.object({
  lock: z.literal(FORMAT),
  documents: z.record(z.string(), Document),
  accepted: z.array(z.object({ rule: z.string(), pointer: z.string(), version: z.string().optional(), reason: z.string(), date: z.string() })),
});

/** Makes the documents of a lock. */
export function toLockedDocuments(versions: readonly string[], getDocument: (version: string | undefined) => OpenApiDocument): VersionedDocuments {
  const documents = versions.length === 0 ? [[UNVERSIONED, getDocument(undefined)]] : versions.map((version) => [version, getDocument(version)]);
  return toCanonical(Object.fromEntries(documents)) as VersionedDocuments; // the same documents in another order
}

/**
 * Reads a lock; `undefined` when there is none.
 * @throws {LockInvalidError} when it is none of ours, or a conflict of branches was left in it.
 */
export function readLock(file: string): OpenApiLock | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new LockInvalidError({ file, problem: String(error) }, error);
  }
  if (/^(?:<{7}|>{7}) /m.test(text)) throw new LockInvalidError({ file, problem: 'it holds an unresolved merge conflict' });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new LockInvalidError({ file, problem: 'it is not JSON' }, error);
  }
  const parsed = LockFile.safeParse(json);
  if (!parsed.success) throw new LockInvalidError({ file, problem: `it is no lock of format ${FORMAT}` }, parsed.error);
  const { documents, accepted } = parsed.data;
  return { documents: documents as unknown as VersionedDocuments, accepted }; // written by formatLock; the comparison expects no more than this
}

/** Formats a lock: the same text on every machine. */
export function formatLock({ documents, accepted }: OpenApiLock): string {
  return toCanonicalJson({ lock: FORMAT, documents, accepted });
}

/** Adds the breaking changes to those that were accepted. */
export function acceptChanges(
  accepted: readonly AcceptedChange[],
  changes: readonly ApiChange[],
  { reason, date }: Pick<AcceptedChange, 'reason' | 'date'>,
): AcceptedChange[] {
  const added = changes.map(({ rule, pointer, version }) => ({ rule, pointer, ...(version === undefined ? {} : { version }), reason, date }));
  return [...accepted, ...added];
}

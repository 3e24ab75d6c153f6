/** Results that are fetched in several parts. */
import { Long } from 'bson';
import { CommandError } from '../command-error.ts';
import type { Document } from '../values/document.ts';

/** How many documents the first part has when the client does not say, as in MongoDB. */
const FIRST_BATCH = 101;
/** How many a further part has: MongoDB fills 16 MB, which fewer documents than these never need. */
const NEXT_BATCH = 1_000;

/** What a client wants of a result. */
export interface Batch {
  readonly namespace: string;
  readonly size?: number | undefined;
  /** Leaves out what does not fit into the first part. */
  readonly isSingle?: boolean;
}

/** The results of which clients have read a part. */
export class Cursors {
  readonly #rests = new Map<string, Document[]>();
  #last = 0;

  /** Answers with the first part of a result. */
  open(documents: readonly Document[], { namespace, size = FIRST_BATCH, isSingle = false }: Batch): Document {
    const rest = documents.slice(size);
    const id = rest.length === 0 || isSingle ? 0 : ++this.#last;
    if (id !== 0) this.#rests.set(String(id), rest);
    return { cursor: { firstBatch: documents.slice(0, size), id: Long.fromNumber(id), ns: namespace } };
  }

  /** Answers with the next part. @throws {CommandError} `CursorNotFound` */
  read(id: string, { namespace, size }: Batch): Document {
    const rest = this.#rests.get(id);
    if (rest === undefined) throw new CommandError('CursorNotFound', `cursor id ${id} not found`);
    const nextBatch = rest.splice(0, size === undefined || size === 0 ? NEXT_BATCH : size);
    if (rest.length === 0) this.#rests.delete(id);
    return { cursor: { nextBatch, id: Long.fromString(rest.length === 0 ? '0' : id), ns: namespace } };
  }

  /** Forgets a result. Returns whether it was there. */
  close(id: string): boolean {
    return this.#rests.delete(id);
  }
}

/**
 * The messages of the wire protocol: OP_MSG, and OP_QUERY for the first `hello` of a driver. No compression.
 * Source: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
import { type Document, fromDocument, toDocument } from '../values/document.ts';

const OP_REPLY = 1;
const OP_QUERY = 2_004;
const OP_MSG = 2_013;
const HEADER_BYTES = 16;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** A message of a client. */
export interface Message {
  readonly requestId: number;
  readonly command: Document;
  /** Whether the client waits for an answer. */
  readonly wantsReply: boolean;
  readonly isLegacy: boolean;
}

/** Splits what came over a socket into whole messages; returns what is left of the next one. */
export function splitMessages(bytes: Buffer, onMessage: (message: Buffer) => void): Buffer {
  let rest = bytes;
  while (rest.length >= HEADER_BYTES && rest.length >= rest.readInt32LE(0)) {
    const length = rest.readInt32LE(0);
    onMessage(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return rest;
}

/** Reads a message. @throws {Error} when it is of another kind. */
export function parseMessage(bytes: Buffer): Message {
  const requestId = bytes.readInt32LE(4);
  const operation = bytes.readInt32LE(12);
  if (operation === OP_QUERY) {
    const start = bytes.indexOf(0, 20) + 1 + 8;
    return { requestId, command: { ...toDocument(bytes.subarray(start)), $db: 'admin' }, wantsReply: true, isLegacy: true };
  }
  if (operation !== OP_MSG) throw new Error(`The server of the tests reads no messages of kind ${operation}.`);
  const flags = bytes.readUInt32LE(16);
  const end = bytes.length - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : 4);
  return { requestId, command: readSections(bytes.subarray(20, end)), wantsReply: (flags & MORE_TO_COME) === 0, isLegacy: false };
}

/** Writes the answer to a message. */
export function writeReply({ requestId, isLegacy }: Message, answer: Document): Buffer {
  const body = fromDocument(answer);
  const header = Buffer.alloc(isLegacy ? 36 : 21);
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(isLegacy ? OP_REPLY : OP_MSG, 12);
  if (isLegacy) header.writeInt32LE(1, 32); // the number of documents
  return Buffer.concat([header, body]);
}

/** A body, and lists of documents that belong into it under a name. */
function readSections(bytes: Buffer): Document {
  let body: Document = {};
  const lists: Record<string, Document[]> = {};
  for (let offset = 0; offset < bytes.length;) {
    const start = offset + 1;
    const end = start + bytes.readInt32LE(start);
    if (bytes[offset] === 0) {
      body = toDocument(bytes.subarray(start, end));
    } else {
      const nameEnd = bytes.indexOf(0, start + 4);
      lists[bytes.toString('utf8', start + 4, nameEnd)] = readDocuments(bytes.subarray(nameEnd + 1, end));
    }
    offset = end;
  }
  return { ...body, ...lists };
}

function readDocuments(bytes: Buffer): Document[] {
  const documents: Document[] = [];
  for (let offset = 0; offset < bytes.length; offset += bytes.readInt32LE(offset)) {
    documents.push(toDocument(bytes.subarray(offset, offset + bytes.readInt32LE(offset))));
  }
  return documents;
}

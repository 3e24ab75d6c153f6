/** Documents as the server holds them: what `bson` reads, with each value in the type that it came in. */
import { BSON } from 'bson';

/** A document. One that is stored is never changed, but replaced. */
export type Document = Readonly<Record<string, unknown>>;

/** Says whether a value is a document and no other value of BSON, which all have classes of their own. */
export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Reads a document out of bytes. */
export function toDocument(bytes: Uint8Array): Document {
  return BSON.deserialize(bytes, { promoteLongs: false, promoteBuffers: false });
}

/** Writes a document into bytes. Fields that are `undefined` are left out. */
export function fromDocument(document: Document): Uint8Array {
  return BSON.serialize(document, { ignoreUndefined: true });
}

/** Returns a copy that shares nothing. */
export function copyDocument(document: Document): Record<string, unknown> {
  return { ...toDocument(fromDocument(document)) };
}

/** Says whether two documents have the same fields, in the same order, of the same types. */
export function isSameDocument(left: Document, right: Document): boolean {
  return Buffer.compare(fromDocument(left), fromDocument(right)) === 0;
}

/** Sets the field at a path, making the documents on its way. */
export function setAtPath(document: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop() ?? path;
  let parent = document;
  for (const part of parts) {
    const child = parent[part];
    // An array is set by index, which is a name like any other.
    const next: Record<string, unknown> = typeof child === 'object' && child !== null ? (child as Record<string, unknown>) : {};
    parent[part] = next;
    parent = next;
  }
  parent[last] = value;
}

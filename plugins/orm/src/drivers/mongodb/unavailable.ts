/** Tells which errors mean that the server cannot be reached, or has no connection free. */

/** Source: mongodb 7, its classes of errors. */
const NAMES = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'PoolClearedOnNetworkError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoNotConnectedError',
]);

/** A server that is being stopped, or is not the primary any more. Source: MongoDB, "Error Codes". */
const CODES = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);
const LONGEST_CHAIN = 5;

/** Tells it. Errors of MikroORM have it as their cause. */
export function isMongoUnavailable(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < LONGEST_CHAIN && current instanceof Error; depth++) {
    const { code, name, constructor } = current as { readonly code?: unknown; readonly name: string; readonly constructor: { readonly name: string } };
    if (NAMES.has(name) || NAMES.has(constructor.name) || (typeof code === 'number' && CODES.has(code))) return true;
    current = current.cause ?? (current as { readonly errorResponse?: unknown }).errorResponse; // the latter is what a bulk write failed with
  }
  return false;
}

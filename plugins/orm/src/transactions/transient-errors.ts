/**
 * Tells which errors go away by themselves: others got in the way, and the same work may succeed when it is run again from
 * its beginning. Sources: PostgreSQL, Appendix A, class 40; MySQL, "Server Error Message Reference"; MariaDB, "Error Codes";
 * SQLite, "Result and Error Codes"; MongoDB, "Error Codes".
 */

const POSTGRESQL = new Set(['40001', '40P01']); // serialization failure, deadlock
/** Deadlock, a lock that was waited for too long, and a row that changed since the snapshot of the transaction. */
const MYSQL = new Set([1213, 1205, 1020]);
/** A lock that was waited for too long, a write conflict, and a transaction that the server has given up. */
const MONGODB = new Set([24, 112, 251]);
/** What PostgreSQL says of a prepared statement whose table has changed; it is prepared anew when it is run again. */
export const STALE_PLAN = 'cached plan must not change result type';
const LONGEST_CHAIN = 10;

/** Tells whether an error, or what caused it, means that running the whole transaction again may help. */
export function isTransient(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < LONGEST_CHAIN && current instanceof Error; depth++) {
    const { code, errno } = current as { readonly code?: unknown; readonly errno?: unknown };
    if (typeof code === 'string' && (POSTGRESQL.has(code) || code.startsWith('SQLITE_BUSY'))) return true;
    if (current.message.includes(STALE_PLAN)) return true;
    if (typeof errno === 'number' && MYSQL.has(errno)) return true;
    if (typeof code === 'number' && MONGODB.has(code)) return true;
    current = current.cause;
  }
  return false;
}

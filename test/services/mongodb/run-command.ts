/** Runs a command: finds its handler and its transaction, and turns what is thrown into an answer. */
import { Binary, Long, Timestamp } from 'bson';
import { CommandError } from './command-error.ts';
import { connectionCommands, OPEN_COMMANDS } from './commands/connection-commands.ts';
import { readCommands } from './commands/read-commands.ts';
import { schemaCommands } from './commands/schema-commands.ts';
import { writeCommands } from './commands/write-commands.ts';
import type { CommandHandler, Connection, Request, ServerState } from './request.ts';
import type { TransactionName } from './storage/sessions.ts';
import { type Document, isDocument } from './values/document.ts';

const COMMANDS = new Map<string, CommandHandler>(Object.entries({ ...connectionCommands, ...readCommands, ...writeCommands, ...schemaCommands }));

/** Drivers that are older write some names in lower case. */
const ALIASES: Readonly<Record<string, string>> = { findandmodify: 'findAndModify', buildinfo: 'buildInfo', collstats: 'collStats', dbstats: 'dbStats' };

/** What a transaction may do. */
const TRANSACTION_COMMANDS = new Set([
  'find',
  'aggregate',
  'distinct',
  'count',
  'getMore',
  'killCursors',
  'insert',
  'update',
  'delete',
  'findAndModify',
  'create',
  'createIndexes',
]);

/** Runs a command for a connection. It never rejects. */
export async function runCommand(command: Document, state: ServerState, connection: Connection): Promise<Document> {
  try {
    return { ...(await dispatch(command, state, connection)), ok: 1, ...toTimes() };
  } catch (error) {
    if (!(error instanceof CommandError))
      return { ok: 0, code: 1, codeName: 'InternalError', errmsg: String(error instanceof Error ? error.stack : error), ...toTimes() };
    return { ok: 0, code: error.code, codeName: error.codeName, errmsg: error.message, ...error.details, ...toTimes() };
  }
}

async function dispatch(command: Document, state: ServerState, connection: Connection): Promise<Document> {
  const [field = ''] = Object.keys(command);
  const alias = ALIASES[field];
  const name = alias ?? field;
  if (state.user !== undefined && !connection.isAuthenticated && !OPEN_COMMANDS.has(name)) {
    throw new CommandError('Unauthorized', `Command ${name} requires authentication`);
  }
  const named = findTransactionName(command);
  if (named !== undefined && state.isAlone)
    throw new CommandError('IllegalOperation', 'Transaction numbers are only allowed on a replica set member or mongos');
  if (name === 'commitTransaction' || name === 'abortTransaction') return endTransaction(name, state, named);
  const handler = COMMANDS.get(name);
  if (handler === undefined) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
  const request: Request = {
    command: alias === undefined ? command : { ...command, [name]: command[field] },
    name,
    database: typeof command['$db'] === 'string' ? command['$db'] : 'admin',
    state,
    connection,
    transaction: undefined,
  };
  return named === undefined ? handler(request) : runInTransaction(handler, request, named);
}

/** A transaction is over as soon as one of its commands or writes fails. */
async function runInTransaction(handler: CommandHandler, request: Request, named: TransactionName): Promise<Document> {
  const { sessions } = request.state;
  const transaction = request.command['startTransaction'] === true ? sessions.begin(named) : sessions.get(named);
  try {
    if (!TRANSACTION_COMMANDS.has(request.name)) {
      throw new CommandError('OperationNotSupportedInTransaction', `Cannot run '${request.name}' in a multi-document transaction.`);
    }
    const answer = await handler({ ...request, transaction });
    if ('writeErrors' in answer) sessions.end(named.session);
    return answer;
  } catch (error) {
    sessions.end(named.session);
    throw error;
  }
}

function endTransaction(name: 'commitTransaction' | 'abortTransaction', { sessions }: ServerState, named: TransactionName | undefined): Document {
  if (named === undefined) throw new CommandError('BadValue', `${name} must be run within a transaction`);
  if (name === 'commitTransaction') sessions.commit(named);
  else sessions.abort(named);
  return {};
}

/** Reads which transaction a command belongs to. A number without `autocommit` is only for writes that may be sent twice. */
function findTransactionName({ lsid, txnNumber, autocommit }: Document): TransactionName | undefined {
  if (autocommit !== false || !isDocument(lsid) || !(lsid['id'] instanceof Binary)) return undefined;
  return { session: lsid['id'].toString('hex'), number: String(txnNumber) };
}

function toTimes(): Document {
  const clusterTime = new Timestamp({ t: Math.floor(Date.now() / 1_000), i: 1 });
  return { operationTime: clusterTime, $clusterTime: { clusterTime, signature: { hash: new Binary(Buffer.alloc(20)), keyId: Long.ZERO } } };
}

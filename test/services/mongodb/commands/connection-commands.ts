/** Commands about the server and the connection: how a driver finds out whom it talks to, and logs in. */
import { Binary } from 'bson';
import { Scram } from '../authentication/scram.ts';
import { CommandError } from '../command-error.ts';
import { type CommandHandler, readDocuments, type Request } from '../request.ts';
import type { Document } from '../values/document.ts';

/** The version that it poses as, and what drivers take from it. */
const VERSION = { version: '8.0.0', versionArray: [8, 0, 0, 0] };
const MAX_WIRE_VERSION = 25;

/** The commands that need no login. */
export const OPEN_COMMANDS: ReadonlySet<string> = new Set(['hello', 'isMaster', 'ismaster', 'ping', 'buildInfo', 'saslStart', 'saslContinue']);

/** The commands by their names. */
export const connectionCommands: Readonly<Record<string, CommandHandler>> = {
  hello: sayHello,
  isMaster: sayHello,
  ismaster: sayHello,
  ping: () => ({}),
  buildInfo: () => VERSION,
  endSessions: ({ command, state }) => {
    for (const { id } of readDocuments(command, 'endSessions')) if (id instanceof Binary) state.sessions.end(id.toString('hex'));
    return {};
  },
  saslStart: ({ command, state, connection }) => {
    if (state.user === undefined || command['mechanism'] !== 'SCRAM-SHA-256') throw new CommandError('AuthenticationFailed', 'Authentication failed.');
    connection.scram = new Scram(readPayload(command), state.user);
    return toSaslReply(connection.scram.challenge, false);
  },
  saslContinue: ({ command, connection }) => {
    const { scram } = connection;
    if (scram === undefined) throw new CommandError('AuthenticationFailed', 'Authentication failed.');
    connection.scram = undefined;
    const reply = connection.isAuthenticated ? '' : scram.verify(readPayload(command));
    connection.isAuthenticated = true;
    return toSaslReply(reply, true);
  },
};

/** Answers as the primary of a replica set of one, unless it is to be alone, without transactions. */
function sayHello({ command, state: { address, isAlone, user }, connection }: Request): Document {
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    secondary: false,
    ...(isAlone ? {} : { setName: 'rs0', setVersion: 1, hosts: [address], primary: address, me: address }),
    maxBsonObjectSize: 16 * 1_024 ** 2,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
    ...(user !== undefined && command['saslSupportedMechs'] !== undefined ? { saslSupportedMechs: ['SCRAM-SHA-256'] } : {}),
  };
}

function readPayload({ payload }: Document): string {
  if (payload instanceof Binary) return Buffer.from(payload.value()).toString('utf8');
  throw new CommandError('TypeMismatch', 'The field "payload" has to be binary.');
}

function toSaslReply(payload: string, done: boolean): Document {
  return { conversationId: 1, done, payload: new Binary(Buffer.from(payload)) };
}

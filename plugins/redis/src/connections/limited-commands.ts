/**
 * Puts limits around the commands of a client of ioredis, whose own come short: a command that it gave up may still be sent
 * later, and one that was under way when the connection broke may never end. Here, each command
 *
 * - ends in its time, or when nobody waits for it any more (the ambient signal), and is then not sent any more;
 * - waits for a lost connection to come back, but not for one that stays away;
 * - is never sent twice: what was under way when the connection broke fails, because it may have been carried out.
 */
import { ambientSignal, type Clock, OxiditeError, toMessage } from '@oxidite/plugin-sdk';
import type { Redis } from 'ioredis';
import { RedisClosedError, RedisTimeoutError, RedisUnavailableError } from '../errors.ts';
import type { ConnectionSettings } from './connection-settings.ts';

type Command = Parameters<Redis['sendCommand']>[0];

interface Pending {
  isSent: boolean;
  /** How many answers had come when it was sent. */
  answersBefore: number;
  readonly isBlocking: boolean;
}

/** The limits of one client. */
export interface CommandLimits {
  /** Ends all commands, and lets no more of them through, but for the one that says good-bye. */
  close(): void;
}

/** Commands that wait on the server by themselves. */
const BLOCKING = /^(?:b[lz]m?pop(?:min|max)?|brpop(?:lpush)?|blmovem?|bzm?pop(?:min|max)?|xread(?:group)?|wait(?:aof)?)$/;

/** What ioredis sends before the connection is ready. */
const HANDSHAKE: ReadonlySet<string> = new Set(['auth', 'client', 'hello', 'info', 'readonly', 'select']);

/** Limits all commands of a client, its pipelines and scripts included. */
export function limitCommands(client: Redis, settings: ConnectionSettings, clock: Clock): CommandLimits {
  const { address, commandTimeoutMs, maxRetriesPerRequest } = settings;
  const pending = new Map<Command, Pending>();
  const send = client.sendCommand.bind(client);
  let answers = 0;
  let failures = 0; // since the connection was there: first its loss, then the failed attempts
  let isClosed = false;

  const isAway = (): boolean => failures > maxRetriesPerRequest;
  const canSend = ({ name }: Command): boolean =>
    client.stream?.writable && (client.status === 'ready' || (client.status === 'connect' && HANDSHAKE.has(name)));
  const unavailable = (reason: string, cause?: unknown): Error => new RedisUnavailableError({ address, reason }, cause);

  client.sendCommand = (command, stream) => {
    if (command.isSettled) return command.promise; // it was given up while it waited for the connection
    if (!pending.has(command)) watch(command);
    if (command.isSettled) return command.promise;
    const entry = pending.get(command);
    if (entry !== undefined) [entry.isSent, entry.answersBefore] = [canSend(command), answers];
    return send(command, stream);
  };

  client.on('ready', () => (failures = 0));
  client.on('close', () => {
    failures += 1;
    for (const [command, { isSent, isBlocking }] of pending) {
      if (isSent) command.reject(unavailable('the connection broke, and whether the command was carried out is not known'));
      else if (isAway() && !isBlocking) command.reject(unavailable('there is no connection'));
    }
  });

  function watch(command: Command): void {
    const isBlocking = BLOCKING.test(command.name);
    if (isClosed && command.name !== 'quit') return command.reject(new RedisClosedError({ address }));
    if (isAway() && !isBlocking && !canSend(command)) return command.reject(unavailable('there is no connection'));
    const signal = ambientSignal();
    if (signal?.aborted === true) return command.reject(signal.reason);

    const { resolve, reject } = command;
    const entry: Pending = { isSent: false, answersBefore: answers, isBlocking };
    const end = (): void => {
      pending.delete(command);
      timer?.cancel();
      signal?.removeEventListener('abort', leave);
    };
    const leave = (): void => {
      end();
      reject(signal?.reason);
    };
    const expire = (): void => {
      const isSilent = entry.isSent && entry.answersBefore === answers;
      command.reject(new RedisTimeoutError({ address, command: command.name.toUpperCase(), timeoutMs: commandTimeoutMs, isSent: entry.isSent }));
      if (isSilent && client.status === 'ready') client.stream.destroy(); // the server hangs, or the line is dead: try another
    };
    const timer = isBlocking ? undefined : clock.setTimeout(expire, commandTimeoutMs);
    signal?.addEventListener('abort', leave);
    command.resolve = (answer) => {
      answers += 1;
      end();
      return resolve(answer);
    };
    command.reject = (error) => {
      if (isReply(error)) answers += 1;
      end();
      reject(toRedisError(error, command));
      if (command.name === 'select' && client.status === 'connect') client.disconnect(true); // ioredis would go on with database 0
    };
    pending.set(command, entry);
  }

  /** Leaves what Redis says of the command itself; all else is about the connection, and may name the password. */
  function toRedisError(error: Error, command: Command): Error {
    if (error instanceof OxiditeError) return error;
    if (error.message === 'Connection is closed.') return new RedisClosedError({ address });
    if (isReply(error) && error.command?.name === command.name) return error;
    if (isReply(error)) return unavailable(hideSecrets(error.message, settings));
    if (error.name === 'AbortError') return unavailable('the connection broke while a transaction was under way');
    return 'code' in error ? unavailable(hideSecrets(toMessage(error), settings), error) : error;
  }

  return {
    close() {
      isClosed = true;
      for (const [command] of pending) if (command.name !== 'quit') command.reject(new RedisClosedError({ address }));
    },
  };
}

/** Returns a text without the secrets of a connection: old servers repeat what they do not understand. */
export function hideSecrets(text: string, { secrets }: Pick<ConnectionSettings, 'secrets'>): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

/** Tells whether an error is an answer of the server; ioredis adds the command it answers. */
function isReply(error: Error & { readonly command?: { readonly name: string } }): error is Error & { readonly command?: { readonly name: string } } {
  return error.name === 'ReplyError';
}

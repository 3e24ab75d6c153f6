/** One connection: opened with a deadline, opened again by itself when it is lost, and closed for good. */
import { type Clock, type Logger, toMessage } from '@oxidite/plugin-sdk';
import { Redis } from 'ioredis';
import { RedisConnectError } from '../errors.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import { hideSecrets, limitCommands } from './limited-commands.ts';

const MAX_RECONNECT_DELAY_MS = 2_000;
/** How long the other side may take to end a connection that was given up. */
const CUT_AFTER_MS = 200;

/** What connections are made of. */
export interface ConnectionParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Runs something outside of the current request, whose end must not end it. */
  readonly outside: <Result>(run: () => Result) => Result;
}

/** A connection and its end. */
export interface Connection {
  readonly settings: ConnectionSettings;
  readonly client: Redis;
  /**
   * Connects, and keeps the connection from then on.
   * @throws {RedisConnectError} when it cannot be had; nothing is tried any more then.
   */
  open(): Promise<void>;
  /** Connects in the background, as often as it takes. */
  start(): void;
  /** Waits for the answers that are still to come, within their time, and closes the connection. */
  close(): Promise<void>;
}

/** Creates a connection, which is not open yet. */
export function createConnection(settings: ConnectionSettings, { clock, logger, outside }: ConnectionParts): Connection {
  const { name, address, connectTimeoutMs } = settings;
  let isKept = false;
  let isLost = false;
  let latest: unknown;
  const client = new Redis({
    ...settings.place,
    keyPrefix: settings.keyPrefix,
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    disconnectTimeout: CUT_AFTER_MS,
    maxRetriesPerRequest: null, // limitCommands() decides
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => (isKept ? Math.min(50 * 2 ** Math.min(attempt - 1, 10), MAX_RECONNECT_DELAY_MS) : null),
  });
  const limits = limitCommands(client, settings, clock);
  const explain = (error: unknown): string => hideSecrets(toMessage(error), settings);

  client.on('error', (error) => (latest = error));
  client.on('close', () => {
    if (!isKept || isLost) return;
    isLost = true;
    logger.warn({ connection: name, address, ...(latest === undefined ? {} : { reason: explain(latest) }) }, 'the connection to Redis is lost');
  });
  client.on('ready', () => {
    if (isLost) logger.info({ connection: name, address }, 'the connection to Redis is back');
    [isLost, latest] = [false, undefined];
  });

  return {
    settings,
    client,
    async open() {
      let isLate = false;
      const timer = clock.setTimeout(() => {
        isLate = true;
        cut(client);
      }, connectTimeoutMs);
      try {
        await outside(() => client.connect());
        isKept = true;
      } catch (error) {
        limits.close();
        const reason = isLate ? `there was no answer within ${connectTimeoutMs} ms` : explain(latest ?? error).replace(/\.$/, '');
        throw new RedisConnectError({ connection: name, address, reason, remedy: toRemedy(reason) });
      } finally {
        timer.cancel();
      }
    },
    start() {
      isKept = true;
      outside(() => client.connect()).catch(() => undefined); // tried again by itself
    },
    async close() {
      isKept = false;
      if (client.status === 'ready') await outside(() => client.quit()).catch(() => undefined);
      limits.close();
      if (client.status === 'end') return;
      const isOpen = client.stream !== undefined && !client.stream.destroyed;
      const ended = isOpen ? new Promise<void>((resolve) => client.once('end', resolve)) : undefined;
      cut(client);
      await ended;
    },
  };
}

/** Ends a connection at once; ioredis would wait for a server that hangs. */
function cut(client: Redis): void {
  client.disconnect();
  const stream: { destroy(): unknown } | undefined = client.stream; // there is none before the first attempt
  stream?.destroy();
}

function toRemedy(reason: string): string {
  if (/WRONGPASS|NOAUTH|NOPERM|invalid password|without any password/i.test(reason)) return 'Correct user and password in the option "url".';
  if (/DB index/i.test(reason)) return 'Name a database that the server has, in the path of the option "url".';
  if (/certificate|self.signed|altnames|SSL|TLS|EPROTO/i.test(reason))
    return 'Check that the server speaks TLS, and name the authority of its certificate in "tls: { ca }".';
  return 'Check that Redis runs there and can be reached, and the option "url".';
}

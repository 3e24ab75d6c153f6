/** Makes the connections of one client: under its time limit, and to the addresses that it may reach. */
import type { Clock } from '@oxidite/plugin-sdk';
import { isIP, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { ClientSettings } from '../client-settings.ts';
import { createGuardedLookup, refuseHost } from './guarded-lookup.ts';
import { isPublicAddress } from './public-address.ts';

/** A connector, and the end of all connections it is about to make. */
export interface Connector {
  readonly connect: buildConnector.connector;
  destroy(): void;
}

/** What a connector is made of; `build` is that of undici, which is not loaded here. */
export interface ConnectorParts {
  readonly build: typeof buildConnector;
  readonly settings: ClientSettings;
  readonly clock: Clock;
}

/** The code undici itself gives to a connection that takes too long. */
const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT';

/** Creates a connector. */
export function createConnector({ build, settings, clock }: ConnectorParts): Connector {
  const { tls, lookup, connectTimeoutMs } = settings;
  const shared = { ...withoutUndefined(tls ?? {}), timeout: 0 }; // time is taken here
  const connectAnywhere = build({ ...shared, ...(lookup === undefined ? {} : { lookup }) });
  const connectGuarded = build({ ...shared, lookup: createGuardedLookup(lookup) });
  const pending = new Set<Socket>();

  const open: buildConnector.connector = (options, callback) => {
    const { hostname } = options;
    const isGuarded = !mayBePrivate(settings, options);
    if (isGuarded && isIP(hostname) !== 0 && !isPublicAddress(hostname)) return callback(refuseHost(hostname), null); // an address is not looked up
    const settle: buildConnector.Callback = (...result) => {
      pending.delete(socket);
      timer.cancel();
      callback(...result);
    };
    const connect = isGuarded ? connectGuarded : connectAnywhere;
    const socket = connect(options, settle) as unknown as Socket; // it returns the socket, but its type does not say so
    pending.add(socket);
    const expire = (): void => void socket.destroy(Object.assign(new Error('the connection took too long'), { code: CONNECT_TIMEOUT }));
    const timer = clock.setTimeout(expire, connectTimeoutMs);
    return undefined;
  };
  return {
    connect: open,
    destroy: () => {
      for (const socket of pending) socket.destroy(new Error('the client was closed'));
    },
  };
}

function mayBePrivate({ privateAddresses, baseUrl }: ClientSettings, { protocol, host }: buildConnector.Options): boolean {
  if (privateAddresses !== 'base') return privateAddresses === 'all';
  return baseUrl !== undefined && baseUrl.origin === URL.parse(`${protocol}//${host ?? ''}`)?.origin;
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

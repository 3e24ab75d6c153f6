/** All connections of an application: the default one, those with names, and the duplicates of them. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import type { Redis } from 'ioredis';
import { RedisConnectionUnknownError } from '../errors.ts';
import { type Connection, type ConnectionParts, createConnection } from './connection.ts';
import { type ConnectionSettings, DEFAULT_CONNECTION } from './connection-settings.ts';

/** Options of a duplicate. */
export interface DuplicateOptions {
  /** Which connection. Default: the default one. */
  readonly connection?: string;
  /** What its keys begin with; libraries with prefixes of their own want none: `''`. Default: as the connection. */
  readonly keyPrefix?: string;
}

/** All connections of an application. */
export interface Connections {
  /** The configured ones. */
  readonly list: readonly Connection[];
  /** @throws {RedisConnectionUnknownError} when there is none of this name. */
  get(name?: string): Connection;
  /** Opens one more connection; see {@link RedisService.duplicate}. */
  duplicate(options?: DuplicateOptions): Redis;
  /** @throws {RedisConnectError} when one of the configured connections cannot be had. */
  open(): Promise<void>;
  /** Closes the duplicates, then the configured ones, the latest first. */
  close(): Promise<void>;
}

/** Creates the connections; none is open yet. */
export function createConnections(settings: readonly ConnectionSettings[], parts: ConnectionParts): Connections {
  const byName = new Map(settings.map((own) => [own.name, createConnection(own, parts)]));
  const duplicates = new Set<Connection>();
  const connections: Connections = {
    list: [...byName.values()],
    get(name = DEFAULT_CONNECTION) {
      const found = byName.get(name);
      if (found === undefined) throw new RedisConnectionUnknownError({ connection: name, suggestion: toSuggestion(name, [...byName.keys()]) });
      return found;
    },
    duplicate({ connection, keyPrefix } = {}) {
      const { settings: own } = connections.get(connection);
      const duplicate = createConnection({ ...own, keyPrefix: keyPrefix ?? own.keyPrefix }, parts);
      duplicates.add(duplicate);
      duplicate.client.once('end', () => duplicates.delete(duplicate)); // its user has closed it
      duplicate.start();
      return duplicate.client;
    },
    async open() {
      for (const connection of connections.list) await connection.open();
    },
    async close() {
      await Promise.all([...duplicates].map((duplicate) => duplicate.close()));
      for (const connection of connections.list.toReversed()) await connection.close();
    },
  };
  return connections;
}

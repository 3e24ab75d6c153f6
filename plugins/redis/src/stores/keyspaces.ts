/** Knows whose keys are whose, and sees that no two stores write into the same ones. */
import type { ConnectionSettings } from '../connections/connection-settings.ts';
import { RedisStoreConflictError } from '../errors.ts';
import { toKeyspace } from './store-keys.ts';

/** The keys of one owner. */
export interface Keyspace {
  /** The name of the store. */
  readonly name: string;
  /** The name of the connection. */
  readonly connection: string;
  /** What its keys begin with, without the prefix of the connection. */
  readonly beginning: string;
}

/** Knows whose keys are whose. */
export interface Keyspaces {
  /**
   * Gives an owner its keys; the same owner may ask again.
   * @param owner the declaration of a store.
   * @throws {RedisStoreConflictError} when they are, or hold, or are among those of another.
   */
  claim(owner: object, name: string, settings: ConnectionSettings): void;
  list(): readonly Keyspace[];
}

/** Creates an empty registry. */
export function createKeyspaces(): Keyspaces {
  const claimed = new Map<object, Keyspace & { readonly address: string; readonly full: string }>();
  return {
    claim(owner, name, { name: connection, address, keyPrefix }) {
      if (claimed.has(owner)) return;
      const beginning = toKeyspace(name);
      const full = keyPrefix + beginning;
      const other = [...claimed.values()].find((one) => one.address === address && (one.full.startsWith(full) || full.startsWith(one.full)));
      if (other !== undefined) throw new RedisStoreConflictError({ store: name, other: other.name, keyspace: full });
      claimed.set(owner, { name, connection, beginning, address, full });
    },
    list: () => [...claimed.values()].map(({ name, connection, beginning }) => ({ name, connection, beginning })),
  };
}

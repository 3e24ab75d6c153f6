/** What a flush writes, as the hooks of the ORM tell it. */

/** One entity that is written. */
export interface Change {
  /** A soft delete is a `delete`, and restoring an `update` of `deletedAt`. Changed pairs are an `update` of the entity that owns them; those of `orm.sync`, of the entity that was given. */
  readonly kind: 'create' | 'delete' | 'update';
  /** The name of the model. */
  readonly model: string;
  /** The key; `undefined` before the database has made it. */
  readonly key: unknown;
  /** The managed entity. */
  readonly entity: object;
  /** The names of the fields and relations that change; of an entity that is created or deleted, of all that have a value. A field of an embedded value is named like `address.city`, here and below. */
  readonly fields: readonly string[];
  /**
   * The values before. Relations to one are keys; those to one of several models, `{ product: key }`. Hidden fields, and encrypted ones, are named in `fields`, but their values
   * are left out here and in {@link after}.
   */
  readonly before: Readonly<Record<string, unknown>>;
  /** The values after; of many-to-many relations the keys of what was added and taken out, see {@link ChangedPairs}. */
  readonly after: Readonly<Record<string, unknown>>;
  /** Whether it is a soft delete, whose row stays. */
  readonly soft: boolean;
}

/** What `after` holds of a many-to-many relation. */
export interface ChangedPairs {
  /** Keys of what was added, or given other data; of a relation that was replaced without being loaded, of all that it has now. */
  readonly attached: readonly unknown[];
  readonly detached: readonly unknown[];
}

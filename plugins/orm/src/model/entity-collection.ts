/** The entities at the "many" end of a relation, as a managed entity holds them. It is MikroORM's collection, seen through what is needed. */

/** A collection of managed entities; changes are written with the next flush. */
export interface EntityCollection<Entity> extends Iterable<Entity> {
  /** The number of entities that are in memory. */
  readonly length: number;
  /** Adds entities; the collection need not be loaded. Returns how many were new. */
  add(...entities: [Entity, ...Entity[]]): number;
  /** Takes entities out; the collection has to be loaded. `orm.detach` needs no loading. */
  remove(...entities: [Entity, ...Entity[]]): number;
  /** Replaces all entities; the collection has to be loaded, unless its owner is new. */
  set(entities: readonly Entity[]): void;
  /** Takes all entities out; the collection has to be loaded. */
  removeAll(): void;
  /** Tells whether an entity is in the collection, which has to be loaded. */
  contains(entity: Entity): boolean;
  /** Returns the entities of the collection, which has to be loaded. */
  getItems(): Entity[];
  /** Loads the collection, when that has not happened yet, and returns its entities. */
  loadItems(): Promise<Entity[]>;
  /** Returns the number of entities in the database, without those that default scopes of their model hide. */
  loadCount(): Promise<number>;
  /** Tells whether the collection is loaded. */
  isInitialized(): boolean;
}

/**
 * The relations of a model. The other model is given as a function, so that models may refer to each other from separate
 * files. The type parameter is the function itself and has no constraint on purpose: TypeScript then does not look at the
 * other model before it has finished this one, and models that refer to each other need no annotations.
 */
import type { FieldFlag } from './field.ts';
import type { AnyField } from './infer-model.ts';
import type { MorphTo } from './morph-relations.ts';

/** What happens to a row when the row it belongs to is deleted. */
export type DeleteRule = 'cascade' | 'restrict' | 'set null';

/** Many to one: this model's table has the foreign key. */
export interface BelongsTo<Target, Flags extends FieldFlag = never> {
  readonly kind: 'belongsTo';
  readonly target: Target;
  readonly spec: {
    readonly nullable?: boolean;
    readonly unique?: boolean;
    readonly onDelete?: DeleteRule;
    readonly column?: string;
    readonly renamedFrom?: string;
  };
  /** Only for the type system. */
  readonly '~flags'?: Flags;
  /** Allows that there is none; a missing one is `null`. */
  nullable(): BelongsTo<Target, Flags | 'nullable'>;
  /** Makes it one to one: no two entities belong to the same one. */
  unique(): BelongsTo<Target, Flags>;
  /** Decides what happens when the other is deleted. Default: `restrict`, or `set null` when nullable. */
  onDelete(rule: DeleteRule): BelongsTo<Target, Flags>;
  /** Names the foreign key. Default: the relation's name in snake_case and `_id`. */
  column(name: string): BelongsTo<Target, Flags>;
  /** Tells which column the foreign key was, so that a migration renames it and keeps its values. May stay for good. */
  renamedFrom(column: string): BelongsTo<Target, Flags>;
}

/** One to one, seen from the side without the foreign key. */
export interface HasOne<Target> {
  readonly kind: 'hasOne';
  readonly target: Target;
  readonly inverse: string;
  /** Whether the other side is a `morphTo`. */
  readonly morph?: boolean;
}

/** One to many, seen from the side without the foreign key. */
export interface HasMany<Target> {
  readonly kind: 'hasMany';
  readonly target: Target;
  readonly inverse: string;
  /** Whether the other side is a `morphTo`. */
  readonly morph?: boolean;
}

/** Where the pairs of a many-to-many relation are kept. */
export interface PivotOptions {
  /** The table of pairs. Default: this model's and the relation's name in snake_case: `article_tags`. */
  readonly table?: string;
  /** Its column for this model. Default: the model's name and `_id`. */
  readonly sourceColumn?: string;
  /** Its column for the other model. Default: its name and `_id`; in a relation of a model with itself, the relation's name and `_id`. */
  readonly targetColumn?: string;
  /** What is kept of each pair besides: `{ quantity: field.integer() }`. It is checked and stored as the fields of a model are. */
  readonly pivot?: Readonly<Record<string, AnyField>>;
}

/** Many to many, through a table of pairs. `Link` is the type of the options, or of the name of the other side. */
export interface ManyToMany<Target, Link = unknown> {
  readonly kind: 'manyToMany';
  readonly target: Target;
  /** The relation of the other model that owns the pairs; without it, this one does. */
  readonly inverse: string | undefined;
  readonly pivot: PivotOptions;
  /** Only for the type system. */
  readonly '~link'?: Link;
}

/** Any relation. */
export type AnyRelation = BelongsTo<unknown, FieldFlag> | HasMany<unknown> | HasOne<unknown> | ManyToMany<unknown> | MorphTo<unknown, FieldFlag>;

/** Declares that each entity belongs to one of the other model: `author: belongsTo(() => User)`. */
export function belongsTo<const Target>(target: Target): BelongsTo<Target> {
  return createBelongsTo(target, {});
}

/** Declares the other side of a unique `belongsTo`, which is named: `profile: hasOne(() => Profile, 'user')`. */
export function hasOne<const Target>(target: Target, inverse: string): HasOne<Target> {
  return Object.freeze({ kind: 'hasOne', target, inverse });
}

/** Declares the other side of a `belongsTo`, which is named: `comments: hasMany(() => Comment, 'article')`. */
export function hasMany<const Target>(target: Target, inverse: string): HasMany<Target> {
  return Object.freeze({ kind: 'hasMany', target, inverse });
}

/**
 * Declares that entities of both models have many of each other. One side owns the pairs: `tags: manyToMany(() => Tag)`;
 * the other, if it is wanted, names it: `articles: manyToMany(() => Article, 'tags')`.
 */
export function manyToMany<const Target, const Link extends PivotOptions | string = object>(target: Target, inverseOrPivot?: Link): ManyToMany<Target, Link> {
  const [inverse, pivot] = typeof inverseOrPivot === 'string' ? [inverseOrPivot, {}] : [undefined, inverseOrPivot ?? {}];
  return Object.freeze({ kind: 'manyToMany', target, inverse, pivot });
}

function createBelongsTo<Target, Flags extends FieldFlag>(target: Target, spec: BelongsTo<Target>['spec']): BelongsTo<Target, Flags> {
  const change = <Next extends FieldFlag>(changes: BelongsTo<Target>['spec']): BelongsTo<Target, Next> => createBelongsTo(target, { ...spec, ...changes });
  return Object.freeze({
    kind: 'belongsTo' as const,
    target,
    spec: Object.freeze(spec),
    nullable: () => change<Flags | 'nullable'>({ nullable: true }),
    unique: () => change<Flags>({ unique: true }),
    onDelete: (rule: DeleteRule) => change<Flags>({ onDelete: rule }),
    column: (name: string) => change<Flags>({ column: name }),
    renamedFrom: (column: string) => change<Flags>({ renamedFrom: column }),
  });
}

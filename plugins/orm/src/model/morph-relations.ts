/**
 * Relations to one of several models. Each of them has a foreign key of its own, of which at most one is set, so that the
 * database vouches for these relations as for any other. As in `relations.ts`, the type parameter is the function itself.
 */
import type { FieldFlag } from './field.ts';
import type { DeleteRule, HasMany, HasOne } from './relations.ts';

/** Many to one of several models: this model's table has a foreign key for each of them. */
export interface MorphTo<Targets, Flags extends FieldFlag = never> {
  readonly kind: 'morphTo';
  readonly targets: Targets;
  readonly spec: { readonly nullable?: boolean; readonly unique?: boolean; readonly onDelete?: DeleteRule };
  /** Only for the type system. */
  readonly '~flags'?: Flags;
  /** Allows that there is none; a missing one is `null`. */
  nullable(): MorphTo<Targets, Flags | 'nullable'>;
  /** Makes it one to one: no two entities belong to the same one. */
  unique(): MorphTo<Targets, Flags>;
  /** Decides what happens when the other is deleted. Default: `restrict`, or `set null` when nullable. */
  onDelete(rule: DeleteRule): MorphTo<Targets, Flags>;
}

/**
 * Declares that each entity belongs to one entity of several models: `subject: morphTo(() => [Product, Article])`. The columns
 * are `subject_product_id` and `subject_article_id`; rows have `subjectProductId` and `subjectArticleId`.
 */
export function morphTo<const Targets>(targets: Targets): MorphTo<Targets> {
  return createMorphTo(targets, {});
}

/** Declares the other side of a `morphTo`, which is named: `comments: morphMany(() => Comment, 'subject')`. */
export function morphMany<const Target>(target: Target, inverse: string): HasMany<Target> {
  return Object.freeze({ kind: 'hasMany', target, inverse, morph: true });
}

/** Declares the other side of a unique `morphTo`, which is named: `cover: morphOne(() => Image, 'subject')`. */
export function morphOne<const Target>(target: Target, inverse: string): HasOne<Target> {
  return Object.freeze({ kind: 'hasOne', target, inverse, morph: true });
}

function createMorphTo<Targets, Flags extends FieldFlag>(targets: Targets, spec: MorphTo<Targets>['spec']): MorphTo<Targets, Flags> {
  const change = <Next extends FieldFlag>(changes: MorphTo<Targets>['spec']): MorphTo<Targets, Next> => createMorphTo(targets, { ...spec, ...changes });
  return Object.freeze({
    kind: 'morphTo' as const,
    targets,
    spec: Object.freeze(spec),
    nullable: () => change<Flags | 'nullable'>({ nullable: true }),
    unique: () => change<Flags>({ unique: true }),
    onDelete: (rule: DeleteRule) => change<Flags>({ onDelete: rule }),
  });
}

/**
 * How relations to one of several models lie in the database: as one nullable foreign key for each of them, an arm, and a
 * check that exactly one is set. An arm is a `belongsTo` like any other to the rest of the package; this is what ties them.
 */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { quote } from '../drivers/quote.ts';
import { ModelInvalidError } from '../errors.ts';
import type { FieldFlag, FieldSpec } from './field.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from './model-layout.ts';
import { belongsTo, type HasMany, type HasOne } from './relations.ts';
import type { MorphTo } from './morph-relations.ts';
import { toSnakeCase } from './naming.ts';

/** A foreign key of a relation to one of several models. */
export interface MorphArm extends Extract<RelationLayout, { kind: 'belongsTo' }> {
  readonly morph: string;
}

/** A relation to one of several models. */
export interface MorphLayout {
  readonly name: string;
  readonly nullable: boolean;
  /** Whether the database sets its foreign keys to null. */
  readonly setsNull: boolean;
  /** By the name of the model it leads to. */
  readonly arms: ReadonlyMap<string, MorphArm>;
  /** The check of the table that holds them together. */
  readonly check: { readonly name: string; readonly expression: string };
}

/** What a layout is made of while its relations are being found. */
interface LayoutParts extends ModelLayout {
  readonly columns: Map<string, ColumnLayout>;
  readonly relations: Map<string, RelationLayout>;
  readonly morphs: Map<string, MorphLayout>;
}

/**
 * Adds a relation to one of several models to a layout.
 * @throws {ModelInvalidError} when there is none to lead to, or one cannot be led to.
 */
export function addMorph(draft: LayoutParts, name: string, { spec }: MorphTo<unknown, FieldFlag>, targets: readonly ModelLayout[]): void {
  const { nullable = false, unique = false, onDelete = nullable ? 'set null' : 'restrict' } = spec;
  if (onDelete === 'set null' && !nullable)
    throw new ModelInvalidError(draft.name, `the relation "${name}" is set to null when its entity is deleted, but it is never null; add .nullable()`);
  const arms = new Map<string, MorphArm>();
  for (const target of targets) {
    if (arms.has(target.name)) throw new ModelInvalidError(draft.name, `the relation "${name}" leads to ${target.name} twice`);
    if ('type' in target.model.fields)
      throw new ModelInvalidError(
        draft.name,
        `the relation "${name}" leads to ${target.name}, whose "type" would be that of its kind in rows; rename it there`,
      );
    const arm = toArm(draft, { name, target, unique, onDelete });
    if (draft.columns.has(arm.column.name) || arm.name in draft.model.fields)
      throw new ModelInvalidError(draft.name, `the relation "${name}" makes "${arm.column.name}", which is there already; choose another name`);
    arms.set(target.name, arm);
    draft.columns.set(arm.column.name, arm.column);
    draft.relations.set(arm.name, arm);
  }
  if (arms.size === 0) throw new ModelInvalidError(draft.name, `the relation "${name}" leads to no model; list them: morphTo(() => [Product, Article])`);
  draft.morphs.set(name, { name, nullable, setsNull: onDelete === 'set null', arms, check: toCheck(draft, name, nullable, [...arms.values()]) });
}

/**
 * Returns what the other side of a relation to one of several models is made of.
 * @throws {ModelInvalidError} when the relation that is named does not lead back.
 */
export function findArm(
  draft: ModelLayout,
  name: string,
  { kind, inverse }: HasMany<unknown> | HasOne<unknown>,
  target: ModelLayout,
): { readonly inverse: string; readonly column: ColumnLayout } {
  const arm = target.morphs.get(inverse)?.arms.get(draft.name);
  if (arm === undefined) {
    const candidates = [...target.morphs.values()].filter(({ arms }) => arms.has(draft.name)).map((morph) => morph.name);
    throw new ModelInvalidError(
      draft.name,
      `the relation "${name}" names "${inverse}", but ${target.name}.${inverse} is not a morphTo(() => [${draft.name}, …]).${toSuggestion(inverse, candidates)}`,
    );
  }
  if (kind === 'hasOne' && arm.column.spec.unique !== true)
    throw new ModelInvalidError(
      draft.name,
      `the relation "${name}" is one to one, but ${target.name}.${inverse} is not unique; write morphTo(…).unique() there, or morphMany here`,
    );
  return { inverse: arm.name, column: arm.column };
}

function toArm(
  source: ModelLayout,
  { name, target, unique, onDelete }: { name: string; target: ModelLayout; unique: boolean; onDelete: 'cascade' | 'restrict' | 'set null' },
): MorphArm {
  const armName = `${name}${target.name.slice(0, 1).toUpperCase()}${target.name.slice(1)}`;
  const part = belongsTo(() => target.model)
    .nullable()
    .onDelete(onDelete);
  const spec: FieldSpec = { type: target.key.spec.type, column: `${toSnakeCase(armName)}_id`, nullable: true, ...(unique ? { unique: true } : {}) };
  const column: ColumnLayout = { name: `${armName}Id`, column: spec.column ?? '', spec, relation: name };
  return { kind: 'belongsTo', name: armName, source, target, column, part: unique ? part.unique() : part, morph: name };
}

/** Exactly one foreign key is set; where there may be none, at most one. */
function toCheck(draft: ModelLayout, name: string, nullable: boolean, arms: readonly MorphArm[]): MorphLayout['check'] {
  const set = arms.map(({ column }) => `case when ${quote(column.column)} is null then 0 else 1 end`).join(' + ');
  return { name: `${draft.table}_${toSnakeCase(name)}_check`, expression: nullable ? `${set} <= 1` : `${set} = 1` };
}

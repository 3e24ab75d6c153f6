/**
 * The relations of a model's layout: foreign keys, tables of pairs, and the other sides of both. They are found in rounds, each
 * of which needs what those before it found in all models.
 */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { ModelInvalidError } from '../errors.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { assertReferable } from './composite-key.ts';
import { isModel } from './define-model.ts';
import type { FieldSpec } from './field.ts';
import type { AnyModel } from './infer-model.ts';
import { type LayoutDraft, withCodec } from './layout-draft.ts';
import type { ColumnLayout, PivotLayout } from './model-layout.ts';
import { addMorph, findArm } from './morph-layout.ts';
import { toSnakeCase } from './naming.ts';
import { toPivotFields } from './pivot-layout.ts';
import type { ManyToMany } from './relations.ts';

/** Returns the models that the relations of a model lead to. */
export function listTargets(model: AnyModel): AnyModel[] {
  return Object.entries(model.fields).flatMap(([name, part]) => {
    if (part.kind === 'field' || part.kind === 'embedded') return [];
    return part.kind === 'morphTo' ? resolveTargets(model, name, part.targets) : [resolveTarget(model, name, part.target)];
  });
}

/** Adds the relations whose foreign keys a model has. */
export function addForeignKeys(draft: LayoutDraft, drafts: ReadonlyMap<string, LayoutDraft>): void {
  for (const [name, part] of Object.entries(draft.model.fields)) {
    if (part.kind === 'morphTo') {
      const targets = resolveTargets(draft.model, name, part.targets).map((model) => targetOf(draft, name, model, drafts));
      for (const target of targets) assertReferable(draft, name, target);
      addMorph(draft, name, part, targets);
    }
    if (part.kind !== 'belongsTo') continue;
    const target = targetOf(draft, name, part.target, drafts);
    assertReferable(draft, name, target);
    const spec: FieldSpec = {
      type: target.key.spec.type,
      column: part.spec.column ?? `${toSnakeCase(name)}_id`,
      ...(part.spec.nullable === true ? { nullable: true } : {}),
      ...(part.spec.unique === true ? { unique: true } : {}),
      ...(part.spec.renamedFrom === undefined ? {} : { renamedFrom: part.spec.renamedFrom }),
    };
    const column: ColumnLayout = { name: `${name}Id`, column: spec.column ?? '', spec, relation: name };
    draft.columns.set(column.name, column);
    draft.relations.set(name, { kind: 'belongsTo', name, source: draft, target, column, part });
  }
}

/** Adds the many-to-many relations whose pairs a model owns; all foreign keys are known. */
export function addOwnedPairs(draft: LayoutDraft, drafts: ReadonlyMap<string, LayoutDraft>, keyring: Keyring | undefined): void {
  for (const [name, part] of Object.entries(draft.model.fields)) {
    if (part.kind !== 'manyToMany' || part.inverse !== undefined) continue;
    const target = targetOf(draft, name, part.target, drafts);
    for (const end of [target, draft]) assertReferable(draft, name, end);
    draft.relations.set(name, { kind: 'manyToMany', name, source: draft, target, inverse: undefined, pivot: toPivot(draft, name, part, target, keyring) });
  }
}

function toPivot(draft: LayoutDraft, name: string, { pivot }: ManyToMany<unknown>, target: LayoutDraft, keyring: Keyring | undefined): PivotLayout {
  const source = toSnakeCase(draft.name);
  const sourceColumn = pivot.sourceColumn ?? `${source}_id`;
  const targetColumn = pivot.targetColumn ?? `${target === draft ? toSnakeCase(name) : toSnakeCase(target.name)}_id`;
  if (sourceColumn === targetColumn)
    throw new ModelInvalidError(draft.name, `both columns of the pairs of "${name}" are "${sourceColumn}"; set sourceColumn and targetColumn`);
  const table = pivot.table ?? `${source}_${toSnakeCase(name)}`;
  const fields = toPivotFields(draft, name, target, pivot).map((field) => withCodec({ model: draft.name, table }, field, keyring));
  return { table, sourceColumn, targetColumn, fields };
}

/** Adds the relations that others own; all of these are known. */
export function addInverses(draft: LayoutDraft, drafts: ReadonlyMap<string, LayoutDraft>): void {
  for (const [name, part] of Object.entries(draft.model.fields)) {
    if (part.kind === 'field' || part.kind === 'embedded' || part.kind === 'belongsTo' || part.kind === 'morphTo' || part.inverse === undefined) continue;
    const target = targetOf(draft, name, part.target, drafts);
    if (part.kind !== 'manyToMany' && part.morph === true) {
      draft.relations.set(name, { kind: part.kind, name, source: draft, target, ...findArm(draft, name, part, target) });
      continue;
    }
    const other = target.relations.get(part.inverse);
    const wanted = part.kind === 'manyToMany' ? 'manyToMany' : 'belongsTo';
    if (other?.kind !== wanted || other.target !== draft || (other.kind === 'manyToMany' && other.inverse !== undefined)) {
      const candidates = [...target.relations.values()]
        .filter((relation) => relation.kind === wanted && relation.target === draft)
        .map((relation) => relation.name);
      throw new ModelInvalidError(
        draft.name,
        `the relation "${name}" names "${part.inverse}", but ${target.name}.${part.inverse} is not a ${wanted}(() => ${draft.name}) that owns the relation.${toSuggestion(part.inverse, candidates)}`,
      );
    }
    if (other.kind === 'manyToMany') {
      const { table, sourceColumn, targetColumn, fields } = other.pivot;
      draft.relations.set(name, {
        kind: 'manyToMany',
        name,
        source: draft,
        target,
        inverse: other.name,
        pivot: { table, sourceColumn: targetColumn, targetColumn: sourceColumn, fields },
      });
    } else if (other.kind === 'belongsTo' && part.kind !== 'manyToMany') {
      if (part.kind === 'hasOne' && other.part.spec.unique !== true) {
        throw new ModelInvalidError(
          draft.name,
          `the relation "${name}" is one to one, but ${target.name}.${other.name} is not unique; write belongsTo(…).unique() there, or hasMany here`,
        );
      }
      draft.relations.set(name, { kind: part.kind, name, source: draft, target, inverse: other.name, column: other.column });
    }
  }
}

/** Puts the relations, which were found in several rounds, into the order of the declaration. */
export function orderRelations(draft: LayoutDraft): void {
  for (const name of Object.keys(draft.model.fields)) {
    const relation = draft.relations.get(name);
    if (relation === undefined) continue;
    draft.relations.delete(name);
    draft.relations.set(name, relation);
  }
}

function resolveTarget(model: AnyModel, name: string, target: unknown): AnyModel {
  const found: unknown = typeof target === 'function' ? target() : target;
  if (isModel(found)) return found;
  throw new ModelInvalidError(model.name, `the relation "${name}" does not lead to a model; write it as a function: () => Other`);
}

function resolveTargets(model: AnyModel, name: string, targets: unknown): AnyModel[] {
  const found: unknown = typeof targets === 'function' ? targets() : targets;
  if (!Array.isArray(found))
    throw new ModelInvalidError(model.name, `the relation "${name}" does not lead to models; write them as a function: () => [One, Other]`);
  return found.map((target: unknown) => resolveTarget(model, name, target));
}

function targetOf(draft: LayoutDraft, name: string, target: unknown, drafts: ReadonlyMap<string, LayoutDraft>): LayoutDraft {
  const found = drafts.get(resolveTarget(draft.model, name, target).name);
  if (found === undefined) throw new ModelInvalidError(draft.name, `the relation "${name}" leads to a model that is not loaded`);
  return found;
}

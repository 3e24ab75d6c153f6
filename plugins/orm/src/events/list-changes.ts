/**
 * Turns what MikroORM is about to write, or has written, into changes as the hooks tell them. Values are those of memory, as
 * an entity has them; what MikroORM remembers of an entity are stored values, so these are converted back.
 */
import { type AnyEntity, type ChangeSet, ChangeSetType, helper, JsonType, type Platform, type UnitOfWork } from '@mikro-orm/core';
import { CodecType } from '../entities/codec-type.ts';
import { keyOfEntity } from '../entities/composite-keys.ts';
import type { LinkChange } from '../entities/flush-links.ts';
import { toFieldName, toPropertyName } from '../entities/property-names.ts';
import type { FieldSpec } from '../model/field.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { Change, ChangedPairs } from './change.ts';
import { listPairEdits, type PairEdit } from './list-pairs.ts';

/** What a flush writes. */
export interface FlushWork {
  readonly edits: readonly EntityEdit[];
  readonly pairs: readonly PairEdit[];
}

/** An entity that is written. */
export interface EntityEdit {
  readonly changeSet: ChangeSet<AnyEntity>;
  /** What is written of it; MikroORM puts unique fields off, so that their values do not collide. */
  readonly names: readonly string[];
  /** What is stored of it before. */
  readonly original: Readonly<Record<string, unknown>>;
}

/** What has to be known of the database. */
export interface ChangeParts {
  readonly platform: Platform;
  readonly layoutOfEntity: (entity: object) => ModelLayout | undefined;
}

type Values = Record<string, unknown>;

interface Found {
  readonly changeSet: ChangeSet<AnyEntity>;
  readonly later: string[];
}

interface Draft {
  readonly kind: Change['kind'];
  readonly entity: object;
  readonly layout: ModelLayout;
  readonly fields: string[];
  readonly before: Values;
  readonly after: Values;
  readonly soft: boolean;
}

/** Lists the changes of entities, with those of their pairs. */
export function listChanges({ edits, pairs }: FlushWork, parts: ChangeParts): Change[] {
  const drafts = new Map<object, Draft>();
  for (const edit of edits) {
    const { entity } = edit.changeSet;
    const layout = parts.layoutOfEntity(entity);
    if (layout !== undefined) drafts.set(entity, toDraft(edit, layout, parts.platform));
  }
  for (const edit of pairs) {
    const layout = parts.layoutOfEntity(edit.entity);
    if (layout === undefined) continue;
    const draft = drafts.get(edit.entity) ?? startDraft('update', edit.entity, layout);
    drafts.set(edit.entity, draft);
    addPairs(draft, edit, parts);
  }
  return Array.from(drafts.values(), toChange);
}

/** Finds out what MikroORM is about to write. */
export function findWork(uow: UnitOfWork, links: readonly LinkChange[]): FlushWork {
  const found = new Map<object, Found>();
  for (const changeSet of uow.getChangeSets()) found.set(changeSet.entity, { changeSet, later: [] });
  for (const [entity, names, , changeSet] of uow.getExtraUpdates()) {
    if (changeSet === undefined) continue;
    const place: Found = found.get(entity) ?? { changeSet, later: [] };
    found.set(entity, place);
    for (const name of Array.isArray(names) ? (names as readonly string[]) : [names]) place.later.push(name); // one name, or some
  }
  const edits = Array.from(found.values(), ({ changeSet, later }) => ({
    changeSet,
    names: [...new Set([...Object.keys(changeSet.payload), ...later])],
    original: changeSet.originalEntity ?? helper(changeSet.entity).__originalEntityData ?? {},
  }));
  return { edits, pairs: listPairEdits(uow, links) };
}

function startDraft(kind: Change['kind'], entity: object, layout: ModelLayout, soft = false): Draft {
  return { kind, entity, layout, soft, fields: [], before: {}, after: {} };
}

function toDraft({ changeSet, names: changed, original }: EntityEdit, layout: ModelLayout, platform: Platform): Draft {
  const { entity, type } = changeSet;
  const payload: Readonly<Values> = changeSet.payload;
  const isSoft = layout.softDeletes && type !== ChangeSetType.CREATE && (payload['deletedAt'] ?? null) !== null && !isDelete(type);
  const kind = type === ChangeSetType.CREATE ? 'create' : isDelete(type) || isSoft ? 'delete' : 'update';
  const draft = startDraft(kind, entity, layout, isSoft);
  const keyNames = new Set(layout.keys.map((column) => column.relation ?? column.name));
  const names = isDelete(type) || type === ChangeSetType.CREATE ? namesOf(layout) : changed;
  for (const name of names) {
    if (keyNames.has(name)) continue;
    const [before, after] = [toMemory(changeSet, name, original[name], platform), isDelete(type) ? undefined : toPlain(entity, name, layout)];
    if (kind !== 'update' && !isSoft && before === undefined && after === undefined) continue;
    put(draft, name, { before: kind === 'create' ? undefined : before, after });
  }
  return draft;
}

/** Puts a value under the name that an application knows: that of a field of an embedded value is `address.city`, and a foreign key to one of several models is a part of that relation. */
function put({ layout, fields, before, after }: Draft, name: string, values: { readonly before: unknown; readonly after: unknown }): void {
  const relation = layout.relations.get(name);
  const morph = relation?.kind === 'belongsTo' ? relation.morph : undefined;
  const known = morph ?? toFieldName(name);
  if (!fields.includes(known)) fields.push(known);
  if (isConcealed(layout.columns.get(known)?.spec)) return;
  for (const [side, value] of [
    [before, values.before],
    [after, values.after],
  ] as const) {
    if (value === undefined) continue;
    if (morph === undefined || relation === undefined) side[known] = value;
    else side[known] = value === null ? (side[known] ?? null) : { [relation.target.name]: value };
  }
}

function isDelete(type: ChangeSetType): boolean {
  return type === ChangeSetType.DELETE || type === ChangeSetType.DELETE_EARLY;
}

/** The properties of everything an entity itself holds: fields, and relations with a foreign key. */
function namesOf(layout: ModelLayout): string[] {
  const own = [...layout.columns.values()].filter(({ relation }) => relation === undefined);
  const toOne = [...layout.relations.values()].filter(({ kind }) => kind === 'belongsTo');
  return [...own.map(toPropertyName), ...toOne.map(({ name }) => name)];
}

/** What is encrypted is nobody's business either. */
function isConcealed(spec: FieldSpec | undefined): boolean {
  return spec?.hidden === true || spec?.encrypted === true;
}

function toMemory({ meta }: ChangeSet<AnyEntity>, name: string, stored: unknown, platform: Platform): unknown {
  if (stored === undefined || stored === null) return stored;
  const property = meta.properties[name];
  if (property?.customType instanceof CodecType) return property.customType.fromSnapshot(stored);
  const type = property?.customType ?? property?.targetMeta?.getPrimaryProp().customType;
  if (property?.customType instanceof JsonType) return typeof stored === 'string' ? parseJson(stored) : stored; // remembered as it is written, or as it was read
  return type === undefined ? stored : type.convertToJSValue(stored, platform);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a text that a driver has already read
  }
}

/** A relation to one is its key; of an entity that is created with it, the key may not be known yet. */
function toPlain(entity: object, name: string, layout: ModelLayout): unknown {
  const value = (entity as Readonly<Values>)[name];
  const relation = layout.relations.get(name);
  return relation === undefined || typeof value !== 'object' || value === null ? value : keyOf(value, relation.target);
}

function keyOf(entity: object, layout: ModelLayout): unknown {
  if (layout.keys.length > 1) return keyOfEntity(layout, entity);
  return (entity as Readonly<Values>)[layout.key.name];
}

function addPairs(draft: Draft, { relation, attached, detached }: PairEdit, { layoutOfEntity }: ChangeParts): void {
  const toKeys = (others: readonly unknown[]): unknown[] =>
    others.map((other) => {
      const layout = typeof other === 'object' && other !== null ? layoutOfEntity(other) : undefined;
      return layout === undefined ? other : keyOf(other as object, layout); // what has a layout is an entity
    });
  const former = draft.after[relation] as ChangedPairs | undefined; // only pairs are kept by the names of relations to many
  if (former === undefined) draft.fields.push(relation);
  draft.after[relation] = {
    attached: [...(former?.attached ?? []), ...toKeys(attached)],
    detached: [...(former?.detached ?? []), ...toKeys(detached)],
  } satisfies ChangedPairs;
}

function toChange({ kind, entity, layout, fields, before, after, soft }: Draft): Change {
  return {
    kind,
    model: layout.name,
    get key() {
      return keyOf(entity, layout);
    },
    entity,
    fields,
    before,
    after,
    soft,
  };
}

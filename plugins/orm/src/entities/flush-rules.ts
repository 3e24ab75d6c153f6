/**
 * What happens to every entity before it is written, whichever way it came into the unit of work: timestamps are set, UUIDs
 * are written in one way, and the rules of its model are checked. All violations of all entities are collected; when there is one, nothing is written.
 */
import { ChangeSetType, type EventSubscriber, type FlushEventArgs, helper } from '@mikro-orm/core';
import type { Clock } from '@oxidite/plugin-sdk';
import type * as z from 'zod';
import type { ValueTraits } from '../drivers/driver.ts';
import { EntityInvalidError, type FieldIssue } from '../errors.ts';
import { findNullables, pathOf } from '../model/embedded-layout.ts';
import type { FieldCodec } from '../model/field-codec.ts';
import { toValueSchema } from '../model/field-schemas.ts';
import type { MorphLayout } from '../model/morph-layout.ts';
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import { toUuidText } from '../model/uuid-text.ts';
import { findTextProblem } from './text-problem.ts';
import { settleMorphs } from './morph-accessors.ts';
import { toPropertyName } from './property-names.ts';

/** The rule of one field. */
export interface FieldRule {
  /** The property that has its value. */
  readonly property: string;
  /** What messages call it. */
  readonly path: readonly string[];
  readonly schema: z.ZodType;
  /** Says what the database cannot keep of a value of the schema; `undefined` where it keeps all of them. It is no part of the schema, which would take longer. */
  readonly findProblem: ((value: unknown) => string | undefined) | undefined;
  readonly nullable: boolean;
  /** The properties of the nullable embedded value that it is in: when all are `null`, so may it be. */
  readonly siblings: readonly string[] | undefined;
}

/** A model's rules. */
export interface ModelRules {
  readonly layout: ModelLayout;
  readonly fields: readonly FieldRule[];
  readonly required: readonly string[];
  /** The properties of UUIDs. */
  readonly uuids: readonly string[];
  /** Relations to one of several models that have to lead to one. */
  readonly morphs: readonly MorphLayout[];
}

/** A reference to an entity that was not loaded, so that nobody knows whether it exists. */
export interface UnprovenReference {
  readonly layout: ModelLayout;
  readonly relation: RelationLayout;
  readonly key: unknown;
}

/** What the last flush of an entity manager was about; for explaining what the database refuses. */
export interface FlushNotes {
  readonly references: readonly UnprovenReference[];
  /** The models of removed entities. */
  readonly removed: readonly string[];
}

/** The notes of the last flush of each entity manager. */
export type FlushJournal = WeakMap<object, FlushNotes>;

/** What the rules need of a database. */
export interface FlushRuleParts {
  readonly clock: Clock;
  readonly journal: FlushJournal;
  readonly traits: ValueTraits;
}

/** Creates the subscriber that stamps and checks entities, and writes the journal. */
export function createFlushRules(layouts: ReadonlyMap<string, ModelLayout>, { clock, journal, traits }: FlushRuleParts): EventSubscriber {
  const rules = new Map<string, ModelRules>();
  for (const layout of layouts.values()) rules.set(layout.name, createRules(layout, traits));
  const hasMorphs = [...layouts.values()].some(({ morphs }) => morphs.size > 0);
  const beforeFlush = ({ uow }: FlushEventArgs): void => {
    settleMorphs([...uow.getIdentityMap().values(), ...uow.getPersistStack()], (entity) => rules.get(entity.constructor.name)?.layout);
  };
  return {
    ...(hasMorphs ? { beforeFlush } : {}),
    onFlush({ em, uow }: FlushEventArgs) {
      let now: Date | undefined;
      const references: UnprovenReference[] = [];
      const removed: string[] = [];
      journal.set(em, { references, removed });
      let invalid: { model: string; errors: FieldIssue[] } | undefined;
      for (const changeSet of uow.getChangeSets()) {
        const model = rules.get(changeSet.meta.className);
        const creates = changeSet.type === ChangeSetType.CREATE;
        if (model === undefined) continue;
        if (!creates && changeSet.type !== ChangeSetType.UPDATE && changeSet.type !== ChangeSetType.UPDATE_EARLY) {
          removed.push(model.layout.name);
          continue;
        }
        const entity = changeSet.entity as Record<string, unknown>; // an entity is an object whose fields have names
        const payload: Record<string, unknown> = changeSet.payload;
        if (model.layout.timestamps) {
          // Not by recomputeSingleChangeSet(): that takes the values of unique fields out of the entity a second time.
          const stamped = (now ??= new Date(clock.now()));
          for (const name of stamp(entity, payload, creates, stamped)) payload[name] = em.getPlatform().processDateProperty(stamped);
        }
        for (const name of model.uuids) if (typeof payload[name] === 'string') entity[name] = payload[name] = toUuidText(payload[name]);
        collectReferences(model.layout, entity, references);
        const errors = checkRules(model, entity, creates ? undefined : payload);
        if (errors.length > 0) invalid = { model: invalid?.model ?? model.layout.name, errors: [...(invalid?.errors ?? []), ...errors] };
      }
      if (invalid !== undefined) throw new EntityInvalidError(invalid.model, invalid.errors);
    },
  };
}

function collectReferences(layout: ModelLayout, entity: Readonly<Record<string, unknown>>, references: UnprovenReference[]): void {
  for (const relation of layout.relations.values()) {
    if (relation.kind !== 'belongsTo') continue;
    const other = entity[relation.name];
    if (typeof other !== 'object' || other === null || helper(other).__initialized) continue;
    references.push({ layout, relation, key: (other as Readonly<Record<string, unknown>>)[relation.target.key.name] });
  }
}

/** Creates the rules of a model. */
export function createRules(layout: ModelLayout, traits: ValueTraits): ModelRules {
  const fields: FieldRule[] = [];
  const uuids: string[] = [];
  const owners = findNullables(layout.embedded.values());
  for (const column of layout.columns.values()) {
    if (column.relation !== undefined) continue;
    const isCounted = column.name === layout.key.name && layout.keySource === 'database'; // it may be given, too
    if (column.spec.type === 'uuid' && column.codec === undefined) uuids.push(toPropertyName(column));
    const hasTexts = ['json', 'string', 'text'].includes(column.spec.type);
    const { codec } = column;
    const holdsNul = traits.holdsNul || codec?.secret !== undefined;
    fields.push({
      property: toPropertyName(column),
      path: pathOf(column),
      schema: toValueSchema(column.spec),
      findProblem: hasTexts ? (value) => findTextProblem(codec === undefined ? value : encode(codec, value), holdsNul) : undefined,
      nullable: isCounted || (column.spec.nullable === true && column.required !== true),
      siblings: owners.get(column)?.columns.map(toPropertyName),
    });
  }
  const required = [...layout.relations.values()]
    .filter((relation) => relation.kind === 'belongsTo' && relation.part.spec.nullable !== true)
    .map(({ name }) => name);
  return { layout, fields, required, uuids, morphs: [...layout.morphs.values()].filter(({ nullable }) => !nullable) };
}

/** An encrypted text is looked at before it is one. */
function encode(codec: FieldCodec, value: unknown): unknown {
  try {
    return codec.secret === undefined ? codec.encode(value) : codec.toComparable(value);
  } catch {
    return undefined; // it is no value of the field, which its schema has said
  }
}

/** Sets the timestamps that nobody set, and returns their names. */
function stamp(entity: Record<string, unknown>, payload: Readonly<Record<string, unknown>>, creates: boolean, now: Date): string[] {
  const missing = creates ? ['createdAt', 'updatedAt'].filter((name) => entity[name] === undefined) : ['updatedAt'].filter((name) => !(name in payload));
  for (const name of missing) entity[name] = now;
  return missing;
}

/**
 * Returns how values break the rules of their model.
 * @param changes what changed; everything is checked when it is `undefined`.
 */
export function checkRules(
  { fields, required, morphs }: ModelRules,
  entity: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>> | undefined,
): FieldIssue[] {
  const issues: FieldIssue[] = [];
  for (const { property, path, schema, findProblem, nullable, siblings } of fields) {
    if (changes !== undefined && !(property in changes) && siblings?.some((sibling) => sibling in changes) !== true) continue;
    const value = entity[property];
    if (value === undefined || value === null) {
      if (!nullable && siblings?.every((sibling) => entity[sibling] === null) !== true)
        issues.push({ in: 'body', path: toPointer(path), message: 'is required' });
      continue;
    }
    const result = schema.safeParse(value);
    if (!result.success)
      for (const issue of result.error.issues) issues.push({ in: 'body', path: toPointer([...path, ...issue.path]), message: issue.message });
    const problem = result.success ? findProblem?.(value) : undefined;
    if (problem !== undefined) issues.push({ in: 'body', path: toPointer(path), message: problem });
  }
  for (const name of required) {
    if ((changes === undefined || name in changes) && (entity[name] === undefined || entity[name] === null))
      issues.push({ in: 'body', path: `/${name}`, message: 'is required' });
  }
  for (const { name } of morphs) if (entity[name] === null) issues.push({ in: 'body', path: `/${name}`, message: 'is required' });
  return issues;
}

/** Writes a path as a JSON Pointer. Source: RFC 6901, section 3. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * How the models of an application lie in the database: tables, columns, foreign keys and tables of pairs. Made once at
 * boot, when all models are known; here the relation functions are called and checked. The entities, the queries, the
 * migrations and the constraint errors all read it.
 */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { ModelInvalidError } from '../errors.ts';
import { assertReferable, toKeyColumns } from './composite-key.ts';
import { isModel, type ModelFields } from './define-model.ts';
import type { FieldFlag, FieldSpec } from './field.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { createCodec, type FieldCodec, type FieldPlace } from './field-codec.ts';
import type { AnyModel } from './infer-model.ts';
import { addMorph, findArm, type MorphLayout } from './morph-layout.ts';
import { toSnakeCase, toTableName } from './naming.ts';
import { toPivotFields } from './pivot-layout.ts';
import type { BelongsTo, ManyToMany } from './relations.ts';

/** A column. Foreign keys are columns too: `authorId` of the relation `author`. */
export interface ColumnLayout {
  /** The name in TypeScript. */
  readonly name: string;
  readonly column: string;
  readonly spec: FieldSpec;
  /** What lies between the field's value and the column's. */
  readonly codec?: FieldCodec;
  /** The relation whose foreign key it is. */
  readonly relation?: string;
}

/** The table of the pairs of a many-to-many relation. */
export interface PivotLayout {
  readonly table: string;
  readonly sourceColumn: string;
  readonly targetColumn: string;
  /** What is kept of each pair besides. */
  readonly fields: readonly ColumnLayout[];
}

/** A relation whose other end is known. */
export type RelationLayout =
  | {
      readonly kind: 'belongsTo';
      readonly name: string;
      readonly source: ModelLayout;
      readonly target: ModelLayout;
      readonly column: ColumnLayout;
      readonly part: BelongsTo<unknown, FieldFlag>;
      /** The relation to one of several models that it is an arm of. */
      readonly morph?: string;
    }
  | {
      readonly kind: 'hasMany' | 'hasOne';
      readonly name: string;
      readonly source: ModelLayout;
      readonly target: ModelLayout;
      readonly inverse: string;
      readonly column: ColumnLayout;
    }
  | {
      readonly kind: 'manyToMany';
      readonly name: string;
      readonly source: ModelLayout;
      readonly target: ModelLayout;
      /** The name of the relation at the other end, when this one does not own the pairs. */
      readonly inverse: string | undefined;
      readonly pivot: PivotLayout;
    };

/** A model in the database. */
export interface ModelLayout {
  readonly model: AnyModel;
  readonly name: string;
  readonly table: string;
  /** The key, or the first part of one that has several. */
  readonly key: ColumnLayout;
  /** All parts of the key. */
  readonly keys: readonly ColumnLayout[];
  /** Whether the key is made by the database, or of a UUID, or given by the application. */
  readonly keySource: 'application' | 'database' | 'uuid';
  readonly columns: ReadonlyMap<string, ColumnLayout>;
  readonly relations: ReadonlyMap<string, RelationLayout>;
  /** Relations to one of several models; their arms are among the relations. */
  readonly morphs: ReadonlyMap<string, MorphLayout>;
  readonly timestamps: boolean;
  readonly softDeletes: boolean;
  /** The texts that are searched. */
  readonly search: readonly ColumnLayout[];
  /** The scopes that hold by default. */
  readonly defaultScopes: readonly string[];
  /** Whether changes are counted in `version`. */
  readonly versioned: boolean;
}

interface LayoutDraft extends ModelLayout {
  key: ColumnLayout;
  keys: readonly ColumnLayout[];
  readonly columns: Map<string, ColumnLayout>;
  readonly relations: Map<string, RelationLayout>;
  readonly morphs: Map<string, MorphLayout>;
}

/**
 * Lays out models. Models that are reached only through relations are included.
 * @param keyring encrypts what encrypted fields store.
 * @throws {ModelInvalidError} when a relation leads nowhere, or two models have one name or one table.
 * @throws {EncryptionKeysMissingError} when a field is encrypted, and there is no keyring.
 */
export function createLayouts(models: Iterable<AnyModel>, keyring?: Keyring): ReadonlyMap<string, ModelLayout> {
  const drafts = new Map<string, LayoutDraft>();
  const reach = (model: AnyModel): LayoutDraft => {
    const known = drafts.get(model.name);
    if (known !== undefined) {
      if (known.model !== model) throw new ModelInvalidError(model.name, 'another model has the same name');
      return known;
    }
    const draft = createDraft(model, keyring);
    drafts.set(model.name, draft);
    for (const [name, part] of Object.entries(model.fields)) {
      if (part.kind === 'morphTo') for (const target of resolveTargets(model, name, part.targets)) reach(target);
      else if (part.kind !== 'field') reach(resolveTarget(model, name, part.target));
    }
    return draft;
  };
  for (const model of models) reach(model);
  for (const draft of drafts.values()) addForeignKeys(draft, drafts);
  for (const draft of drafts.values()) {
    draft.keys = toKeyColumns(draft);
    draft.key = draft.keys[0] ?? draft.key;
  }
  for (const draft of drafts.values()) addOwnedPairs(draft, drafts, keyring);
  for (const draft of drafts.values()) addInverses(draft, drafts);
  for (const draft of drafts.values()) orderRelations(draft);
  assertTables(drafts.values());
  return drafts;
}

/** Returns the names of the columns that rows have unless a query asks otherwise. */
export function visibleNames(layout: ModelLayout): string[] {
  return [...layout.columns.values()].filter(({ name, spec }) => spec.hidden !== true && name !== 'deletedAt').map(({ name }) => name);
}

function createDraft(model: AnyModel, keyring: Keyring | undefined): LayoutDraft {
  const fields: ModelFields = model.fields;
  const columns = new Map<string, ColumnLayout>();
  const table = model.options.table ?? toTableName(model.name);
  const add = (name: string, spec: FieldSpec, relation?: string): ColumnLayout => {
    const column = withCodec(
      { model: model.name, table, formerTable: model.options.renamedFrom },
      { name, column: spec.column ?? toSnakeCase(name), spec, ...(relation === undefined ? {} : { relation }) },
      keyring,
    );
    columns.set(name, column);
    return column;
  };
  let key: ColumnLayout | undefined;
  const primary = Object.entries(fields).find(([, part]) => part.kind === 'field' && part.spec.primary === true)?.[0];
  if (model.options.key !== undefined) key = { name: '', column: '', spec: { type: 'integer' } }; // until the foreign keys are known
  else if (primary === undefined) key = add('id', { type: model.options.id === 'uuid' ? 'uuid' : 'integer', primary: true });
  for (const [name, part] of Object.entries(fields)) {
    if (part.kind !== 'field') continue;
    const column = add(name, part.spec);
    if (name === primary) key = column;
  }
  if (model.options.timestamps === true) {
    add('createdAt', { type: 'datetime' });
    add('updatedAt', { type: 'datetime' });
  }
  if (model.options.softDeletes === true) add('deletedAt', { type: 'datetime', nullable: true });
  if (model.options.version === true) add('version', { type: 'integer' });
  if (key === undefined) throw new ModelInvalidError(model.name, 'it has no primary key');
  return {
    model,
    name: model.name,
    table,
    key,
    keys: [key],
    keySource: primary !== undefined || model.options.key !== undefined ? 'application' : model.options.id === 'uuid' ? 'uuid' : 'database',
    columns,
    relations: new Map(),
    morphs: new Map(),
    timestamps: model.options.timestamps === true,
    softDeletes: model.options.softDeletes === true,
    defaultScopes: model.options.defaultScopes ?? [],
    search: (model.options.search ?? []).map((name) => toSearched(model, columns, name)),
    versioned: model.options.version === true,
  };
}

function withCodec({ model, ...place }: Pick<FieldPlace, 'formerTable' | 'model' | 'table'>, column: ColumnLayout, keyring: Keyring | undefined): ColumnLayout {
  const codec = createCodec(column.spec, { ...place, model, field: column.name, column: column.column }, keyring);
  return codec === undefined ? column : { ...column, codec };
}

/** Names that databases have for the parts of an index. */
const SEARCH_WORDS = new Set(['rank', 'rowid', 'search_text']);

function toSearched(model: AnyModel, columns: ReadonlyMap<string, ColumnLayout>, name: string): ColumnLayout {
  const column = columns.get(name);
  if (column === undefined) throw new ModelInvalidError(model.name, `"search" names "${name}", which is not a field.${toSuggestion(name, columns.keys())}`);
  if (column.spec.type !== 'string' && column.spec.type !== 'text') throw new ModelInvalidError(model.name, `"search" names "${name}", which is no text`);
  if (column.spec.hidden === true) throw new ModelInvalidError(model.name, `"search" names "${name}", which is hidden: searching would tell what is in it`);
  const taken = [...columns.values()].find((other) => SEARCH_WORDS.has(other.column));
  if (taken !== undefined)
    throw new ModelInvalidError(model.name, `its column "${taken.column}" has a name that a full-text index needs; name it with .column()`);
  return column;
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

function addForeignKeys(draft: LayoutDraft, drafts: ReadonlyMap<string, LayoutDraft>): void {
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

function addOwnedPairs(draft: LayoutDraft, drafts: ReadonlyMap<string, LayoutDraft>, keyring: Keyring | undefined): void {
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

function addInverses(draft: LayoutDraft, drafts: ReadonlyMap<string, LayoutDraft>): void {
  for (const [name, part] of Object.entries(draft.model.fields)) {
    if (part.kind === 'field' || part.kind === 'belongsTo' || part.kind === 'morphTo' || part.inverse === undefined) continue;
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

/** Relations were found in several rounds; their order is that of the declaration. */
function orderRelations(draft: LayoutDraft): void {
  for (const name of Object.keys(draft.model.fields)) {
    const relation = draft.relations.get(name);
    if (relation === undefined) continue;
    draft.relations.delete(name);
    draft.relations.set(name, relation);
  }
}

function assertTables(drafts: Iterable<LayoutDraft>): void {
  const owners = new Map<string, string>();
  const claim = (table: string, owner: string): void => {
    const other = owners.get(table);
    if (other !== undefined) throw new ModelInvalidError(owner, `its table "${table}" is also that of ${other}; set another with "table"`);
    owners.set(table, owner);
  };
  for (const draft of drafts) {
    claim(draft.table, draft.name);
    const columns = new Set<string>();
    for (const { column } of draft.columns.values()) {
      if (columns.has(column)) throw new ModelInvalidError(draft.name, `two of its columns are named "${column}"`);
      columns.add(column);
    }
    for (const relation of draft.relations.values()) {
      if (relation.kind !== 'manyToMany' || relation.inverse !== undefined) continue;
      const { table, sourceColumn, targetColumn, fields } = relation.pivot;
      claim(table, `${draft.name}.${relation.name}`);
      const pair = [sourceColumn, targetColumn, ...fields.map(({ column }) => column)];
      const twice = pair.find((column, index) => pair.indexOf(column) !== index);
      if (twice !== undefined) throw new ModelInvalidError(draft.name, `two columns of the pairs of "${relation.name}" are named "${twice}"`);
    }
  }
}

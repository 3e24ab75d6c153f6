/**
 * How the models of an application lie in the database: tables, columns, foreign keys and tables of pairs. Made once at
 * boot, when all models are known; here the relation functions are called and checked. The entities, the queries, the
 * migrations and the constraint errors all read it.
 */
import { ModelInvalidError } from '../errors.ts';
import { assertTables } from './assert-tables.ts';
import { toKeyColumns } from './composite-key.ts';
import type { EmbeddedLayout } from './embedded-layout.ts';
import type { FieldFlag, FieldSpec } from './field.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { FieldCodec } from './field-codec.ts';
import type { AnyModel } from './infer-model.ts';
import { createDraft, type LayoutDraft } from './layout-draft.ts';
import type { MorphLayout } from './morph-layout.ts';
import { addForeignKeys, addInverses, addOwnedPairs, listTargets, orderRelations } from './relation-layouts.ts';
import type { BelongsTo } from './relations.ts';

/** A column. Foreign keys are columns too: `authorId` of the relation `author`. */
export interface ColumnLayout {
  /** The name in TypeScript; of a field in an embedded value its path, as `address.city`. */
  readonly name: string;
  /** The path of a field in an embedded value: `['address', 'city']`. */
  readonly path?: readonly string[];
  /** Whether a field in an embedded value has a value whenever that is not `null`. */
  readonly required?: boolean;
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
  /** By their paths, outer ones first; what is in them is among the columns. */
  readonly embedded: ReadonlyMap<string, EmbeddedLayout>;
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

/** What a database says of how models lie in it. */
export interface LayoutOptions {
  /** The column of every key that is one field. Default: as the field's name. */
  readonly keyColumn?: string;
}

/**
 * Lays out models. Models that are reached only through relations are included.
 * @param keyring encrypts what encrypted fields store.
 * @throws {ModelInvalidError} when a relation leads nowhere, or two models have one name or one table.
 * @throws {EncryptionKeysMissingError} when a field is encrypted, and there is no keyring.
 */
export function createLayouts(models: Iterable<AnyModel>, keyring?: Keyring, { keyColumn }: LayoutOptions = {}): ReadonlyMap<string, ModelLayout> {
  const drafts = new Map<string, LayoutDraft>();
  const reach = (model: AnyModel): LayoutDraft => {
    const known = drafts.get(model.name);
    if (known !== undefined) {
      if (known.model !== model) throw new ModelInvalidError(model.name, 'another model has the same name');
      return known;
    }
    const draft = createDraft(model, keyring, keyColumn);
    drafts.set(model.name, draft);
    for (const target of listTargets(model)) reach(target);
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

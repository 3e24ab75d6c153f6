/** The beginning of a model's layout: its table, the columns of its fields, and its key. Relations are added when all models are known. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { ModelInvalidError } from '../errors.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { ModelFields } from './define-model.ts';
import { addEmbedded, type EmbeddedLayout } from './embedded-layout.ts';
import type { FieldSpec } from './field.ts';
import { createCodec, type FieldPlace } from './field-codec.ts';
import type { AnyModel } from './infer-model.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from './model-layout.ts';
import type { MorphLayout } from './morph-layout.ts';
import { toSnakeCase, toTableName } from './naming.ts';

/** A layout that is being made. */
export interface LayoutDraft extends ModelLayout {
  key: ColumnLayout;
  keys: readonly ColumnLayout[];
  readonly columns: Map<string, ColumnLayout>;
  readonly relations: Map<string, RelationLayout>;
  readonly morphs: Map<string, MorphLayout>;
}

/**
 * Begins the layout of a model.
 * @param keyColumn the column of a key that is one field. Default: as the field's name.
 */
export function createDraft(model: AnyModel, keyring: Keyring | undefined, keyColumn?: string): LayoutDraft {
  const fields: ModelFields = model.fields;
  const columns = new Map<string, ColumnLayout>();
  const table = model.options.table ?? toTableName(model.name);
  const embedded = new Map<string, EmbeddedLayout>();
  const add = (name: string, spec: FieldSpec, place: Pick<ColumnLayout, 'path' | 'required'> = {}): ColumnLayout => {
    const column = withCodec(
      { model: model.name, table, formerTable: model.options.renamedFrom },
      { name, ...place, column: (spec.primary === true ? keyColumn : undefined) ?? spec.column ?? toSnakeCase(name), spec },
      keyring,
    );
    columns.set(name, column);
    return column;
  };
  const target = {
    table,
    embedded,
    add: (path: readonly string[], spec: FieldSpec, required: boolean) => add(path.join('.'), spec, { path, required }),
  };
  let key: ColumnLayout | undefined;
  const primary = Object.entries(fields).find(([, part]) => part.kind === 'field' && part.spec.primary === true)?.[0];
  if (model.options.key !== undefined) key = { name: '', column: '', spec: { type: 'integer' } }; // until the foreign keys are known
  else if (primary === undefined) key = add('id', { type: model.options.id === 'uuid' ? 'uuid' : 'integer', primary: true });
  for (const [name, part] of Object.entries(fields)) {
    if (part.kind === 'embedded') addEmbedded(target, name, part);
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
    embedded,
    relations: new Map(),
    morphs: new Map(),
    timestamps: model.options.timestamps === true,
    softDeletes: model.options.softDeletes === true,
    defaultScopes: model.options.defaultScopes ?? [],
    search: (model.options.search ?? []).map((name) => toSearched(model, columns, name)),
    versioned: model.options.version === true,
  };
}

/** Adds the codec of a column, if it needs one. */
export function withCodec(
  { model, ...place }: Pick<FieldPlace, 'formerTable' | 'model' | 'table'>,
  column: ColumnLayout,
  keyring: Keyring | undefined,
): ColumnLayout {
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

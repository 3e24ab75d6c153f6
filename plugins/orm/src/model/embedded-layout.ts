/** How embedded values lie in the database: as columns of the model's table, whose names begin with that of the value. */
import { quote } from '../drivers/quote.ts';
import type { AnyEmbedded } from './embedded.ts';
import type { FieldSpec } from './field.ts';
import type { ColumnLayout } from './model-layout.ts';
import { toSnakeCase } from './naming.ts';

/** An embedded value. */
export interface EmbeddedLayout {
  /** Its path, as `address` or `address.place`. */
  readonly name: string;
  readonly path: readonly string[];
  readonly nullable: boolean;
  readonly parts: ReadonlyMap<string, ColumnLayout | EmbeddedLayout>;
  /** All columns in it, also those of embedded values within. */
  readonly columns: readonly ColumnLayout[];
  /** Those that have a value whenever it is not `null`. */
  readonly required: readonly ColumnLayout[];
  /** The check of the table that ties the columns of a nullable one. */
  readonly check: { readonly name: string; readonly expression: string } | undefined;
}

/** Where the parts of an embedded value go. */
export interface EmbeddedTarget {
  readonly table: string;
  readonly embedded: Map<string, EmbeddedLayout>;
  /** Adds a column to the table. */
  add(path: readonly string[], spec: FieldSpec, isRequired: boolean): ColumnLayout;
}

interface Place {
  readonly path: readonly string[];
  /** What the columns begin with, and what they began with. */
  readonly prefix: string;
  readonly former: string | undefined;
  /** What holds for all that is in it. */
  readonly nullable: boolean;
  readonly hidden: boolean;
}

/** Lays out an embedded value of a model, and those within. */
export function addEmbedded(target: EmbeddedTarget, name: string, { parts, spec }: AnyEmbedded): void {
  const { column = toSnakeCase(name), renamedFrom, nullable = false, hidden = false } = spec;
  lay(target, parts, { path: [name], prefix: column, former: renamedFrom, nullable, hidden }, nullable);
}

/** Tells whether a part is an embedded value. */
export function isEmbedded(part: ColumnLayout | EmbeddedLayout): part is EmbeddedLayout {
  return 'parts' in part;
}

/** Returns where the value of a column is: `['address', 'city']`. */
export function pathOf({ path, name }: ColumnLayout): readonly string[] {
  return path ?? [name];
}

/** Returns the innermost nullable embedded value that each column is in; columns that are in none are not there. */
export function findNullables(embedded: Iterable<EmbeddedLayout>): Map<ColumnLayout, EmbeddedLayout> {
  const found = new Map<ColumnLayout, EmbeddedLayout>();
  for (const layout of embedded) if (layout.nullable) for (const column of layout.columns) found.set(column, layout); // outer ones come first
  return found;
}

function lay(target: EmbeddedTarget, parts: AnyEmbedded['parts'], place: Place, isNullable: boolean): EmbeddedLayout {
  const { path, prefix, former } = place;
  const found = new Map<string, ColumnLayout | EmbeddedLayout>();
  const [columns, required]: [ColumnLayout[], ColumnLayout[]] = [[], []];
  const layout = { name: path.join('.'), path, nullable: isNullable, parts: found, columns, required };
  target.embedded.set(layout.name, { ...layout, check: undefined });
  for (const [name, part] of Object.entries(parts)) {
    const { nullable = false, hidden = false, column: own = toSnakeCase(name), renamedFrom } = part.spec;
    const inner: Place = {
      path: [...path, name],
      prefix: join(prefix, own),
      former: former === undefined && renamedFrom === undefined ? undefined : join(former ?? prefix, renamedFrom ?? own),
      nullable: place.nullable || nullable,
      hidden: place.hidden || hidden,
    };
    if (part.kind === 'embedded') {
      const embedded = lay(target, part.parts, inner, nullable);
      found.set(name, embedded);
      columns.push(...embedded.columns);
      if (!nullable) required.push(...embedded.required);
    } else {
      const column = target.add(inner.path, toSpec(part.spec, inner), !nullable);
      found.set(name, column);
      columns.push(column);
      if (!nullable) required.push(column);
    }
  }
  const checked = { ...layout, check: isNullable ? toCheck(target.table, prefix, columns, required) : undefined };
  target.embedded.set(layout.name, checked);
  return checked;
}

function toSpec(spec: FieldSpec, { prefix: column, former, nullable, hidden }: Place): FieldSpec {
  return {
    ...spec,
    column,
    ...(nullable ? { nullable } : {}),
    ...(hidden ? { hidden } : {}),
    ...(former === undefined ? {} : { renamedFrom: former }),
  };
}

function join(prefix: string, name: string): string {
  return prefix === '' || name === '' ? prefix + name : `${prefix}_${name}`;
}

/** Either everything is `null`, or nothing that has to be there. */
function toCheck(table: string, prefix: string, columns: readonly ColumnLayout[], required: readonly ColumnLayout[]): EmbeddedLayout['check'] {
  if (columns.length < 2) return undefined;
  const nothing = columns.map(({ column }) => `${quote(column)} is null`).join(' and ');
  const something = required.map(({ column }) => `${quote(column)} is not null`).join(' and ');
  return { name: `${table}_${prefix === '' ? (columns[0]?.column ?? '') : prefix}_check`, expression: `(${nothing}) or (${something})` };
}

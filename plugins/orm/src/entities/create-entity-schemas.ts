/**
 * Turns the layouts of an application into MikroORM entities: a class and a schema for each model. They are made anew for
 * each application, so that models can be shared between applications of one process.
 */
import {
  BigIntType,
  BooleanType,
  DateTimeType,
  DateType,
  EntitySchema,
  type EntitySchemaMetadata,
  IntegerType,
  JsonType,
  StringType,
  TextType,
  type Type,
  UuidType,
} from '@mikro-orm/core';
import { ModelInvalidError } from '../errors.ts';
import type { ValueDriver, ValueTraits } from '../drivers/driver.ts';
import type { FieldSpec } from '../model/field.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from '../model/model-layout.ts';
import { CodecType } from './codec-type.ts';
import { defineEmbedded } from './embedded-accessors.ts';
import { defineJson } from './entity-json.ts';
import { FixedDecimalType } from './entity-types.ts';
import { defineMorphs } from './morph-accessors.ts';
import { toPropertyName } from './property-names.ts';
import { createPairClass, createPairSchema, hasPairs } from './pair-schemas.ts';

/** The name of the filter that leaves out what is softly deleted. */
export const SOFT_DELETES = 'softDeletes';

/** An entity's class; its instances are what applications handle. */
export type EntityClass = new () => object;

/** What the methods of entities do. */
export interface EntityActions {
  assign(entity: object, data: object): void;
  load(entity: object, relations: readonly string[]): Promise<void>;
}

/** The classes and schemas of an application's models. */
export interface EntitySchemas {
  readonly classes: ReadonlyMap<string, EntityClass>;
  readonly schemas: readonly EntitySchema[];
  /** Frees what MikroORM keeps of the classes for the life of the process. */
  dispose(): void;
}

/** What entities need of a driver. */
type EntityDriver = Pick<ValueDriver, 'toStored' | 'toValue' | 'traits'>;

/** Creates the entities. */
export function createEntitySchemas(layouts: ReadonlyMap<string, ModelLayout>, driver: EntityDriver, actions: EntityActions): EntitySchemas {
  const classes = new Map<string, EntityClass>();
  const pairs = new Map<RelationLayout, EntityClass>();
  for (const layout of layouts.values()) {
    const entityClass = createClass(layout.name, actions);
    defineMorphs(entityClass, layout);
    defineEmbedded(entityClass, layout);
    defineJson(entityClass, layout);
    classes.set(layout.name, entityClass);
    for (const relation of layout.relations.values()) if (hasPairs(relation)) pairs.set(relation, createPairClass(relation));
  }
  const schemas = [...layouts.values()].map((layout) => createSchema(layout, { classes, pairs }, driver));
  for (const [relation, entityClass] of pairs) {
    if (hasPairs(relation))
      schemas.push(
        createPairSchema(relation, entityClass, {
          classOf: (name) => classOf(classes, name),
          toColumn: (column) => toProperty(relation.source, column, driver),
        }),
      );
  }
  return {
    classes,
    schemas,
    dispose() {
      for (const entityClass of [...classes.values(), ...pairs.values()]) EntitySchema.REGISTRY.delete(entityClass);
    },
  };
}

function createClass(name: string, actions: EntityActions): EntityClass {
  const entityClass = class {
    assign(data: object): this {
      actions.assign(this, data);
      return this;
    }

    async load(...relations: readonly string[]): Promise<this> {
      await actions.load(this, relations);
      return this;
    }
  };
  return Object.defineProperty(entityClass, 'name', { value: name });
}

/** The classes that schemas refer to. */
interface SchemaClasses {
  readonly classes: ReadonlyMap<string, EntityClass>;
  /** Those of pairs that have fields. */
  readonly pairs: ReadonlyMap<RelationLayout, EntityClass>;
}

function createSchema(layout: ModelLayout, known: SchemaClasses, driver: EntityDriver): EntitySchema {
  const { indexes = [], uniques = [] } = layout.model.options;
  const properties: Record<string, object> = {};
  if (layout.keys.length > 1) for (const { name, relation } of layout.keys) properties[relation ?? name] = {}; // the key has its parts in the order of their names
  for (const column of layout.columns.values()) {
    if (column.relation === undefined) properties[toPropertyName(column)] = toProperty(layout, column, driver);
  }
  for (const relation of layout.relations.values()) properties[relation.name] = toRelation(relation, known);
  const metadata = {
    class: classOf(known.classes, layout.name),
    name: layout.name,
    tableName: layout.table,
    properties,
    indexes: indexes.flatMap((names) => toPropertyNames(layout, names).map((properties) => ({ properties }))),
    uniques: uniques.flatMap((names) => toPropertyNames(layout, names).map((properties) => ({ properties }))),
    ...(layout.morphs.size + layout.embedded.size === 0 ? {} : { checks: [...toMorphChecks(layout, driver.traits), ...toEmbeddedChecks(layout)] }),
    ...(layout.softDeletes ? { filters: { [SOFT_DELETES]: { name: SOFT_DELETES, cond: { deletedAt: null }, default: true } } } : {}),
  };
  return new EntitySchema(metadata as unknown as EntitySchemaMetadata<object>); // the properties are known only at run time
}

function toMorphChecks(layout: ModelLayout, { checksSetNull }: ValueTraits): object[] {
  return [...layout.morphs.values()]
    .filter(({ setsNull }) => checksSetNull || !setsNull)
    .map(({ check }) => ({ name: check.name, expression: check.expression }));
}

function toEmbeddedChecks({ embedded }: ModelLayout): object[] {
  return [...embedded.values()].flatMap(({ check }) => (check === undefined ? [] : [{ ...check }]));
}

/** An index over a relation to one of several models is one for each of its foreign keys. */
function toPropertyNames(layout: ModelLayout, names: readonly string[]): string[][] {
  let lists: string[][] = [[]];
  for (const name of names) {
    const properties = toIndexed(layout, name);
    lists = properties.flatMap((property) => lists.map((list) => [...list, property]));
  }
  return lists;
}

function toIndexed(layout: ModelLayout, name: string): string[] {
  if (layout.relations.get(name)?.kind === 'belongsTo') return [name];
  const arms = [...(layout.morphs.get(name)?.arms.values() ?? [])];
  if (arms.length > 0) return arms.map((arm) => arm.name);
  const column = layout.columns.get(name);
  if (column === undefined) throw new ModelInvalidError(layout.name, `an index names "${name}", which is neither a field nor a relation with a foreign key`);
  const owner = [...layout.relations.values()].find((relation) => relation.kind === 'belongsTo' && relation.column === column);
  return [owner?.name ?? toPropertyName(column)];
}

function toProperty(layout: ModelLayout, field: ColumnLayout, driver: EntityDriver): object {
  const { name, column, spec, codec } = field;
  const type = toColumnType(layout, name, codec?.spec ?? spec, driver.traits);
  const primary = layout.keys.some((key) => key.name === name);
  return {
    fieldName: column,
    ...type,
    ...(codec === undefined ? {} : { type: new CodecType({ ...field, codec }, toBaseType(type.type), driver) }),
    ...(codec?.secret === undefined ? {} : { columnType: driver.traits.textColumn }),
    ...(primary ? toKey(layout) : {}),
    ...(name === 'version' && layout.versioned ? { default: 1 } : {}), // rows that are older than the column have it too
    ...(spec.nullable === true ? { nullable: true } : {}),
    ...(spec.unique === true ? { unique: true } : {}),
    ...(spec.index === true ? { index: true } : {}),
    ...(spec.hidden === true || name === 'deletedAt' ? { hidden: true } : {}),
  };
}

/** By itself, MikroORM has every key of whole numbers counted, and MySQL would count on for a 0 that is given, and refuse what is below. */
function toKey({ keySource }: ModelLayout): object {
  return keySource === 'database' ? { primary: true, autoincrement: true } : { primary: true, autoincrement: false, unsigned: false };
}

/** How MikroORM declares a column. */
interface ColumnType {
  readonly type: object | string;
  readonly length?: number;
  readonly enum?: boolean;
  readonly items?: readonly string[];
}

function toColumnType(layout: ModelLayout, name: string, spec: FieldSpec, traits: ValueTraits): ColumnType {
  switch (spec.type) {
    case 'string':
      return { type: 'string', length: spec.maxLength ?? 255 };
    case 'text':
      if ((spec.unique === true || spec.index === true) && !traits.indexesTexts)
        throw new ModelInvalidError(
          layout.name,
          `the field "${name}" is a text of any length, which this database cannot index; use field.string({ maxLength: … })`,
        );
      return { type: 'text' };
    case 'integer':
      return { type: traits.smallIntegers ? new BigIntType('number') : 'integer' };
    case 'bigint':
      return { type: new BigIntType('bigint') };
    case 'decimal': {
      const { precision = 12, scale = 2 } = spec;
      if (precision > traits.decimalDigits)
        throw new ModelInvalidError(
          layout.name,
          `the field "${name}" has ${precision} digits, and this database holds at most ${traits.decimalDigits}; use an integer or a text`,
        );
      return { type: new FixedDecimalType(precision, scale) };
    }
    case 'datetime':
      return { type: new DateTimeType() }; // by its name alone, every loaded date would count as changed
    case 'enum':
      return { enum: true, type: 'string', items: [...(spec.values ?? [])] };
    default:
      return { type: spec.type };
  }
}

/** The types by which MikroORM declares columns, by their names. */
const BASE_TYPES: Readonly<Record<string, new () => object>> = {
  boolean: BooleanType,
  date: DateType,
  integer: IntegerType,
  json: JsonType,
  string: StringType,
  text: TextType,
  uuid: UuidType,
};

function toBaseType(type: object | string): Type<unknown, unknown> {
  if (typeof type !== 'string') return type as Type<unknown, unknown>; // types are objects; it is called with values of the column only
  const BaseType = BASE_TYPES[type] ?? StringType;
  return new BaseType() as Type<unknown, unknown>; // as above
}

function toRelation(relation: RelationLayout, { classes, pairs }: SchemaClasses): object {
  const entity = (): EntityClass => classOf(classes, relation.target.name);
  switch (relation.kind) {
    case 'belongsTo': {
      const { nullable = false, unique = false, onDelete } = relation.part.spec;
      return {
        kind: unique ? '1:1' : 'm:1',
        entity,
        fieldName: relation.column.column,
        ...(relation.source.keys.includes(relation.column) ? { primary: true } : {}),
        deleteRule: onDelete ?? (nullable ? 'set null' : 'restrict'),
        updateRule: relation.morph === undefined ? 'cascade' : 'restrict', // MySQL has no check of a column that a foreign key changes
        ...(relation.target.softDeletes ? { filters: { [SOFT_DELETES]: false } } : {}), // a reference stays a fact
        ...(unique ? { owner: true, unique: true } : { index: true }),
        ...(nullable ? { nullable: true } : {}),
      };
    }
    case 'hasOne':
      return { kind: '1:1', entity, mappedBy: relation.inverse, nullable: true };
    case 'hasMany':
      return { kind: '1:m', entity, mappedBy: relation.inverse };
    case 'manyToMany':
      return relation.inverse === undefined
        ? {
            kind: 'm:n',
            entity,
            owner: true,
            ...(pairs.has(relation) ? { pivotEntity: () => pairs.get(relation) } : { pivotTable: relation.pivot.table }),
            joinColumn: relation.pivot.sourceColumn,
            inverseJoinColumn: relation.pivot.targetColumn,
          }
        : { kind: 'm:n', entity, mappedBy: relation.inverse };
    default:
      return relation satisfies never;
  }
}

function classOf(classes: ReadonlyMap<string, EntityClass>, name: string): EntityClass {
  const found = classes.get(name);
  if (found === undefined) throw new ModelInvalidError(name, 'it is not loaded');
  return found;
}

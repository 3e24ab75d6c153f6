/**
 * Turns the layouts of an application into MikroORM entities: a class and a schema for each model. They are made anew for
 * each application, so that models can be shared between applications of one process.
 */
import { BigIntType, DateTimeType, EntitySchema, type EntitySchemaMetadata } from '@mikro-orm/core';
import { ModelInvalidError } from '../errors.ts';
import type { DialectTraits } from '../drivers/driver.ts';
import type { FieldSpec } from '../model/field.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from '../model/model-layout.ts';
import { FixedDecimalType } from './entity-types.ts';

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

/** Creates the entities. */
export function createEntitySchemas(layouts: ReadonlyMap<string, ModelLayout>, traits: DialectTraits, actions: EntityActions): EntitySchemas {
  const classes = new Map<string, EntityClass>();
  for (const { name } of layouts.values()) classes.set(name, createClass(name, actions));
  const schemas = [...layouts.values()].map((layout) => createSchema(layout, classes, traits));
  return {
    classes,
    schemas,
    dispose() {
      for (const entityClass of classes.values()) EntitySchema.REGISTRY.delete(entityClass);
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

function createSchema(layout: ModelLayout, classes: ReadonlyMap<string, EntityClass>, traits: DialectTraits): EntitySchema {
  const { indexes = [], uniques = [] } = layout.model.options;
  const properties: Record<string, object> = {};
  for (const column of layout.columns.values()) {
    if (column.relation === undefined) properties[column.name] = toProperty(layout, column, traits);
  }
  for (const relation of layout.relations.values()) properties[relation.name] = toRelation(relation, classes);
  const metadata = {
    class: classOf(classes, layout.name),
    name: layout.name,
    tableName: layout.table,
    properties,
    indexes: indexes.map((names) => ({ properties: toPropertyNames(layout, names) })),
    uniques: uniques.map((names) => ({ properties: toPropertyNames(layout, names) })),
    ...(layout.softDeletes ? { filters: { [SOFT_DELETES]: { name: SOFT_DELETES, cond: { deletedAt: null }, default: true } } } : {}),
  };
  return new EntitySchema(metadata as unknown as EntitySchemaMetadata<object>); // the properties are known only at run time
}

function toPropertyNames(layout: ModelLayout, names: readonly string[]): string[] {
  return names.map((name) => {
    if (layout.relations.get(name)?.kind === 'belongsTo') return name;
    const column = layout.columns.get(name);
    if (column === undefined) throw new ModelInvalidError(layout.name, `an index names "${name}", which is neither a field nor a belongsTo relation`);
    return column.relation ?? column.name;
  });
}

function toProperty(layout: ModelLayout, { name, column, spec }: ColumnLayout, traits: DialectTraits): object {
  const primary = name === layout.key.name;
  return {
    fieldName: column,
    ...toColumnType(layout, name, spec, traits),
    ...(primary ? { primary: true, ...(layout.keySource === 'database' ? { autoincrement: true } : {}) } : {}),
    ...(spec.nullable === true ? { nullable: true } : {}),
    ...(spec.unique === true ? { unique: true } : {}),
    ...(spec.index === true ? { index: true } : {}),
    ...(spec.hidden === true || name === 'deletedAt' ? { hidden: true } : {}),
  };
}

function toColumnType(layout: ModelLayout, name: string, spec: FieldSpec, traits: DialectTraits): object {
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

function toRelation(relation: RelationLayout, classes: ReadonlyMap<string, EntityClass>): object {
  const entity = (): EntityClass => classOf(classes, relation.target.name);
  switch (relation.kind) {
    case 'belongsTo': {
      const { nullable = false, unique = false, onDelete } = relation.part.spec;
      return {
        kind: unique ? '1:1' : 'm:1',
        entity,
        fieldName: relation.column.column,
        deleteRule: onDelete ?? (nullable ? 'set null' : 'restrict'),
        updateRule: 'cascade',
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
            pivotTable: relation.pivot.table,
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

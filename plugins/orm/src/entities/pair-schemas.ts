/**
 * The entities of pairs that have fields. MikroORM makes their tables from them and loads collections through them; the pairs
 * themselves are written by `flush-links.ts`, because a collection knows of no fields.
 */
import { EntitySchema } from '@mikro-orm/core';
import type { ColumnLayout, RelationLayout } from '../model/model-layout.ts';
import type { EntityClass } from './create-entity-schemas.ts';

/** A relation whose pairs have fields, seen from the side that owns them. */
export type PairRelation = Extract<RelationLayout, { kind: 'manyToMany' }>;

/** How the schemas of models say these things. */
export interface PairSchemaParts {
  readonly classOf: (model: string) => EntityClass;
  readonly toColumn: (column: ColumnLayout) => object;
}

/** Tells whether a relation owns pairs that have fields. */
export function hasPairs(relation: RelationLayout): relation is PairRelation {
  return relation.kind === 'manyToMany' && relation.inverse === undefined && relation.pivot.fields.length > 0;
}

/** Creates the class of a relation's pairs. */
export function createPairClass({ source, name }: PairRelation): EntityClass {
  const entityClass = class {
    declare readonly pivot?: true; // only so that it is not empty
  };
  return Object.defineProperty(entityClass, 'name', { value: `${source.name}.${name}` }); // no model has such a name
}

/** Creates the schema of a relation's pairs. */
export function createPairSchema(relation: PairRelation, entityClass: EntityClass, { classOf, toColumn }: PairSchemaParts): EntitySchema {
  const { table, sourceColumn, targetColumn, fields } = relation.pivot;
  const toEnd = (model: string, fieldName: string, index: boolean): object => ({
    kind: 'm:1',
    entity: () => classOf(model),
    fieldName,
    primary: true,
    deleteRule: 'cascade',
    updateRule: 'cascade',
    ...(index ? { index } : {}), // the key of the table begins with the source
  });
  const properties: Record<string, object> = {
    '~source': toEnd(relation.source.name, sourceColumn, false),
    '~target': toEnd(relation.target.name, targetColumn, true),
  };
  for (const column of fields) properties[column.name] = toColumn(column);
  const metadata = { class: entityClass, name: entityClass.name, tableName: table, properties };
  return new EntitySchema(metadata);
}

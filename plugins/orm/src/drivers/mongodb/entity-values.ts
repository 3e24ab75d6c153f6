/**
 * How entities hold values between MikroORM and documents: 64-bit numbers, decimals, and JSON that is cast or encrypted are texts
 * to MikroORM, which compares them with what it remembers.
 */
import type { Document } from 'mongodb';
import { toPropertyName } from '../../entities/property-names.ts';
import type { ColumnLayout, ModelLayout } from '../../model/model-layout.ts';
import type { ValueDriver } from '../driver.ts';
import type { MongodbPackage } from './load-mongodb.ts';
import { fromJsonValue, toJsonValue, toPlainDecimal, TRAITS } from './values.ts';

type Convert = (value: unknown) => unknown;

/** Converts the values of one collection's documents. */
export interface DocumentCodec {
  readonly layout: ModelLayout;
  /** Returns what a document holds for the value of a property. */
  toStored(property: string, value: unknown): unknown;
  /** Changes the values of a document, by the names of its fields, to those that MikroORM knows. */
  fromDocument(document: Document): Document;
}

/** How casts get and give what is stored. */
export const ENTITY_VALUES: ValueDriver = {
  traits: TRAITS,
  toStored({ type }) {
    if (type === 'bigint') return (value: bigint | number) => String(value);
    return type === 'json' ? (value: unknown) => JSON.stringify(value) : undefined;
  },
  toValue({ type }) {
    if (type === 'bigint') return (stored: string) => BigInt(stored);
    return type === 'json' ? (stored: string) => JSON.parse(stored) as unknown : undefined;
  },
};

/** Creates what converts the documents of a model. */
export function createDocumentCodec(layout: ModelLayout, mongodb: Pick<MongodbPackage, 'Decimal128'>): DocumentCodec {
  const writers = new Map<string, Convert>();
  const readers = new Map<string, Convert>();
  for (const column of layout.columns.values()) {
    const write = toWriter(column, mongodb);
    const read = toReader(column);
    if (write !== undefined) writers.set(toPropertyName(column), write);
    if (read !== undefined) readers.set(column.column, read);
  }
  return {
    layout,
    toStored(property, value) {
      const convert = writers.get(property);
      return convert === undefined || value === null || value === undefined ? value : convert(value);
    },
    fromDocument(document) {
      for (const [field, convert] of readers) {
        const value: unknown = document[field];
        if (value !== null && value !== undefined) document[field] = convert(value);
      }
      return document;
    },
  };
}

function toWriter({ spec, codec }: ColumnLayout, { Decimal128 }: Pick<MongodbPackage, 'Decimal128'>): Convert | undefined {
  switch ((codec?.spec ?? spec).type) {
    case 'bigint':
      return (value) => (typeof value === 'string' || typeof value === 'number' ? BigInt(value) : value);
    case 'decimal':
      return (value) => (typeof value === 'string' ? Decimal128.fromString(value) : value);
    case 'json':
      return codec === undefined ? toJsonValue : (value) => toJsonValue(JSON.parse(String(value)));
    default:
      return undefined;
  }
}

function toReader({ spec, codec }: ColumnLayout): Convert | undefined {
  const { type, scale = 2 } = codec?.spec ?? spec;
  switch (type) {
    case 'integer':
      return Number;
    case 'bigint':
      return String;
    case 'decimal':
      return (value) => toPlainDecimal(String(value), scale);
    case 'json':
      return codec === undefined ? fromJsonValue : (value) => JSON.stringify(fromJsonValue(value));
    default:
      return undefined;
  }
}

/** Writes JSON Schemas as TypeScript types. Limits (lengths, patterns, formats) have no types; the server checks them. */
import { isNever, isRecord } from '../document/map-schema.ts';
import type { JsonSchema } from '../document/openapi-document.ts';
import { toComment, toKey, toText } from './names.ts';

/** The type of each component. */
export type ComponentTypes = ReadonlyMap<string, string>;

const SIMPLE: Readonly<Record<string, string>> = { number: 'number', integer: 'number', boolean: 'boolean', null: 'null' };

/** A type; a compound one (a union, an intersection) needs parentheses where it is part of something. */
interface TypeText {
  readonly text: string;
  readonly isCompound: boolean;
}

const UNKNOWN = toSimple('unknown');

/** Writes a type; lines after the first are indented by `indent`. */
export function toType(schema: unknown, components: ComponentTypes, indent = ''): string {
  return toTypeText(schema, components, indent).text;
}

/** Writes `interface Name { … }` for an object of properties, and `type Name = …` for anything else. */
export function toDeclaration(name: string, schema: unknown, components: ComponentTypes): string {
  const description = isRecord(schema) && typeof schema['description'] === 'string' ? schema['description'] : undefined;
  const comment = toComment(description, '');
  if (isInterface(schema)) return `${comment}export interface ${name} ${toObject(schema, components, '')}\n`;
  return `${comment}export type ${name} = ${toType(schema, components)};\n`;
}

/** Tells whether a schema is nothing but an object of properties. */
function isInterface(schema: unknown): schema is JsonSchema {
  if (!isRecord(schema) || schema['type'] !== 'object' || !isRecord(schema['properties'])) return false;
  return !['$ref', 'const', 'enum', 'anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in schema);
}

function toTypeText(schema: unknown, components: ComponentTypes, indent: string): TypeText {
  if (isNever(schema)) return toSimple('never');
  if (!isRecord(schema)) return UNKNOWN;
  if (typeof schema['$ref'] === 'string') return toSimple(components.get(schema['$ref'].split('/').at(-1) ?? '') ?? 'unknown');
  if ('const' in schema) return toSimple(toLiteral(schema['const']));
  if (Array.isArray(schema['enum'])) return toUnion(schema['enum'].map((value) => toSimple(toLiteral(value))));
  return toIntersection(listParts(schema, components, indent));
}

function listParts(schema: JsonSchema, components: ComponentTypes, indent: string): TypeText[] {
  const parts: TypeText[] = [];
  const types = [schema['type']].flat().filter((type) => typeof type === 'string');
  if (types.length > 0) parts.push(toUnion(types.map((type) => toTypeOf(type, schema, components, indent))));
  else if (isRecord(schema['properties'])) parts.push(toSimple(toObject(schema, components, indent)));
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const members = schema[keyword];
    if (Array.isArray(members)) parts.push(toUnion(members.map((member) => toTypeText(member, components, indent))));
  }
  if (Array.isArray(schema['allOf'])) parts.push(...schema['allOf'].map((member) => toTypeText(member, components, indent)));
  return parts;
}

function toTypeOf(type: string, schema: JsonSchema, components: ComponentTypes, indent: string): TypeText {
  if (type === 'string') return toSimple(schema['format'] === 'binary' ? 'Blob' : 'string');
  if (type === 'array') return toSimple(toArray(schema, components, indent));
  if (type === 'object') return toSimple(toObject(schema, components, indent));
  return toSimple(SIMPLE[type] ?? 'unknown');
}

function toArray({ items, prefixItems, minItems }: JsonSchema, components: ComponentTypes, indent: string): string {
  const list = `${wrap(toTypeText(items ?? {}, components, indent))}[]`;
  if (!Array.isArray(prefixItems)) return list;
  const needed = typeof minItems === 'number' ? minItems : 0;
  const members = prefixItems.map((member, index) => {
    const type = toTypeText(member, components, indent);
    return index < needed ? type.text : `${wrap(type)}?`;
  });
  return `[${[...members, ...(items === undefined || isNever(items) ? [] : [`...${list}`])].join(', ')}]`;
}

function toObject({ properties, required, additionalProperties }: JsonSchema, components: ComponentTypes, indent: string): string {
  const entries = isRecord(properties) ? Object.entries(properties) : [];
  const inner = `${indent}  `;
  if (entries.length === 0) return toMap(additionalProperties, components, indent);
  const lines = entries.map(([name, schema]) => {
    const isRequired = Array.isArray(required) && required.includes(name);
    const description = isRecord(schema) && typeof schema['description'] === 'string' && schema['$ref'] === undefined ? schema['description'] : undefined;
    const type = toTypeText(schema, components, inner);
    const { text } = isRequired ? type : toUnion([type, toSimple('undefined')]);
    return `${toComment(description, inner)}${inner}${toKey(name)}${isRequired ? '' : '?'}: ${text};\n`;
  });
  if (additionalProperties === true || isRecord(additionalProperties)) lines.push(`${inner}[name: string]: unknown;\n`);
  return `{\n${lines.join('')}${indent}}`;
}

function toMap(additionalProperties: unknown, components: ComponentTypes, indent: string): string {
  if (additionalProperties === false) return 'Record<string, never>';
  return `Record<string, ${toType(additionalProperties ?? {}, components, indent)}>`;
}

function toLiteral(value: unknown): string {
  if (typeof value === 'string') return toText(value);
  return typeof value === 'object' && value !== null ? 'unknown' : String(value);
}

/** Members of unions need no parentheses: `&` binds tighter than `|`. */
function toUnion(members: readonly TypeText[]): TypeText {
  const unique = members.filter(({ text }, index) => text !== 'never' && members.findIndex((other) => other.text === text) === index);
  const [first, ...others] = unique;
  if (first === undefined) return toSimple('never');
  if (unique.some(({ text }) => text === 'unknown')) return UNKNOWN;
  return others.length === 0 ? first : { text: unique.map(({ text }) => text).join(' | '), isCompound: true };
}

function toIntersection(members: readonly TypeText[]): TypeText {
  const unique = members.filter(({ text }, index) => text !== 'unknown' && members.findIndex((other) => other.text === text) === index);
  const [first, ...others] = unique;
  if (first === undefined) return UNKNOWN;
  return others.length === 0 ? first : { text: unique.map(wrap).join(' & '), isCompound: true };
}

function toSimple(text: string): TypeText {
  return { text, isCompound: false };
}

function wrap({ text, isCompound }: TypeText): string {
  return isCompound ? `(${text})` : text;
}

/** Makes the text of a model from what somebody gave at the command line: `article title:string author:belongsTo:user`. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { SourceNameError } from '../errors.ts';
import { toModelSource } from './model-source.ts';
import { assertSourceName } from './named-file.ts';
import { toCamelCase, toCapital, toKebabCase } from './pulled-name.ts';
import type { PulledModel, PulledPart } from './pulled-model.ts';

const TYPES = ['bigint', 'boolean', 'date', 'datetime', 'decimal', 'enum', 'integer', 'json', 'string', 'text', 'uuid'];
const RELATIONS = ['belongsTo', 'hasMany', 'hasOne', 'manyToMany'];
const MODIFIERS = ['hidden', 'index', 'nullable', 'unique'];
const RESERVED = new Set(['and', 'assign', 'constructor', 'id', 'load', 'not', 'or', 'prototype', 'toJSON']);

/** A model's file. */
export interface NamedModel {
  /** `order-item`. */
  readonly file: string;
  readonly text: string;
}

/**
 * Makes the text.
 * @param fields each a name, a type, and what the type needs: `title:string`, `bio:text:nullable`, `status:enum:draft,published`, `author:belongsTo:user`.
 * @throws {SourceNameError} when a name cannot be used, or there is no such type.
 */
export function toNamedModel(given: string, fields: readonly string[]): NamedModel {
  assertSourceName(given);
  const name = toCamelCase(given);
  const model = { name, constant: toCapital(name), file: toKebabCase(name) };
  const uses = new Set<PulledModel>();
  const parts = fields.map((text) => toPart(text, model.constant, uses));
  const names = parts.map((part) => part.name);
  const twice = names.find((other, place) => names.indexOf(other) !== place);
  if (twice !== undefined) throw new SourceNameError(twice, 'two fields have this name');
  return { file: model.file, text: toModelSource({ ...model, parts, options: ['timestamps: true'], uses }) };
}

function toPart(text: string, own: string, uses: Set<PulledModel>): Extract<PulledPart, { readonly name: string }> {
  const [given = '', type = 'string', ...rest] = text.split(':');
  assertSourceName(given);
  const name = toCamelCase(given);
  if (RESERVED.has(name)) throw new SourceNameError(text, `"${name}" has a meaning of its own`);
  if (RELATIONS.includes(type)) return { name, source: toRelation({ text, name, type, rest }, own, uses) };
  if (!TYPES.includes(type)) {
    const known = [...TYPES, ...RELATIONS];
    throw new SourceNameError(text, `there is no type "${type}".${toSuggestion(type, known)} There are ${known.join(', ')}`);
  }
  const words = type === 'enum' ? (rest.shift() ?? '').split(',').filter((word) => word !== '') : [];
  if (type === 'enum' && words.length === 0) throw new SourceNameError(text, 'an enum needs its words, as status:enum:draft,published');
  const argument = type === 'enum' ? `[${words.map((word) => `'${word.replace(/[\\']/g, '\\$&')}'`).join(', ')}]` : type === 'json' ? 'z.json()' : '';
  return { name, source: `field.${type}(${argument})${toModifiers(text, rest, MODIFIERS)}` };
}

interface GivenRelation {
  readonly text: string;
  readonly name: string;
  readonly type: string;
  readonly rest: readonly string[];
}

function toRelation({ text, name, type, rest: [target = '', ...rest] }: GivenRelation, own: string, uses: Set<PulledModel>): string {
  if (target === '') throw new SourceNameError(text, `it needs the other model, as ${name}:${type}:user`);
  assertSourceName(target);
  const other = toCamelCase(target);
  const constant = toCapital(other);
  if (constant !== own && ![...uses].some((model) => model.constant === constant))
    uses.add({ table: '', name: other, constant, file: toKebabCase(other), parts: [], options: [], uses: new Set(), notes: [] });
  if (type === 'belongsTo') return `belongsTo(() => ${constant})${toModifiers(text, rest, ['nullable', 'unique'])}`;
  const [inverse] = rest;
  if (inverse === undefined && type !== 'manyToMany')
    throw new SourceNameError(text, `it needs the relation at the other end, as ${name}:${type}:${target}:author`);
  if (inverse === undefined) return `manyToMany(() => ${constant})`;
  assertSourceName(inverse);
  return `${type}(() => ${constant}, '${toCamelCase(inverse)}')`;
}

function toModifiers(text: string, given: readonly string[], known: readonly string[]): string {
  const wrong = given.find((word) => !known.includes(word));
  if (wrong !== undefined) throw new SourceNameError(text, `"${wrong}" is none of ${known.join(', ')}`);
  return given.map((word) => `.${word}()`).join('');
}

/**
 * The schema that a path with constraints brings along, for routes that declare no other: numbers become numbers, and OpenAPI
 * sees the types. It refuses nothing, since only paths that fit lead to the route.
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { listParams, type ParamPart, type PathSegment } from './path-pattern.ts';

/** The parameters of a path, converted. */
export type ConvertedParams = Readonly<Record<string, string | number>>;

/** A schema of any library, with its JSON Schema. */
export type ParamsSchema = StandardSchemaV1<unknown, ConvertedParams> & StandardJSONSchemaV1<unknown, ConvertedParams>;

/** Creates the schema, or returns `undefined` when no parameter has a constraint. */
export function createParamsSchema(segments: readonly PathSegment[]): ParamsSchema | undefined {
  const params = segments.flatMap(listParams);
  if (!params.some(({ constraint }) => constraint !== undefined)) return undefined;
  const json = toJsonSchema(segments, params);
  return {
    '~standard': {
      version: 1,
      vendor: 'oxidite',
      validate: (value) => ({ value: convertParams(params, value as ConvertedParams) }), // the router hands over what it found
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

/** Makes numbers of the parameters that are numbers. */
export function convertParams(params: readonly ParamPart[], values: ConvertedParams): ConvertedParams {
  const numeric = params.filter(({ constraint }) => constraint?.isNumeric === true);
  if (numeric.length === 0) return values;
  const converted: Record<string, string | number> = { ...values };
  for (const { name } of numeric) {
    if (converted[name] !== undefined) converted[name] = Number(converted[name]);
  }
  return converted;
}

function toJsonSchema(segments: readonly PathSegment[], params: readonly ParamPart[]): Record<string, unknown> {
  const last = segments.at(-1);
  const optional = last?.kind === 'param' && last.isOptional === true ? last.name : undefined;
  const rests = segments.flatMap((segment) => (segment.kind === 'rest' ? [segment.name] : []));
  const properties = params.map(({ name, constraint }) => [name, constraint?.jsonSchema ?? { type: 'string' }] as const);
  return {
    type: 'object',
    properties: Object.fromEntries([...properties, ...rests.map((name) => [name, { type: 'string' }] as const)]),
    required: [...params.map(({ name }) => name), ...rests].filter((name) => name !== optional),
  };
}

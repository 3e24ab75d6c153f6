/**
 * Writes a route's path as OpenAPI does: `/articles/{slug}`. OpenAPI has no optional segments and no rest of a path, so an
 * optional segment gives two paths, and the rest of a path is one parameter.
 * Source: OpenAPI Specification 3.1.1, section 4.8.2 (path templating).
 */
import type { ParamPart, PathSegment, Route, TextPart } from '@oxidite/http';
import type { JsonSchema } from './openapi-document.ts';

/** A parameter in a path. */
export interface PathParameter {
  readonly name: string;
  /** What the pattern itself says of the value; its declared schema says more. */
  readonly schema: JsonSchema;
  /** `true`: other values lead to no route. */
  readonly isConstrained: boolean;
  /** `true`: the rest of the path, which may hold slashes. */
  readonly isRest: boolean;
}

/** A path with its parameters. */
export interface OpenApiPath {
  /** `/articles/{slug}` */
  readonly template: string;
  /** `/articles/{}`: paths of one shape are the same path for OpenAPI, whatever their parameters are called. */
  readonly shape: string;
  readonly parameters: readonly PathParameter[];
}

const TEXT: JsonSchema = { type: 'string' };
/** What a segment is called that takes anything and has no name. */
const UNNAMED = 'segment';

/** Returns the paths of a route: one, and one more without its optional end. */
export function toOpenApiPaths({ segments }: Pick<Route, 'segments'>): readonly OpenApiPath[] {
  const last = segments.at(-1);
  const whole = toOpenApiPath(segments);
  return last?.kind === 'param' && last.isOptional === true ? [whole, toOpenApiPath(segments.slice(0, -1))] : [whole];
}

function toOpenApiPath(segments: readonly PathSegment[]): OpenApiPath {
  const parameters: PathParameter[] = [];
  const write = (parameter: PathParameter): string => {
    parameters.push(parameter);
    return `{${parameter.name}}`;
  };
  const template = segments.map((segment, index) => `/${toTemplate(segment, index, write)}`).join('') || '/';
  return { template, shape: template.replaceAll(/\{[^}]*\}/g, '{}'), parameters };
}

function toTemplate(segment: PathSegment, index: number, write: (parameter: PathParameter) => string): string {
  switch (segment.kind) {
    case 'text':
      return toText(segment);
    case 'param':
      return write(toParameter(segment));
    case 'mixed':
      return segment.parts.map((part) => (part.kind === 'text' ? toText(part) : write(toParameter(part)))).join('');
    case 'any':
      return write({ name: `${UNNAMED}${index}`, schema: TEXT, isConstrained: false, isRest: false });
    default:
      return write({ name: segment.name, schema: TEXT, isConstrained: false, isRest: true });
  }
}

function toParameter({ name, constraint }: ParamPart): PathParameter {
  return { name, schema: constraint?.jsonSchema ?? TEXT, isConstrained: constraint !== undefined, isRest: false };
}

/** Braces would be read as a parameter. */
function toText({ text }: TextPart): string {
  return text.replaceAll('{', '%7B').replaceAll('}', '%7D');
}

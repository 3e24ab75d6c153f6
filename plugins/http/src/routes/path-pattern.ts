/**
 * The syntax of route paths. A segment is text, `:name`, `:name{type}` or `:name{one|other}`, several of these with text
 * between them (`:year{int}-:month{int}`, `:file.:ext`), or `*` for any one segment. The last one may be `:name?`, which may
 * be missing, or `**:name` (or `**`, named `_`) for the rest of the path. A pattern is decoded text: `/café`, not `/caf%C3%A9`.
 */
import { RoutePathError } from '../errors.ts';
import { type Constraint, ConstraintRegistry } from './param-types.ts';

/** A named value within a segment. */
export interface ParamPart {
  readonly kind: 'param';
  readonly name: string;
  readonly constraint?: Constraint;
}

/** Text within a segment. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
}

/** One segment of a pattern. */
export type PathSegment =
  | TextPart
  | (ParamPart & { readonly isOptional?: boolean })
  | { readonly kind: 'mixed'; readonly parts: readonly (TextPart | ParamPart)[] }
  | { readonly kind: 'any' }
  | { readonly kind: 'rest'; readonly name: string };

/** The name of a rest segment that has none. */
const UNNAMED_REST = '_';
const NAME = /^(?!__proto__$)[A-Za-z_]\w*$/;
const PART = /:(\w*)(?:\{([^{}/:]*)\})?|[^:{}]+|./gy;

/**
 * Reads a pattern.
 * @throws {RoutePathError} when it breaks the syntax.
 * @throws {ParamTypeError} when it names a type that there is not.
 */
export function parsePathPattern(path: string, constraints = new ConstraintRegistry()): readonly PathSegment[] {
  if (path === '/') return [];
  if (!path.startsWith('/')) throw new RoutePathError(path, 'it must begin with "/"');
  const parts = path.slice(1).split('/');
  const segments = parseSegments(parts, { path, constraints });
  const rest = segments.findIndex(({ kind }) => kind === 'rest');
  if (rest !== -1 && rest < parts.length - 1) throw new RoutePathError(path, `"${parts[rest] ?? ''}" must be its last segment`);
  return segments;
}

/** Where segments stand, and the types they may name. */
export interface SegmentSurroundings {
  /** The whole pattern, for messages. */
  readonly path: string;
  readonly constraints: ConstraintRegistry;
}

/**
 * Reads the segments of a pattern.
 * @throws {RoutePathError} when one breaks the syntax, or two parameters have one name.
 */
export function parseSegments(parts: readonly string[], surroundings: SegmentSurroundings): readonly PathSegment[] {
  const { path } = surroundings;
  if (/[#\s\\]|\?(?!$)/.test(path)) throw new RoutePathError(path, String.raw`it must not hold "#", "\" or spaces, and "?" only at its end`);
  const segments = parts.map((part) => parseSegment(part, surroundings));
  assertDistinct(path, segments.flatMap(listNames));
  return segments;
}

/** Lists the segments of the paths that a pattern stands for: with and without its optional end. */
export function listVariants(segments: readonly PathSegment[]): readonly (readonly PathSegment[])[] {
  const last = segments.at(-1);
  return last?.kind === 'param' && last.isOptional === true ? [segments.slice(0, -1), segments] : [segments];
}

/** Lists the parts of a segment that have names. */
export function listParams(segment: PathSegment): readonly ParamPart[] {
  if (segment.kind === 'param') return [segment];
  return segment.kind === 'mixed' ? segment.parts.filter((part) => part.kind === 'param') : [];
}

/** Lists the names of parameters in a segment. */
export function listNames(segment: PathSegment): readonly string[] {
  return segment.kind === 'rest' ? [segment.name] : listParams(segment).map(({ name }) => name);
}

/** Joins the prefix of a group and a path in it: `/articles` and `/` give `/articles`. */
export function joinPaths(prefix: string, path: string): string {
  const left = prefix === '/' ? '' : prefix;
  return path === '/' || path === '' ? left || '/' : left + path;
}

/** Refuses a name that is used twice. */
export function assertDistinct(path: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RoutePathError(path, `it has two parameters "${twice}"`);
}

function parseSegment(part: string, surroundings: SegmentSurroundings): PathSegment {
  const { path } = surroundings;
  if (part === '') throw new RoutePathError(path, 'it has an empty segment');
  if (part === '**') return { kind: 'rest', name: UNNAMED_REST };
  if (part === '*') return { kind: 'any' };
  if (part.startsWith('**')) {
    const name = part.startsWith('**:') ? part.slice(3) : '';
    if (!NAME.test(name)) throw unnamed(path, part);
    return { kind: 'rest', name };
  }
  if (part.includes('*')) throw new RoutePathError(path, `"${part}" holds a "*"`);
  const isOptional = part.endsWith('?');
  const parts = parseParts(isOptional ? part.slice(0, -1) : part, surroundings);
  const [only] = parts;
  if (only === undefined || parts.length > 1) {
    if (isOptional || only === undefined) throw new RoutePathError(path, `"${part}" cannot be optional; only a segment that is one parameter can`);
    return { kind: 'mixed', parts };
  }
  if (!isOptional) return only;
  if (only.kind === 'text') throw new RoutePathError(path, `it must not hold "?" behind text; only a segment that is one parameter can be optional`);
  return { ...only, isOptional };
}

function parseParts(part: string, { path, constraints }: SegmentSurroundings): readonly (TextPart | ParamPart)[] {
  const parts: (TextPart | ParamPart)[] = [];
  for (const [text, name, source] of part.matchAll(PART)) {
    const former = parts.at(-1);
    if (!text.startsWith(':')) {
      if (text === '{' || text === '}')
        throw new RoutePathError(path, `"${part}" has a "${text}" that does not enclose the type of a parameter: ":name{type}"`);
      if (former?.kind === 'param' && text.startsWith('('))
        throw new RoutePathError(path, `"${part}" holds an expression; name a type instead: ":${former.name}{int}"`);
      parts.push({ kind: 'text', text });
      continue;
    }
    if (name === undefined || !NAME.test(name)) throw unnamed(path, part);
    if (former?.kind === 'param') throw new RoutePathError(path, `"${part}" has two parameters with nothing between them`);
    parts.push(source === undefined ? { kind: 'param', name } : { kind: 'param', name, constraint: constraints.get(source) });
  }
  return parts;
}

function unnamed(path: string, part: string): RoutePathError {
  return new RoutePathError(path, `"${part}" does not name a parameter; a name is letters, digits and "_"`);
}

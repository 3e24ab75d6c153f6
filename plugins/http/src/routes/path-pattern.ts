/**
 * The syntax of route paths, for the router and for types: text, `:name` for one segment, `**:name` (or `**`, named `_`)
 * for the rest of the path. A pattern is decoded text: `/café`, not `/caf%C3%A9`.
 */
import { RoutePathError } from '../errors.ts';

type SegmentName<Segment extends string> = Segment extends `**:${infer Name}`
  ? Name
  : Segment extends '**'
    ? '_'
    : Segment extends `:${infer Name}`
      ? Name
      : never;

type NamesOf<Path extends string> = Path extends `${infer Segment}/${infer Rest}` ? SegmentName<Segment> | NamesOf<Rest> : SegmentName<Path>;

/** The parameters of a path literal: `/user/:id` gives `{ id: string }`. A path that is no literal gives a record. */
export type PathParams<Path extends string> = string extends Path ? Readonly<Record<string, string>> : { readonly [Name in NamesOf<Path>]: string };

/** The parameters of a prefix and of a path behind it. */
export type AllParams<PrefixParams, Path extends string> = { readonly [Name in keyof (PrefixParams & PathParams<Path>)]: string };

/** One segment of a pattern. */
export type PathSegment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'param'; readonly name: string }
  | { readonly kind: 'rest'; readonly name: string };

/** The name of a rest segment that has none. */
const UNNAMED_REST = '_';
const NAME = /^[A-Za-z_]\w*$/;

/**
 * Reads a pattern.
 * @throws {RoutePathError} when it breaks the syntax.
 */
export function parsePathPattern(path: string): readonly PathSegment[] {
  if (path === '/') return [];
  if (!path.startsWith('/')) throw new RoutePathError(path, 'it must begin with "/"');
  if (/[?#\s]/.test(path)) throw new RoutePathError(path, 'it must not hold "?", "#" or spaces');
  const names = new Set<string>();
  const parts = path.slice(1).split('/');
  return parts.map((part, index) => {
    const segment = parseSegment(path, part);
    if (segment.kind === 'rest' && index < parts.length - 1) throw new RoutePathError(path, `"${part}" must be its last segment`);
    if (segment.kind !== 'text') {
      if (names.has(segment.name)) throw new RoutePathError(path, `it has two parameters "${segment.name}"`);
      names.add(segment.name);
    }
    return segment;
  });
}

/** Joins the prefix of a group and a path in it: `/articles` and `/` give `/articles`. */
export function joinPaths(prefix: string, path: string): string {
  const left = prefix === '/' ? '' : prefix;
  return path === '/' || path === '' ? left || '/' : left + path;
}

function parseSegment(path: string, part: string): PathSegment {
  if (part === '') throw new RoutePathError(path, 'it has an empty segment');
  if (part.startsWith('**')) {
    if (part === '**') return { kind: 'rest', name: UNNAMED_REST };
    return { kind: 'rest', name: parseName(path, part, part.startsWith('**:') ? part.slice(3) : '') };
  }
  if (part.startsWith(':')) return { kind: 'param', name: parseName(path, part, part.slice(1)) };
  if (part.includes('*')) throw new RoutePathError(path, `"${part}" holds a "*"`);
  return { kind: 'text', text: part };
}

function parseName(path: string, part: string, name: string): string {
  if (!NAME.test(name)) throw new RoutePathError(path, `"${part}" does not name a parameter; a name is letters, digits and "_"`);
  return name;
}

/**
 * Matches paths of one method. Routes without parameters are found by one look-up; the others in a tree of segments, where
 * text wins over constraints, the narrower constraint over the wider, these over `:name`, and `:name` over `**`. So the order
 * of declaration never matters. Segments are compared decoded: `%2F` never separates, and an encoded letter cannot slip past
 * a route. One slash at the end is ignored, unless the tree is strict.
 */
import { MalformedUrlError } from '../problem/request-errors.ts';
import { listNames, type PathSegment } from './path-pattern.ts';
import { SegmentLanguages, toSegmentKey } from './segment-languages.ts';
import { createSegmentMatcher, type SegmentMatcher } from './segment-matcher.ts';

const SLASH = 47;
/** In place of the name of a segment without one. */
const UNNAMED = '';

/** The parameters of a match. */
export type MatchedParams = Readonly<Record<string, string>>;

/** What a path leads to. */
export interface RouteMatch<Value> {
  readonly value: Value;
  readonly params: MatchedParams;
}

interface Leaf<Value> {
  readonly value: Value;
  readonly names: readonly string[];
  /** The match of a route without parameters, which is always the same. */
  readonly match: RouteMatch<Value>;
}

/** A segment that has constraints or several parameters, and what follows it. */
interface Pattern<Value> {
  readonly key: string;
  readonly segment: PathSegment;
  readonly match: SegmentMatcher;
  readonly node: Node<Value>;
}

class Node<Value> {
  readonly texts = new Map<string, Node<Value>>();
  /** The narrower before the wider; `undefined` when there are none. */
  patterns: Pattern<Value>[] | undefined = undefined;
  param: Node<Value> | undefined = undefined;
  leaf: Leaf<Value> | undefined = undefined;
  rest: Leaf<Value> | undefined = undefined;
}

/** The routes of one method. */
export class RouteTree<Value> {
  readonly #static = new Map<string, RouteMatch<Value>>();
  readonly #root = new Node<Value>();
  readonly #languages: SegmentLanguages;
  readonly #isStrict: boolean;

  constructor({ languages = new SegmentLanguages(), isStrict = false }: RouteTreeOptions = {}) {
    this.#languages = languages;
    this.#isStrict = isStrict;
  }

  /** Adds a route, or returns the value of the route that already answers the same paths. */
  add(segments: readonly PathSegment[], value: Value): Value | undefined {
    let node = this.#root;
    const names: string[] = [];
    for (const segment of segments) {
      if (segment.kind === 'text') {
        node = getOrCreate(node.texts, segment.text);
        continue;
      }
      names.push(...(segment.kind === 'any' ? [UNNAMED] : listNames(segment)));
      if (segment.kind === 'rest') {
        if (node.rest !== undefined) return node.rest.value;
        node.rest = toLeaf(value, names);
        return undefined;
      }
      node = isFree(segment) ? (node.param ??= new Node()) : this.#getOrCreatePattern(node, segment).node;
    }
    if (node.leaf !== undefined) return node.leaf.value;
    node.leaf = toLeaf(value, names);
    if (segments.every(({ kind }) => kind === 'text'))
      this.#static.set(`/${segments.map((segment) => (segment.kind === 'text' ? segment.text : '')).join('/')}`, node.leaf.match);
    return undefined;
  }

  /**
   * Finds the route of a path as it was sent.
   * @throws {MalformedUrlError} 400 when its percent-encoding is malformed.
   */
  find(path: string): RouteMatch<Value> | undefined {
    const found = this.#static.get(path);
    if (found !== undefined) return found;
    const values: string[] = [];
    const end = !this.#isStrict && path.length > 1 && path.charCodeAt(path.length - 1) === SLASH ? path.length - 1 : path.length;
    const isEncoded = path.includes('%');
    const leaf = end === 1 ? endAt(this.#root, values) : search(this.#root, { path, end, isEncoded, values }, 1);
    if (leaf === undefined) return undefined;
    if (leaf.names.length === 0) return leaf.match;
    return { value: leaf.value, params: toParams(leaf.names, values) };
  }

  #getOrCreatePattern(node: Node<Value>, segment: PathSegment): Pattern<Value> {
    const patterns = (node.patterns ??= []);
    const key = toSegmentKey(segment);
    const former = patterns.find((pattern) => pattern.key === key);
    if (former !== undefined) return former;
    const parts = segment.kind === 'mixed' ? segment.parts : segment.kind === 'param' ? [segment] : [];
    const pattern: Pattern<Value> = { key, segment, match: createSegmentMatcher(parts), node: new Node() };
    const wider = patterns.findIndex((other) => this.#languages.relate(segment, other.segment) === 'narrower');
    patterns.splice(wider === -1 ? patterns.length : wider, 0, pattern);
    return pattern;
  }
}

/** Options of a {@link RouteTree}. */
export interface RouteTreeOptions {
  /** Shared by trees, so that they compare each pair of constraints once. */
  readonly languages?: SegmentLanguages;
  /** `true`: a slash at the end makes another path. Default: `false`. */
  readonly isStrict?: boolean;
}

/** Tells whether a segment accepts every value, as one. */
function isFree(segment: PathSegment): boolean {
  return segment.kind === 'any' || (segment.kind === 'param' && segment.constraint === undefined);
}

/** A path on its way through the tree. */
interface Walk {
  readonly path: string;
  readonly end: number;
  readonly isEncoded: boolean;
  /** The values of the parameters found so far, and of segments without names. */
  readonly values: string[];
}

/** Looks below `node` for what begins at `start`, the character after a slash. */
function search<Value>(node: Node<Value>, walk: Walk, start: number): Leaf<Value> | undefined {
  const { path, end, values } = walk;
  let next = path.indexOf('/', start);
  if (next === -1 || next > end) next = end;
  const raw = path.slice(start, next);
  const segment = walk.isEncoded ? decodeSegment(raw) : raw;
  const textNode = node.texts.get(segment);
  if (textNode !== undefined) {
    const leaf = next === end ? endAt(textNode, values) : search(textNode, walk, next + 1);
    if (leaf !== undefined) return leaf;
  }
  if (node.patterns !== undefined && segment !== '') {
    const leaf = searchPatterns(node.patterns, walk, { segment, next });
    if (leaf !== undefined) return leaf;
  }
  const paramNode = node.param;
  if (paramNode !== undefined && segment !== '') {
    const depth = values.length;
    values.push(segment);
    const leaf = next === end ? endAt(paramNode, values) : search(paramNode, walk, next + 1);
    if (leaf !== undefined) return leaf;
    values.length = depth;
  }
  if (node.rest === undefined) return undefined;
  const rest = decodeRest(path.slice(start, end));
  if (rest === undefined) return undefined;
  values.push(rest);
  return node.rest;
}

function searchPatterns<Value>(
  patterns: readonly Pattern<Value>[],
  walk: Walk,
  at: { readonly segment: string; readonly next: number },
): Leaf<Value> | undefined {
  const { values, end } = walk;
  const depth = values.length;
  for (const { match, node } of patterns) {
    if (!match(at.segment, values)) continue;
    const leaf = at.next === end ? endAt(node, values) : search(node, walk, at.next + 1);
    if (leaf !== undefined) return leaf;
    values.length = depth;
  }
  return undefined;
}

/** A `**` matches the empty rest as well, when no route ends here. */
function endAt<Value>(node: Node<Value>, values: string[]): Leaf<Value> | undefined {
  if (node.leaf !== undefined) return node.leaf;
  if (node.rest !== undefined) values.push('');
  return node.rest;
}

/** Decodes a rest; one with dot segments or encoded separators matches nothing, since it may be used as a file's path. */
function decodeRest(rest: string): string | undefined {
  const segments = rest.split('/').map(decodeSegment);
  const isSafe = segments.every(
    (segment) => segment !== '.' && segment !== '..' && !segment.includes('/') && !segment.includes('\\') && !segment.includes('\0'),
  );
  return isSafe ? segments.join('/') : undefined;
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new MalformedUrlError('its path holds malformed percent-encoding');
  }
}

function toParams(names: readonly string[], values: readonly string[]): MatchedParams {
  const params: Record<string, string> = {};
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? UNNAMED;
    if (name !== UNNAMED) params[name] = values[index] ?? '';
  }
  return params;
}

function toLeaf<Value>(value: Value, names: readonly string[]): Leaf<Value> {
  return { value, names, match: { value, params: Object.freeze({}) } };
}

function getOrCreate<Value>(nodes: Map<string, Node<Value>>, text: string): Node<Value> {
  let node = nodes.get(text);
  if (node === undefined) nodes.set(text, (node = new Node()));
  return node;
}

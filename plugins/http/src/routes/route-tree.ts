/**
 * Matches paths of one method. Routes without parameters are found by one look-up; the others in a tree of segments, where
 * text wins over `:name`, and `:name` over `**`. Segments are compared decoded, so `%2F` never separates and an
 * encoded letter cannot slip past a route. One slash at the end is ignored.
 */
import { MalformedUrlError } from '../problem/request-errors.ts';
import type { PathSegment } from './path-pattern.ts';

const SLASH = 47;

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

class Node<Value> {
  readonly texts = new Map<string, Node<Value>>();
  param: Node<Value> | undefined = undefined;
  leaf: Leaf<Value> | undefined = undefined;
  rest: Leaf<Value> | undefined = undefined;
}

/** The routes of one method. */
export class RouteTree<Value> {
  readonly #static = new Map<string, RouteMatch<Value>>();
  readonly #root = new Node<Value>();

  /** Adds a route, or returns the value of the route that already answers the same paths. */
  add(segments: readonly PathSegment[], value: Value): Value | undefined {
    let node = this.#root;
    const names: string[] = [];
    for (const segment of segments) {
      if (segment.kind === 'text') {
        node = getOrCreate(node.texts, segment.text);
        continue;
      }
      names.push(segment.name);
      if (segment.kind === 'rest') {
        if (node.rest !== undefined) return node.rest.value;
        node.rest = toLeaf(value, names);
        return undefined;
      }
      node = node.param ??= new Node();
    }
    if (node.leaf !== undefined) return node.leaf.value;
    node.leaf = toLeaf(value, names);
    if (names.length === 0) this.#static.set(`/${segments.map((segment) => (segment.kind === 'text' ? segment.text : '')).join('/')}`, node.leaf.match);
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
    const end = path.length > 1 && path.charCodeAt(path.length - 1) === SLASH ? path.length - 1 : path.length;
    const isEncoded = path.includes('%');
    const leaf = end === 1 ? endAt(this.#root, values) : search(this.#root, { path, end, isEncoded, values }, 1);
    if (leaf === undefined) return undefined;
    if (leaf.names.length === 0) return leaf.match;
    return { value: leaf.value, params: toParams(leaf.names, values) };
  }
}

/** A path on its way through the tree. */
interface Walk {
  readonly path: string;
  readonly end: number;
  readonly isEncoded: boolean;
  /** The parameters found so far. */
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
  for (let index = 0; index < names.length; index++) params[names[index] ?? ''] = values[index] ?? '';
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

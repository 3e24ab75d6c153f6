/**
 * Proves, while the application boots, that every route can be reached and that no path fits two routes equally well. The
 * values that segments accept are regular languages, so both questions have exact answers.
 */
import { RouteConflictError, RouteUnreachableError } from '../errors.ts';
import type { Automaton } from './language/automaton.ts';
import { listExamples } from './language/compare-automata.ts';
import { listVariants, type PathSegment } from './path-pattern.ts';
import type { Route } from './route.ts';
import { type SegmentLanguages, toSegmentKey } from './segment-languages.ts';

/** What a proof needs. */
export interface ProofOptions {
  readonly languages: SegmentLanguages;
  /** Names the routes among which one is chosen by its segments. */
  readonly toScope: (route: Route) => string;
  /** Names those of a scope that nothing else but their segments tells apart. Default: all of it. */
  readonly toInnerScope?: (route: Route) => string;
  /** Writes a path in messages. Default: as it is. */
  readonly show?: (path: string) => string;
  /** Finds what answers a path of a route's own hosts and method: once for each version that a request may ask for. */
  readonly find: (route: Route, path: string) => readonly (Route | undefined)[];
}

/** Beyond this many paths a route is taken for reachable. */
const GREATEST_PATH_COUNT = 20_000;
/** Text that hardly any constraint accepts. */
const FREE_TEXT = '~';

interface Variant {
  readonly route: Route;
  readonly segments: readonly PathSegment[];
  readonly keys: readonly string[];
}

/**
 * Proves it.
 * @throws {RouteConflictError} when two routes fit the same paths, and neither is narrower.
 * @throws {RouteUnreachableError} when every path of a route leads to others.
 */
export function proveRoutes(routes: readonly Route[], options: ProofOptions): void {
  const variants = routes.flatMap((route) => listVariants(route.segments).map((segments): Variant => ({ route, segments, keys: segments.map(toSegmentKey) })));
  const { toScope, toInnerScope = toScope } = options;
  for (const rivals of Map.groupBy(variants, ({ route }) => toInnerScope(route)).values()) {
    const patterned = rivals.filter(({ segments }) => segments.some(isPattern));
    for (const [index, right] of patterned.entries()) {
      for (const left of patterned.slice(0, index)) {
        if (isTie(left, right, options.languages)) assertIrrelevant(left, right, { rivals, options });
      }
    }
  }
  for (const variant of variants) assertReachable(variant, variants, options);
}

/** Tells whether a segment is neither text nor free. */
function isPattern(segment: PathSegment): boolean {
  return segment.kind === 'mixed' || (segment.kind === 'param' && segment.constraint !== undefined);
}

function isRest(segment: PathSegment | undefined): boolean {
  return segment?.kind === 'rest';
}

/** Where two routes part, text comes before patterns, and these before free segments; only two patterns may be a tie. */
function isTie(left: Variant, right: Variant, languages: SegmentLanguages): boolean {
  if (left.route === right.route) return false;
  const index = left.keys.findIndex((key, position) => key !== right.keys[position] || isRest(left.segments[position]) !== isRest(right.segments[position]));
  const [leftSegment, rightSegment] = [left.segments[index], right.segments[index]];
  if (leftSegment === undefined || rightSegment === undefined || !isPattern(leftSegment) || !isPattern(rightSegment)) return false;
  const relation = languages.relate(leftSegment, rightSegment);
  return (relation === 'overlapping' || relation === 'equal') && meet(left.segments, right.segments, languages);
}

/** A tie is of no consequence when other routes take all the paths that both fit. */
function assertIrrelevant(left: Variant, right: Variant, { rivals, options }: { rivals: readonly Variant[]; options: ProofOptions }): void {
  const met = rivals.filter(({ segments }) => meet(left.segments, segments, options.languages));
  let count = 0;
  for (const texts of listPaths(left.segments, met, options.languages)) {
    if (!fits(texts, right.segments, options.languages)) continue;
    const example = toPath(texts);
    const found = options.find(right.route, example);
    if (!found.includes(left.route) && !found.includes(right.route) && ++count < GREATEST_PATH_COUNT) continue;
    const { method, path, place } = right.route;
    throw new RouteConflictError({ method, path, places: [left.route.place, place], example: options.show?.(example) ?? example });
  }
}

function fits(texts: readonly string[], segments: readonly PathSegment[], languages: SegmentLanguages): boolean {
  const hasRest = isRest(segments.at(-1));
  const fixed = hasRest ? segments.slice(0, -1) : segments;
  const isLongEnough = hasRest ? texts.length >= fixed.length : texts.length === fixed.length;
  return isLongEnough && fixed.every((segment, index) => languages.of(segment).matches(texts[index] ?? ''));
}

function assertReachable(variant: Variant, variants: readonly Variant[], options: ProofOptions): void {
  const { route, segments } = variant;
  const others = new Set<Route>();
  const isOwn = (path: string): boolean => {
    const found = options.find(route, path);
    if (found.includes(route)) return true;
    for (const other of found) if (other !== undefined) others.add(other);
    return false;
  };
  if (isOwn(toPath(segments.map((segment) => exampleOf(segment, options.languages))))) return;
  const scope = options.toScope(route);
  const rivals = variants.filter(
    (rival) => rival.route !== route && options.toScope(rival.route) === scope && meet(segments, rival.segments, options.languages),
  );
  let count = 0;
  for (const texts of listPaths(segments, rivals, options.languages)) {
    if (++count > GREATEST_PATH_COUNT || isOwn(toPath(texts))) return;
  }
  if (others.size > 0) throw new RouteUnreachableError({ ...route, path: toPattern(variant), others: [...others].slice(0, 3).map(({ place }) => place) });
}

/** The pattern of a variant: that of its route, without an optional end that is missing. */
function toPattern({ route: { path, segments: all }, segments }: Variant): string {
  return segments.length === all.length ? path : path.slice(0, path.lastIndexOf('/')) || '/';
}

function exampleOf(segment: PathSegment, languages: SegmentLanguages): string {
  if (segment.kind === 'text') return segment.text;
  return isPattern(segment) ? (listExamples([languages.of(segment)])[0]?.text ?? FREE_TEXT) : FREE_TEXT;
}

/** Tells whether some path fits both. */
function meet(left: readonly PathSegment[], right: readonly PathSegment[], languages: SegmentLanguages): boolean {
  for (let index = 0; ; index++) {
    const [a, b] = [left[index], right[index]];
    if (isRest(a) || isRest(b) || (a === undefined && b === undefined)) return true;
    if (a === undefined || b === undefined || languages.relate(a, b) === 'apart') return false;
  }
}

/** Lists paths of a route so that there is one for every way in which its rivals may fit or not fit. */
function* listPaths(segments: readonly PathSegment[], rivals: readonly Variant[], languages: SegmentLanguages): Iterable<readonly string[]> {
  const last = segments.at(-1);
  const hasRest = isRest(last);
  const fixed = hasRest ? segments.slice(0, -1) : segments;
  const longest = Math.max(fixed.length, ...rivals.map((rival) => rival.segments.length)) + 1;
  for (let length = fixed.length; length <= (hasRest ? longest : fixed.length); length++) {
    const choices = Array.from({ length }, (_, index) => listTexts(fixed[index] ?? last, { index, rivals, languages }));
    yield* combine(choices);
  }
}

interface Position {
  readonly index: number;
  readonly rivals: readonly Variant[];
  readonly languages: SegmentLanguages;
}

/** Lists texts that a segment accepts: one for each set of rivals that accept it too. */
function listTexts(segment: PathSegment | undefined, { index, rivals, languages }: Position): readonly string[] {
  if (segment === undefined) return [];
  const automata = new Set<Automaton>([languages.of(segment)]);
  for (const rival of rivals) {
    const other = rival.segments[index];
    if (other !== undefined && other.kind !== 'rest') automata.add(languages.of(other));
  }
  return listExamples([...automata])
    .filter(({ accepted }) => accepted[0] === true)
    .map(({ text }) => text);
}

function* combine(choices: readonly (readonly string[])[], chosen: readonly string[] = []): Iterable<readonly string[]> {
  const options = choices[chosen.length];
  if (options === undefined) {
    yield chosen;
    return;
  }
  for (const option of options) yield* combine(choices, [...chosen, option]);
}

function toPath(texts: readonly string[]): string {
  return `/${texts.map((text) => encodeURIComponent(text.toWellFormed())).join('/')}`;
}

/**
 * Finds the route that a preflight asks about, for applications in which routes have a CORS of their own: the request comes
 * with the method OPTIONS, for which there is no route.
 */
import type { PathSegment, Route } from '@oxidite/http';

/** The more a segment says, the earlier it is tried. */
const RANK: Readonly<Record<PathSegment['kind'], number>> = { text: 0, mixed: 1, param: 2, any: 3, rest: 4 };

/** Returns the route that answers the path, as it was sent, with this method. */
export function findAskedRoute(routes: readonly Route[], method: string, path: string): Route | undefined {
  const parts = split(path);
  if (parts === undefined) return undefined;
  const wanted = method === 'HEAD' ? ['HEAD', 'GET'] : [method];
  const candidates = routes.filter((route) => wanted.includes(route.method) && fits(route.segments, parts));
  return candidates.reduce<Route | undefined>((best, route) => (best === undefined || compare(route.segments, best.segments) < 0 ? route : best), undefined);
}

function split(path: string): readonly string[] | undefined {
  const parts = path.slice(1).split('/');
  if (parts.at(-1) === '') parts.pop(); // what a slash at the end means is not known here
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch {
    return undefined;
  }
}

function fits(segments: readonly PathSegment[], parts: readonly string[]): boolean {
  const last = segments.at(-1);
  if (last?.kind === 'rest') {
    return parts.length >= segments.length - 1 && segments.slice(0, -1).every((segment, index) => fitsOne(segment, parts[index] ?? ''));
  }
  const isShorter = last?.kind === 'param' && last.isOptional === true && parts.length === segments.length - 1;
  if (parts.length !== segments.length && !isShorter) return false;
  return parts.every((part, index) => {
    const segment = segments[index];
    return segment !== undefined && fitsOne(segment, part);
  });
}

function fitsOne(segment: PathSegment, part: string): boolean {
  switch (segment.kind) {
    case 'text':
      return segment.text === part;
    case 'param':
      return part !== '' && (segment.constraint === undefined || segment.constraint.automaton.matches(part));
    case 'mixed':
      return fitsTexts(
        segment.parts.flatMap((piece) => (piece.kind === 'text' ? piece.text : [])),
        part,
      );
    default:
      return true; // `*` and `**` fit everything
  }
}

/** The texts stand in it in their order. What lies between is not looked at: two routes that differ only there may not differ in CORS. */
function fitsTexts(texts: readonly string[], part: string): boolean {
  let position = 0;
  return texts.every((text) => {
    const found = part.indexOf(text, position);
    position = found + text.length;
    return found !== -1;
  });
}

function compare(left: readonly PathSegment[], right: readonly PathSegment[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = rankOf(left[index]) - rankOf(right[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A parameter with a constraint says more than one without. */
function rankOf(segment: PathSegment | undefined): number {
  if (segment === undefined) return -1;
  return RANK[segment.kind] - (segment.kind === 'param' && segment.constraint !== undefined ? 0.5 : 0);
}

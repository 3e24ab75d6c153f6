/** Writes the path of a route from its parameters, and refuses what the router would not take back. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { UrlParamsError } from '../errors.ts';
import { listNames, type ParamPart, type PathSegment, type TextPart } from '../routes/path-pattern.ts';
import type { Route } from '../routes/route.ts';
import { createSegmentMatcher } from '../routes/segment-matcher.ts';

/** Values by the names of parameters. */
export type ParamValues = Readonly<Record<string, unknown>>;

/**
 * Writes the path.
 * @throws {UrlParamsError} when a parameter is missing, unknown, or does not fit.
 */
export function buildPath(route: Route, params: ParamValues): string {
  const names = [...(route.hostSegments ?? []), ...route.segments].flatMap(listNames);
  const extra = Object.keys(params).find((name) => params[name] !== undefined && !names.includes(name));
  if (extra !== undefined) throw new UrlParamsError(route, `it has no parameter "${extra}".${toSuggestion(extra, names)}`);
  const parts = route.segments.map((segment) => writeSegment(segment, { route, params }));
  return `/${parts.filter((part) => part !== undefined).join('/')}`;
}

/** Writes the host of a route that has one. */
export function buildHost(route: Route, params: ParamValues): string | undefined {
  const host = route.hostSegments?.map((segment) => writeSegment(segment, { route, params }) ?? '').join('.');
  if (host !== undefined && !/^[a-z0-9.-]+$/i.test(host)) throw new UrlParamsError(route, `its host would be ${JSON.stringify(host)}, which is none`);
  return host;
}

interface Writing {
  readonly route: Route;
  readonly params: ParamValues;
}

function writeSegment(segment: PathSegment, writing: Writing): string | undefined {
  switch (segment.kind) {
    case 'text':
      return encode(segment.text);
    case 'any':
      throw new UrlParamsError(writing.route, 'it has a "*" without a name, for which no value can be given');
    case 'rest':
      return writeRest(segment.name, writing);
    case 'param': {
      if (segment.isOptional === true && writing.params[segment.name] === undefined) return undefined;
      const text = readParam(segment, writing);
      assertNoDots(text, segment.name, writing.route);
      return encode(text);
    }
    default:
      return writeMixed(segment.parts, writing);
  }
}

function writeMixed(parts: readonly (TextPart | ParamPart)[], writing: Writing): string {
  const values = parts.filter((part) => part.kind === 'param').map((part) => readParam(part, writing));
  const rest = [...values];
  const text = parts.map((part) => (part.kind === 'text' ? part.text : (rest.shift() ?? ''))).join('');
  const found: string[] = [];
  if (!createSegmentMatcher(parts)(text, found) || found.some((value, index) => value !== values[index])) {
    throw new UrlParamsError(writing.route, `the values ${values.join(', ')} give "${text}", which the router divides in another way`);
  }
  return encode(text);
}

function readParam({ name, constraint }: ParamPart, { route, params }: Writing): string {
  const text = toText(name, params[name], route);
  if (text === '') throw new UrlParamsError(route, `the parameter "${name}" is empty`);
  if (constraint !== undefined && !constraint.automaton.matches(text)) {
    throw new UrlParamsError(route, `the parameter "${name}" is ${JSON.stringify(text)}, which is no {${constraint.source}}`);
  }
  return text;
}

function writeRest(name: string, { route, params }: Writing): string | undefined {
  if (params[name] === undefined || params[name] === '') return undefined;
  const parts = toText(name, params[name], route).split('/');
  for (const part of parts) {
    assertNoDots(part, name, route);
    if (/[\\\0]/.test(part)) throw new UrlParamsError(route, String.raw`the parameter "${name}" holds a "\" or a zero character`);
  }
  return parts.map(encode).join('/');
}

function toText(name: string, value: unknown, route: Route): string {
  if (value === undefined) throw new UrlParamsError(route, `the parameter "${name}" is missing`);
  if (typeof value !== 'string' && !(typeof value === 'number' && Number.isFinite(value))) {
    throw new UrlParamsError(route, `the parameter "${name}" is ${value === null ? 'null' : typeof value}; expected a string or a number`);
  }
  const text = String(value);
  if (!text.isWellFormed()) throw new UrlParamsError(route, `the parameter "${name}" is no well-formed text`);
  return text;
}

/** Clients resolve dot segments before they send a path. Source: RFC 3986, section 5.2.4. */
function assertNoDots(text: string, name: string, route: Route): void {
  if (text === '.' || text === '..') throw new UrlParamsError(route, `the parameter "${name}" is "${text}", which clients take out of paths`);
}

function encode(text: string): string {
  return encodeURIComponent(text);
}

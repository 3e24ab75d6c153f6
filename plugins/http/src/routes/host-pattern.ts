/** Hosts that groups are bound to: `admin.example.com`, `:tenant.example.com`. Labels are matched as the segments of paths are. */
import { RoutePathError } from '../errors.ts';
import type { ConstraintRegistry } from './param-types.ts';
import { type PathSegment, parseSegments } from './path-pattern.ts';

/**
 * Reads a host pattern; one segment for each label.
 * @throws {RoutePathError} when it breaks the syntax.
 */
export function parseHostPattern(host: string, constraints: ConstraintRegistry): readonly PathSegment[] {
  if (/:\d*$/.test(host)) throw new RoutePathError(host, 'a host is written without a port');
  const segments = parseSegments(host.split('.'), { path: host, constraints });
  for (const segment of segments) {
    if (segment.kind === 'rest' || (segment.kind === 'param' && segment.isOptional === true))
      throw new RoutePathError(host, 'a host has neither optional nor rest labels');
    const texts = segment.kind === 'mixed' ? segment.parts : [segment];
    const wrong = texts.find((part) => part.kind === 'text' && !/^[a-z0-9-]+$/.test(part.text));
    if (wrong !== undefined) throw new RoutePathError(host, 'a host is lower-case letters, digits and "-" between dots; other letters as punycode');
  }
  return segments;
}

/** Writes the host of a request as a path of its labels, or returns `undefined` when it can match no pattern. */
export function toHostPath(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  return /^[a-z0-9.-]+$/.test(name) ? `/${name.replaceAll('.', '/')}` : undefined;
}

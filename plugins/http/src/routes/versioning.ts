/** How a request says which version of the API it wants: in its path, in a header, or in the media type it accepts. */
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { RouteVersionError } from '../errors.ts';
import type { Deprecation } from './deprecation.ts';

const VERSION = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

const version = z.string().regex(VERSION, 'must be a version like "2" or "2026-01-31"');
const token = z.string().regex(TOKEN, 'must be a token of HTTP');
const deprecation = z.strictObject({ since: z.union([z.date(), z.string()]), sunset: z.union([z.date(), z.string()]).optional(), link: z.string().optional() });
const deprecations = z.record(version, deprecation).optional();

/** The option `versioning`. */
export const Versioning = z.discriminatedUnion('by', [
  /** `/v2/articles`: the segment stands before the prefix of the group, or the path of the route, that declares the version. */
  z.strictObject({
    by: z.literal('path'),
    prefix: z
      .string()
      .regex(/^[A-Za-z._-]*$/, 'must be letters')
      .default('v'),
    deprecations,
  }),
  z.strictObject({ by: z.literal('header'), header: token.toLowerCase().default('api-version'), default: version.optional(), deprecations }),
  /** `Accept: application/vnd.acme.v2+json` with the vendor `acme`, otherwise `Accept: application/json; version=2`. */
  z.strictObject({
    by: z.literal('media-type'),
    vendor: token.toLowerCase().optional(),
    parameter: token.toLowerCase().default('version'),
    default: version.optional(),
    deprecations,
  }),
]);

/** The option with its defaults. */
export type Versioning = z.output<typeof Versioning>;

/** Versions stand in paths unless the options say otherwise. */
export const PATH_VERSIONING: Versioning = { by: 'path', prefix: 'v' };

/** Finds the version that the headers of a request ask for; the default when they name none. */
export type VersionReader = (headers: Readonly<IncomingHttpHeaders>) => string | undefined;

/** Creates the reader, or returns `undefined` when paths hold the version. */
export function createVersionReader(versioning: Versioning): VersionReader | undefined {
  switch (versioning.by) {
    case 'path':
      return undefined;
    case 'header': {
      const { header, default: fallback } = versioning;
      return (headers) => {
        const value = headers[header];
        return (typeof value === 'string' && value !== '' ? value.trim().toLowerCase() : undefined) ?? fallback;
      };
    }
    default: {
      const { vendor, parameter, default: fallback } = versioning;
      const read = vendor === undefined ? (range: string) => readParameter(range, parameter) : (range: string) => readVendor(range, vendor);
      return ({ accept }) => (accept === undefined ? undefined : findPreferred(accept, read)) ?? fallback;
    }
  }
}

/** Returns the header that the version is read from, which caches must know: `undefined` when it is in the path. */
export function toVaryHeader(versioning: Versioning): string | undefined {
  if (versioning.by === 'path') return undefined;
  return versioning.by === 'header' ? versioning.header : 'accept';
}

/** Returns what is deprecated about a version as a whole. */
export function findDeprecation(versioning: Versioning, version: string | undefined): Deprecation | undefined {
  const found = version === undefined ? undefined : versioning.deprecations?.[version];
  if (found === undefined) return undefined;
  const { since, sunset, link } = found;
  return { since, ...(sunset === undefined ? {} : { sunset }), ...(link === undefined ? {} : { link }) };
}

/**
 * Returns the versions of a declaration.
 * @throws {RouteVersionError} when one cannot be asked for.
 */
export function listVersions(path: string, declared: string | readonly string[]): readonly string[] {
  const versions = [...new Set(typeof declared === 'string' ? [declared] : declared)];
  const wrong = versions.find((candidate) => !VERSION.test(candidate));
  if (wrong !== undefined || versions.length === 0) throw new RouteVersionError(path, wrong);
  return versions;
}

/** Orders versions: the parts that are numbers by their value, so that 10 comes after 9. */
export function compareVersions(left: string, right: string): number {
  const [leftParts, rightParts] = [left.split(/[.-]/), right.split(/[.-]/)];
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index++) {
    const order = compareParts(leftParts[index] ?? '', rightParts[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(left: string, right: string): number {
  if (/^\d+$/.test(left) && /^\d+$/.test(right)) return Number(left) - Number(right);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Of the ranges that name a version the one with the highest weight counts, the first of equals. Source: RFC 9110, section 12.5.1. */
function findPreferred(accept: string, read: (range: string) => string | undefined): string | undefined {
  let preferred: { readonly version: string; readonly weight: number } | undefined;
  for (const range of accept.toLowerCase().split(',')) {
    const version = read(range);
    if (version === undefined) continue;
    const weight = Number(readParameter(range, 'q') ?? 1);
    if (weight > (preferred?.weight ?? 0)) preferred = { version, weight };
  }
  return preferred?.version;
}

function readParameter(range: string, name: string): string | undefined {
  for (const part of range.split(';').slice(1)) {
    const equals = part.indexOf('=');
    if (equals !== -1 && part.slice(0, equals).trim() === name)
      return (
        part
          .slice(equals + 1)
          .trim()
          .replaceAll('"', '') || undefined
      );
  }
  return undefined;
}

/** Reads `application/vnd.acme.v2+json`, and `application/vnd.acme+json; version=2` as well. */
function readVendor(range: string, vendor: string): string | undefined {
  const type = (range.split(';', 1)[0] ?? '').trim();
  const prefix = `application/vnd.${vendor}`;
  if (!type.startsWith(prefix)) return undefined;
  const version = /^\.v?([a-z0-9][\w.-]*?)(?:\+[\w-]+)?$/.exec(type.slice(prefix.length))?.[1];
  return version ?? (/^(?:\+[\w-]+)?$/.test(type.slice(prefix.length)) ? readParameter(range, 'version') : undefined);
}

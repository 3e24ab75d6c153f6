/**
 * Says on every response that a route will go away: `Deprecation`, `Sunset` and `Link`.
 * Source: RFC 9745 (Deprecation), RFC 8594 (Sunset), RFC 8288 (Link).
 */
import { DeprecationError } from '../errors.ts';

/** Since when something is deprecated, and until when it works. Dates are `Date`s or text that `Date` reads: `2026-12-31`. */
export interface Deprecation {
  readonly since: Date | string;
  /** When it stops working; not before `since`. */
  readonly sunset?: Date | string;
  /** The address of a page that tells what to do: a URL, or a path. */
  readonly link?: string;
}

/**
 * Makes the headers of a deprecation.
 * @throws {DeprecationError} when a date cannot be read, the end is before the beginning, or the link is no address.
 */
export function toDeprecationHeaders({ since, sunset, link }: Deprecation): Readonly<Record<string, string>> {
  const start = toDate('since', since);
  const end = sunset === undefined ? undefined : toDate('sunset', sunset);
  if (end !== undefined && end < start)
    throw new DeprecationError(`its sunset ${end.toISOString()} is before ${start.toISOString()}, since when it is deprecated`);
  if (link !== undefined && (/[<>\s]/.test(link) || !URL.canParse(link, 'http://localhost')))
    throw new DeprecationError(`its link ${JSON.stringify(link)} is no address`);
  return {
    deprecation: `@${Math.floor(start.getTime() / 1_000)}`,
    ...(end === undefined ? {} : { sunset: end.toUTCString() }),
    ...(link === undefined ? {} : { link: `<${link}>; rel="deprecation"${end === undefined ? '' : `, <${link}>; rel="sunset"`}` }),
  };
}

function toDate(name: string, value: Date | string): Date {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new DeprecationError(`"${name}" is ${JSON.stringify(value)}; expected a date like "2026-12-31"`);
  return date;
}

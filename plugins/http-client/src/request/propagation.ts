/**
 * Sends the trace context and the id of the current request on, to those who may see them: an id that reaches third parties
 * tells them who does what when. Source: W3C Trace Context, 7 ("Privacy Considerations").
 */
import { ambientHeaders } from '@oxidite/plugin-sdk';

const PROPAGATED = ['traceparent', 'tracestate', 'x-request-id'] as const;
/** What can be a header, whoever made it. */
const VISIBLE = /^[\x20-\x7e]+$/;

/** Returns the headers of the current work that go to `url`; those that the request has itself are left as they are. */
export type Propagation = (url: URL) => readonly (readonly [string, string])[];

/** Creates a propagation to some origins: `https://a.example.com`, or `https://*.example.com` for all hosts below. */
export function createPropagation(patterns: readonly string[]): Propagation {
  const origins = new Set(patterns.filter((pattern) => !pattern.includes('*')).map((pattern) => new URL(pattern).origin));
  const wildcards = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => new URL(pattern.replace('*.', '')));
  const isTold = (url: URL): boolean =>
    origins.has(url.origin) ||
    wildcards.some(({ protocol, port, hostname }) => url.protocol === protocol && url.port === port && url.hostname.endsWith(`.${hostname}`));
  return (url) => {
    const headers = isTold(url) ? ambientHeaders() : undefined;
    if (headers === undefined) return [];
    return PROPAGATED.flatMap((name) => {
      const value = headers[name];
      return value === undefined || !VISIBLE.test(value) ? [] : [[name, value] as const];
    });
  };
}

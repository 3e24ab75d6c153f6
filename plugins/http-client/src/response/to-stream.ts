/** Hands a response on while it comes: as a stream, or as the `Response` of the web. */
import { type CallFacts, HttpClientResponseInvalidError } from '../errors.ts';
import type { IncomingResponse } from './incoming-response.ts';
import type { ResponseBody } from './response-body.ts';

/** Statuses without a body. Source: WHATWG Fetch, "null body status". */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
/** Source: RFC 9112, section 4; what a `Response` takes. */
const REASON_PHRASE = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;

/** Converts a body to a stream that reads no faster than it is read. */
export function toStream(body: ResponseBody): ReadableStream<Uint8Array> {
  const chunks = body.read();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        body.destroy();
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * Converts a response.
 * @throws {HttpClientResponseInvalidError} when its status is none that a `Response` can have.
 */
export function toResponse({ status, statusText, headers, url, isRedirected, body }: IncomingResponse, facts: CallFacts): Response {
  if (status < 200 || status > 599) {
    void body.discard();
    throw new HttpClientResponseInvalidError({ ...facts, reason: `has the status ${status}, which HTTP does not know`, issues: [] });
  }
  const isEmpty = facts.method === 'HEAD' || WITHOUT_BODY.has(status);
  if (isEmpty) void body.discard();
  const response = new Response(isEmpty ? null : toStream(body), {
    status,
    headers,
    ...(REASON_PHRASE.test(statusText ?? '') ? { statusText: statusText ?? '' } : {}),
  });
  return Object.defineProperties(response, { url: { value: url.href }, redirected: { value: isRedirected } });
}

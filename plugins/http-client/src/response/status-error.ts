/** Makes the error for a status that was not expected, with what the service says of it. */
import { type CallFacts, HttpClientStatusError } from '../errors.ts';
import type { CallOptions } from '../request/call-options.ts';
import type { IncomingResponse } from './incoming-response.ts';
import { tryParseProblem } from './problem-details.ts';

/** What is kept of the body. */
const BODY_BYTES = 1024;
/** What is read of it, for problem details. */
const READ_BYTES = 64 * 1024;

/** Tells whether a status is an answer rather than an error. */
export function isAccepted(status: number, acceptStatus: CallOptions['acceptStatus']): boolean {
  return (status >= 200 && status <= 299) || acceptStatus === 'any' || acceptStatus?.includes(status) === true;
}

/** Reads the beginning of a response and makes the error of it; a body that breaks off is no other error. */
export async function toStatusError({ status, headers, body }: IncomingResponse, facts: CallFacts): Promise<HttpClientStatusError> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body.read()) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= READ_BYTES) break;
    }
  } catch {
    // what has come is enough
  }
  const bytes = Buffer.concat(chunks);
  const problem = tryParseProblem(headers.get('content-type'), bytes.toString());
  const text = new TextDecoder().decode(bytes.subarray(0, BODY_BYTES), { stream: bytes.byteLength > BODY_BYTES }); // leaves half a character out
  return new HttpClientStatusError({ ...facts, responseStatus: status, body: text, problem });
}

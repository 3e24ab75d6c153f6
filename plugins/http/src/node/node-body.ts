/** Reads the body of a Node request: bytes are counted, and what a header claims is believed only when it is too much. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { BodyCallback } from '../exchange/exchange.ts';
import { BodyTooLargeError, RequestAbortedError } from '../problem/request-errors.ts';

/** Reads a whole body and calls back once. A body over the limit is reported at once; what follows of it is thrown away. */
export function readNodeBody(message: Readable, limitBytes: number, done: BodyCallback): void {
  let first: Buffer | undefined;
  let others: Buffer[] | undefined;
  let size = 0;
  let isDone = false;

  const finish = (error: unknown, bytes: Uint8Array | undefined): void => {
    if (isDone) return;
    isDone = true;
    done(error, bytes);
  };
  message.on('data', (chunk: Buffer) => {
    if (isDone) return;
    size += chunk.length;
    if (size > limitBytes) finish(new BodyTooLargeError(limitBytes), undefined);
    else if (first === undefined) first = chunk;
    else (others ??= [first]).push(chunk);
  });
  message.on('end', () => finish(undefined, others === undefined ? first : Buffer.concat(others, size)));
  message.on('error', (error) => finish(new RequestAbortedError(error), undefined));
}

/** Tells whether a request has a body. Source: RFC 9112, section 6.3. */
export function hasBody(message: IncomingMessage): boolean {
  const length = message.headers['content-length'];
  return length === undefined ? message.headers['transfer-encoding'] !== undefined : length !== '0';
}

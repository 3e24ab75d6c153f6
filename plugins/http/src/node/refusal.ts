/** Answers that are given before a request reaches the pipeline: prepared once, the same for everyone, and the last of their connection. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { toTitle } from '../problem/http-error.ts';
import { PROBLEM_TYPE, type Problem } from '../problem/problem.ts';

/** How long a client may take to read its refusal, in milliseconds. */
const LINGER_MS = 2_000;

/** A prepared answer. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** Prepares a refusal. What it says never repeats what the client sent. */
export function createRefusal(status: number, code: string, detail?: string): Refusal {
  const problem: Problem = { type: 'about:blank', title: toTitle(status), status, ...(detail === undefined ? {} : { detail }), code };
  return { status, body: JSON.stringify(problem) };
}

/** Refuses a request of HTTP/1.1. Nothing that follows on its connection is a request any more: add it to `closing`. */
export function refuseRequest({ status, body }: Refusal, response: ServerResponse): void {
  response.writeHead(status, ['content-type', PROBLEM_TYPE, 'content-length', String(Buffer.byteLength(body)), 'connection', 'close']);
  response.end(body);
}

/** Refuses what has no response of its own. A connection that is broken, or on which an answer is under way, is only destroyed. */
export function refuseSocket({ status, body }: Refusal, socket: Duplex): void {
  if (!socket.writable || hasAnswerUnderWay(socket)) {
    socket.destroy();
    return;
  }
  endAndForget(
    socket,
    `HTTP/1.1 ${status} ${toTitle(status)}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Ends a connection that nobody reads any more. A client that does not close its side in time has it closed. */
export function endAndForget(socket: Duplex, text?: string): void {
  if ('setTimeout' in socket) (socket as Socket).setTimeout(LINGER_MS, () => socket.destroy()); // only sockets have it
  socket.resume();
  socket.end(text);
}

/** Tells whether a request on this connection waits for the rest of its response. Node keeps it there; a test holds it. */
export function hasAnswerUnderWay(socket: Duplex): boolean {
  return '_httpMessage' in socket && socket._httpMessage !== null && socket._httpMessage !== undefined;
}

/** Makes every further request on the connection of `message` be ignored. */
export function closeAfter(message: IncomingMessage, closing: Set<Socket>): void {
  const { socket } = message;
  if (closing.has(socket)) return;
  closing.add(socket);
  socket.once('close', () => closing.delete(socket));
}

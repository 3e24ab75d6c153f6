/** Answers that are given before a request reaches the pipeline: prepared once, the same for everyone, and the last of their connection. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '@oxidite/plugin-sdk';
import { toTitle } from '../problem/http-error.ts';
import { PROBLEM_TYPE, type Problem } from '../problem/problem.ts';

/** How long a client may take to read its last answer, in milliseconds, whatever it sends meanwhile. */
const LINGER_MS = 2_000;

/** The clock that a connection ends by. */
export type LingerClock = Pick<Clock, 'setTimeout'>;

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

/**
 * Refuses what has no response of its own. An answer to the refused request that has not begun is taken back. Every other
 * answer stands: one that is complete still reaches its client, one that is not is broken off with its connection.
 */
export function refuseSocket({ status, body }: Refusal, socket: Duplex, clock: LingerClock): void {
  const answer = findAnswerUnderWay(socket);
  if (answer?.writableEnded === true) {
    (socket as Socket).destroySoon(); // answers are assigned to sockets only
    return;
  }
  if (!socket.writable || answer?.headersSent === true || answer?.req.complete === true) {
    socket.destroy();
    return;
  }
  if (answer !== undefined) takeBack(answer, socket);
  endAndForget(
    socket,
    clock,
    `HTTP/1.1 ${status} ${toTitle(status)}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Ends a connection that nobody reads any more. A client that does not close its side in time has it closed. */
export function endAndForget(socket: Duplex, clock: LingerClock, text?: string): void {
  const timer = clock.setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => timer.cancel());
  socket.resume();
  socket.end(text);
}

/** Tells whether a request on this connection waits for the rest of its response. */
export function hasAnswerUnderWay(socket: Duplex): boolean {
  return findAnswerUnderWay(socket) !== undefined;
}

/** Finds the first response on this connection that is not complete. Node keeps it there; a test holds it. */
export function findAnswerUnderWay(socket: Duplex): ServerResponse<IncomingMessage> | undefined {
  return '_httpMessage' in socket ? ((socket._httpMessage ?? undefined) as ServerResponse | undefined) : undefined;
}

/** Makes every further request on the connection of `message` be ignored. */
export function closeAfter(message: IncomingMessage, closing: Set<Socket>): void {
  const { socket } = message;
  if (closing.has(socket)) return;
  closing.add(socket);
  socket.once('close', () => closing.delete(socket));
}

/** Whoever works at this answer finds that its client is gone. */
function takeBack(answer: ServerResponse, socket: Duplex): void {
  answer.detachSocket(socket as Socket); // it was assigned to this one
  answer.destroy();
  socket.once('close', () => answer.emit('close'));
}

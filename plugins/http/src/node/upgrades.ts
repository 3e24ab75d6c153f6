/**
 * Connections that ask to become WebSockets. Such a request goes the way of all requests, so it can be refused like one; a
 * handler that accepts it takes the connection over. Other protocols in the header `upgrade` are ignored.
 * Source: RFC 9110, section 7.8, and RFC 6455, section 4.2.1.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { hasBody } from './node-body.ts';
import { endAndForget, type LingerClock } from './refusal.ts';

/** A connection that asks for WebSocket. */
export interface UpgradeRequest {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** What was read of the new protocol already. */
  readonly head: Buffer;
}

/** Tells whether a request asks for a WebSocket. One with a body does not: the body would be taken for messages. Neither does one of HTTP/1.0. */
export function asksForWebSocket(message: IncomingMessage): boolean {
  const { method, headers, httpVersionMinor } = message;
  const isAsked = method === 'GET' && httpVersionMinor > 0 && headers.upgrade?.toLowerCase() === 'websocket';
  return isAsked && headers['sec-websocket-key'] !== undefined && !hasBody(message);
}

/** Creates the response for as long as the connection still speaks HTTP; sending it ends the connection. */
export function createUpgradeResponse({ message, socket }: UpgradeRequest, clock: LingerClock): ServerResponse {
  const response = new ServerResponse(message);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket); // what an HTTP server hands over is a socket, or has the same parts
  response.on('finish', () => endAndForget(socket, clock));
  socket.on('error', () => socket.destroy());
  return response;
}

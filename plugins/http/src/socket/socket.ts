/** One connection as handlers see it. */
import type { HttpRequest } from '../request/http-request.ts';

/** An open WebSocket. `Message` is what can be sent on it. */
export interface Socket<Message = unknown> {
  /** The id of the request that opened the connection. */
  readonly id: string;
  /** The request that opened the connection. */
  readonly request: HttpRequest;
  /** The subprotocol that was agreed on; empty when there is none. */
  readonly protocol: string;
  /** Aborts when the connection is closed. */
  readonly signal: AbortSignal;
  /** Bytes that the client has not taken yet. */
  readonly bufferedBytes: number;
  /**
   * Sends a message. A client that leaves more than 1 MiB untaken is disconnected with 1013.
   * @throws {SocketMessageError} when the message does not fit its schema.
   */
  send(message: Message): void;
  /** Lets the connection hear what is published to `topic`; topics are of one route's path. */
  join(topic: string): void;
  /** Ends what {@link join} began. */
  leave(topic: string): void;
  /** Sends a message to all other connections that have joined `topic`. Throws as {@link send} does. */
  publish(topic: string, message: Message): void;
  /** Closes the connection. Default: 1000. The reason is cut to 123 bytes. */
  close(code?: number, reason?: string): void;
}

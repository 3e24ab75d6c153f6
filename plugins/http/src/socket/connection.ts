/**
 * One open connection: checks what comes in, hands it to the handlers one message after the other, and checks what goes out.
 */
import type { Services } from '@oxidite/plugin-sdk';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Message, Peer } from 'crossws';
import { toJsonPointer } from '../problem/json-pointer.ts';
import { isPromise } from '../compile/maybe-promise.ts';
import { SocketMessageError } from './errors.ts';
import type { SocketAcceptance } from './socket-acceptance.ts';
import type { Socket } from './socket.ts';

/** Codes of closing. Source: RFC 6455, section 7.4.1, and the IANA registry. */
const CLOSE = { normal: 1_000, invalidMessage: 1_007, tooSlow: 1_008, failed: 1_011, tryLater: 1_013 } as const;

/** The greatest number of bytes that a client may leave untaken. */
const MAX_BUFFERED_BYTES = 1_048_576;
/** The greatest number of messages that may wait for a handler. */
const MAX_WAITING = 1_024;
const MAX_REASON_BYTES = 123;

/** A connection and its handlers. */
export class Connection implements Socket {
  readonly request: Socket['request'];
  readonly #acceptance: SocketAcceptance;
  readonly #controller = new AbortController();
  #peer: Peer | undefined;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isClosing = false;

  constructor(acceptance: SocketAcceptance) {
    this.#acceptance = acceptance;
    this.request = acceptance.request;
  }

  get id(): string {
    return this.request.id;
  }

  get protocol(): string {
    return this.#acceptance.protocol ?? '';
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get bufferedBytes(): number {
    return this.#peer?.bufferedAmount ?? 0;
  }

  send(message: unknown): void {
    this.#peer?.send(this.#encode(message));
    if (this.bufferedBytes > MAX_BUFFERED_BYTES) this.close(CLOSE.tryLater, 'too slow');
  }

  join(topic: string): void {
    this.#peer?.subscribe(this.#toName(topic));
  }

  leave(topic: string): void {
    this.#peer?.unsubscribe(this.#toName(topic));
  }

  publish(topic: string, message: unknown): void {
    this.#peer?.publish(this.#toName(topic), this.#encode(message));
  }

  close(code: number = CLOSE.normal, reason = ''): void {
    this.#isClosing = true;
    this.#peer?.close(code, cutReason(reason));
  }

  /** Ends at once, without a word to the client. */
  breakOff(): void {
    this.#peer?.terminate();
  }

  /** Begins: the handshake is done. */
  opened(peer: Peer): void {
    this.#peer = peer;
    const { handlers } = this.#acceptance.parts;
    if (handlers.open !== undefined) this.#enqueue((services) => handlers.open?.({ socket: this }, services));
  }

  /** Takes a message. What a client sends after it was told to go, is of no interest. */
  received(message: Message): void {
    if (this.signal.aborted || this.#isClosing) return;
    if (this.#waiting >= MAX_WAITING) {
      this.close(CLOSE.tooSlow, 'too many messages at once');
      return;
    }
    this.#enqueue(async (services) => {
      const decoded = await this.#decode(message);
      if (decoded === undefined) return;
      await this.#acceptance.parts.handlers.message?.({ socket: this, message: decoded.value }, services);
    });
  }

  /** Ends: nothing can be sent any more. */
  closed(code: number, reason: string): void {
    if (this.signal.aborted) return;
    this.#controller.abort(new DOMException('The connection was closed.', 'AbortError'));
    const { handlers } = this.#acceptance.parts;
    if (handlers.close !== undefined) this.#enqueue((services) => handlers.close?.({ socket: this, code, reason }, services));
  }

  /** Resolves when all handlers that were called have ended. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Not every runtime keeps the topics of one path from those of another. */
  #toName(topic: string): string {
    return `${this.request.route.path} ${topic}`;
  }

  #enqueue(task: (services: Services) => void | Promise<void>): void {
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      try {
        await this.#acceptance.application.runInScope(task);
      } catch (error) {
        const { path } = this.request.route;
        this.#acceptance.application.logger.error({ error, route: path, id: this.id }, 'a handler of a WebSocket failed');
        this.close(CLOSE.failed, 'something failed');
      } finally {
        this.#waiting--;
      }
    });
  }

  /** Returns `undefined` when the message does not fit; the connection is closed then. */
  async #decode(message: Message): Promise<{ readonly value: unknown } | undefined> {
    const schema = this.#acceptance.parts.schemas.receive;
    if (schema === undefined) return { value: typeof message.rawData === 'string' ? message.rawData : message.uint8Array() };
    let value: unknown;
    try {
      value = JSON.parse(message.text());
    } catch {
      this.close(CLOSE.invalidMessage, 'the message is not JSON');
      return undefined;
    }
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return { value: result.value };
    this.close(CLOSE.invalidMessage, describeIssues(result.issues).join('; '));
    return undefined;
  }

  #encode(message: unknown): string | Uint8Array {
    const { schemas, prune } = this.#acceptance.parts;
    const schema = schemas.send;
    if (schema === undefined) return typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message);
    const { path } = this.request.route;
    const result = schema['~standard'].validate(message);
    if (isPromise(result)) throw new SocketMessageError(path, ['its schema is asynchronous, and messages are sent at once']);
    if (result.issues !== undefined) throw new SocketMessageError(path, describeIssues(result.issues));
    return JSON.stringify(prune === undefined ? result.value : prune(result.value));
  }
}

function describeIssues(issues: readonly StandardSchemaV1.Issue[]): string[] {
  return issues.map(({ path, message }) => `${toJsonPointer(path)} ${message}`.trim());
}

function cutReason(reason: string): string {
  const bytes = Buffer.from(reason.toWellFormed());
  return bytes.length <= MAX_REASON_BYTES ? reason : new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES)).replace(/\uFFFD$/, '');
}

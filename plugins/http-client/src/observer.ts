/** What others can watch of outgoing requests: metrics, traces, logs. */
import type { ErrorCode, Logger } from '@oxidite/plugin-sdk';
import type { SyncHook } from 'tapable';

/** A request that goes out; each attempt and each redirect is one. */
export interface HttpClientRequestEvent {
  /** The name of the client; `undefined` for the service itself. */
  readonly client: string | undefined;
  readonly method: string;
  readonly origin: string;
  /** Without query. */
  readonly path: string;
  /** Counted from 1. */
  readonly attempt: number;
}

/** The headers of its response have come, or it failed before. */
export interface HttpClientResponseEvent extends HttpClientRequestEvent {
  /** `undefined` when there was no response. */
  readonly status: number | undefined;
  /** `undefined` when there was one. */
  readonly errorCode: ErrorCode | undefined;
  readonly durationMs: number;
}

/** Tells the taps. What they are told is made only if there are any. */
export interface Observer {
  onRequest(create: () => HttpClientRequestEvent): void;
  onResponse(create: () => HttpClientResponseEvent): void;
}

/** The hooks behind an observer. */
export interface ObserverHooks {
  readonly request: SyncHook<[HttpClientRequestEvent]>;
  readonly response: SyncHook<[HttpClientResponseEvent]>;
}

/** Creates an observer; a tap that throws is logged, and disturbs no request. */
export function createObserver({ request, response }: ObserverHooks, logger: Logger): Observer {
  const tell = <Event>(hook: SyncHook<[Event]>, create: () => Event): void => {
    if (!hook.isUsed()) return;
    try {
      hook.call(create());
    } catch (error) {
      logger.error({ error }, 'what watches outgoing requests failed');
    }
  };
  return { onRequest: (create) => tell(request, create), onResponse: (create) => tell(response, create) };
}

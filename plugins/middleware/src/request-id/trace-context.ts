/** The place of a request in a trace: which trace, which span is ours, and what callees are told. */
import { defineRequestValue, type RequestValue } from '@oxidite/http';
import type { HexSource } from './hex-source.ts';
import { RANDOM_ID, SAMPLED, toTraceParent, type TraceParent, tryParseTraceParent, tryParseTraceState } from './traceparent.ts';

/** What a trace context is made from. */
export interface TraceOrigin {
  /** The header `traceparent`, when it may be believed. */
  readonly traceparent: string | undefined;
  /** The header `tracestate`. */
  readonly tracestate: string | undefined;
}

/** The trace of one request. Ids are made on their first use. */
export class TraceContext {
  /** The caller's part of the trace; `undefined` when the trace begins here. */
  readonly parent: TraceParent | undefined;
  readonly #origin: TraceOrigin;
  readonly #draw: HexSource;
  #traceId: string | undefined;
  #spanId: string | undefined;

  constructor(origin: TraceOrigin, draw: HexSource) {
    this.parent = origin.traceparent === undefined ? undefined : tryParseTraceParent(origin.traceparent);
    this.#origin = origin;
    this.#draw = draw;
    this.#traceId = this.parent?.traceId;
    this.#spanId = undefined;
  }

  /** The trace, in 32 hexadecimal digits. */
  get traceId(): string {
    return (this.#traceId ??= this.#draw(16));
  }

  /** What is done for this request, in 16 hexadecimal digits: new for every request. */
  get spanId(): string {
    return (this.#spanId ??= this.#draw(8));
  }

  /** `true` when the caller records the trace. Where a trace begins nobody has decided that, so it is `false`. */
  get isSampled(): boolean {
    return this.parent !== undefined && (this.parent.flags & SAMPLED) !== 0;
  }

  /** The header for callees, whose parent is our span. */
  get traceparent(): string {
    return toTraceParent({ traceId: this.traceId, parentId: this.spanId, flags: this.parent?.flags ?? RANDOM_ID });
  }

  /** What other systems on the way have noted, for callees; `undefined` when it is missing or malformed. */
  get tracestate(): string | undefined {
    const { tracestate } = this.#origin;
    return this.parent === undefined || tracestate === undefined ? undefined : tryParseTraceState(tracestate);
  }
}

/** The trace of a request: `traceContext.get(request)?.traceId`. Set by `requestId()`. */
export const traceContext: RequestValue<TraceContext> = defineRequestValue('traceContext');

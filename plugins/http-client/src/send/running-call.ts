/** What the parts of sending share of one call. */
import type { Clock, Random } from '@oxidite/plugin-sdk';
import type { ClientSettings } from '../client-settings.ts';
import type { CallFacts } from '../errors.ts';
import type { Observer } from '../observer.ts';
import type { CallOptions } from '../request/call-options.ts';
import type { OutgoingRequest } from '../request/outgoing-request.ts';
import type { Propagation } from '../request/propagation.ts';
import type { Transport } from '../transport/transport.ts';
import type { CallScope } from './call-scope.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { CallLimits } from './to-client-error.ts';

/** What a client sends with. */
export interface Sender {
  /** The name of the client; `undefined` for the service itself. */
  readonly name: string | undefined;
  readonly settings: ClientSettings;
  readonly transport: Transport;
  readonly propagation: Propagation;
  readonly observer: Observer;
  /** The repetitions of all calls. */
  readonly retryBudget: RetryBudget;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the client is about to close: what runs may end, but nothing is repeated. */
  readonly closing: AbortSignal;
  /** The calls that run. */
  readonly scopes: Set<CallScope>;
}

/** One call. */
export interface RunningCall {
  readonly sender: Sender;
  readonly options: CallOptions;
  readonly request: OutgoingRequest;
  readonly limits: CallLimits;
  readonly scope: CallScope;
  /** How far it is. */
  readonly progress: { -readonly [Fact in keyof CallFacts]: CallFacts[Fact] };
}

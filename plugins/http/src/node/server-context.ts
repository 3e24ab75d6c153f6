/** What all listeners of a server share. */
import type { Clock, Logger } from '@oxidite/plugin-sdk';
import type { H3 } from 'h3';
import type { Exchange } from '../exchange/exchange.ts';
import type { HttpLimits } from '../limits.ts';

/** What a server needs. */
export interface NodeServerOptions {
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly h3: H3;
  /** The directory that paths of certificates and sockets start from. */
  readonly root: string;
  /** Answers one exchange; never throws or rejects. */
  readonly answer: (exchange: Exchange) => unknown;
}

/** What all listeners know. */
export type ServerContext = NodeServerOptions;

/** What counts: one limiter for each limit, whatever keeps its counters. */

/** A limit as counters know it. */
export interface RateLimitRule {
  readonly name: string;
  readonly algorithm: 'sliding-window' | 'token-bucket';
  /** How much each window allows. */
  readonly limit: number;
  readonly windowMs: number;
  /** How much can be taken at once; of a sliding window that is `limit`. */
  readonly burst: number;
  /** How long whoever went over the limit is refused altogether. */
  readonly blockMs: number;
}

/** What became of one request. */
export interface Taken {
  readonly isAllowed: boolean;
  /** How much can still be taken at once; 0 when it was refused. */
  readonly remaining: number;
  /** In how many milliseconds nothing counts any more; when it was refused, in how many it would be allowed. */
  readonly waitMs: number;
}

/** Counts. */
export interface RateLimiter {
  /** Takes `cost` for a key, if the limit allows it. Never rejects. */
  take(key: string, cost: number): Taken | Promise<Taken>;
}

/** The members of Bun that are used here, as they are documented: its types are no dependency. Source: bun.com/docs/runtime/http. */

/** A server that listens. */
export interface BunHttpServer {
  readonly port?: number | undefined;
  /** Stops to accept and closes idle connections; resolves when nothing is under way any more. `true` breaks everything off. */
  stop(closeActiveConnections?: boolean): Promise<void>;
  requestIP(request: Request): { readonly address: string } | null;
  /** 0: no limit. */
  timeout(request: Request, seconds: number): void;
}

/** Options of `Bun.serve`. */
export interface BunServeOptions extends Readonly<Record<string, unknown>> {
  readonly fetch: (request: Request, server: BunHttpServer) => unknown;
  /** Answers when `fetch` throws. */
  readonly error: (error: unknown) => Response;
}

/** What the global object `Bun` has. */
export interface BunRuntime {
  readonly version: string;
  serve(options: BunServeOptions): BunHttpServer;
}

/** Finds the runtime; `undefined` on any other. */
export function findBun(scope: object): BunRuntime | undefined {
  return 'Bun' in scope ? (scope.Bun as BunRuntime) : undefined; // nobody else has this name
}

/** The service `httpClient`: the plain client, the configured ones, and the one for URLs that others chose. */
import { type Clock, type Random, toSuggestion } from '@oxidite/plugin-sdk';
import { type ClientSettings, toClientSettings, toExternalSettings, toPlainSettings } from './client-settings.ts';
import { HttpClientClosedError, HttpClientUnknownError } from './errors.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import type { Observer } from './observer.ts';
import type { HttpClientOptions } from './options.ts';
import { createPropagation } from './request/propagation.ts';
import type { CallScope } from './send/call-scope.ts';
import { createRetryBudget } from './send/retry-budget.ts';
import type { Sender } from './send/running-call.ts';
import { createTransport, type Transport } from './transport/transport.ts';

/** The service `httpClient`. */
export interface HttpClientService extends HttpClient {
  /**
   * Returns a configured client.
   * @throws {HttpClientUnknownError} when there is none of this name.
   */
  readonly client: (name: string) => HttpClient;
  /** For URLs that users chose: it reaches public addresses only, wherever names and redirects lead, and tells nothing of the current request. */
  readonly external: HttpClient;
}

/** The service, and its end. */
export interface OwnedHttpClient {
  readonly service: HttpClientService;
  /** Takes no more calls, waits for those that run, for `graceMs` at most, ends the rest, and closes all connections. */
  close(graceMs: number): Promise<void>;
}

/** What the service is made of. */
export interface HttpClientParts {
  readonly options: HttpClientOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: Observer;
}

/** Creates the service. Nothing is opened before the first request. */
export function createHttpClientService({ options, clock, random, observer }: HttpClientParts): OwnedHttpClient {
  const closing = new AbortController();
  const scopes = new Set<CallScope>();
  const transports: Transport[] = [];

  const create = (settings: ClientSettings, name?: string): HttpClient => {
    const transport = createTransport(settings, clock);
    transports.push(transport);
    const propagation = createPropagation(settings.propagateTo);
    const retryBudget = createRetryBudget(clock);
    const sender: Sender = { name, settings, transport, propagation, observer, retryBudget, clock, random, closing: closing.signal, scopes };
    return createHttpClient(sender);
  };

  const clients = new Map(Object.entries(options.clients).map(([name, own]) => [name, create(toClientSettings(options, own), name)]));
  const client = (name: string): HttpClient => {
    const found = clients.get(name);
    if (found === undefined) throw new HttpClientUnknownError({ client: name, suggestion: toSuggestion(name, [...clients.keys()]) });
    return found;
  };
  const service = { ...create(toPlainSettings(options)), client, external: create(toExternalSettings(options)) };

  return {
    service,
    async close(graceMs) {
      closing.abort();
      const drained = Promise.all(transports.map((transport) => transport.close()));
      await waitAtMost(drained, graceMs, clock);
      for (const scope of scopes) scope.abort((facts) => new HttpClientClosedError(facts));
      await Promise.all(transports.map((transport) => transport.destroy()));
    },
  };
}

async function waitAtMost(work: Promise<unknown>, delayMs: number, clock: Clock): Promise<void> {
  if (delayMs === 0) return;
  const waiting = new AbortController();
  const slept = clock.sleep(delayMs, waiting.signal).catch(() => undefined); // ended below
  await Promise.race([work, slept]);
  waiting.abort();
}

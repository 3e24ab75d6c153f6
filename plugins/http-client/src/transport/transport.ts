/** The connections of one client. undici, slow to load, is loaded with its first request. */
import type { Clock } from '@oxidite/plugin-sdk';
import type { Agent, Dispatcher, ProxyAgent } from 'undici';
import type { ClientSettings } from '../client-settings.ts';
import { createConnector } from './connector.ts';

/** Sends requests over connections that are kept. */
export interface Transport {
  /** Returns what sends requests, opening it first. */
  dispatcher(): Promise<Dispatcher>;
  /** Ends connections as they fall free; resolves when all have. Nothing may be sent any more. */
  close(): Promise<void>;
  /** Ends all connections, even those in use. */
  destroy(): Promise<void>;
}

/** An open dispatcher and how to end what it is connecting. */
interface Open {
  readonly dispatcher: Dispatcher;
  destroy(): void;
}

/** Creates the transport of a client; a dispatcher that was given to it is used, and left open. */
export function createTransport(settings: ClientSettings, clock: Clock): Transport {
  const { dispatcher } = settings;
  if (dispatcher !== undefined) return { dispatcher: () => Promise.resolve(dispatcher), close: () => Promise.resolve(), destroy: () => Promise.resolve() };
  let opened: Promise<Open> | undefined;
  return {
    async dispatcher() {
      opened ??= open(settings, clock);
      return (await opened).dispatcher;
    },
    async close() {
      await (await opened)?.dispatcher.close();
    },
    async destroy() {
      const current = await opened;
      current?.destroy();
      await current?.dispatcher.destroy();
    },
  };
}

async function open(settings: ClientSettings, clock: Clock): Promise<Open> {
  const undici = await import('undici');
  const { connections, keepAliveTimeoutMs, proxy, tls, connectTimeoutMs } = settings;
  const options: Agent.Options = {
    connections,
    keepAliveTimeout: keepAliveTimeoutMs,
    pipelining: 1,
    headersTimeout: 0, // these two are taken by the clock of the kernel
    bodyTimeout: 0,
  };
  if (proxy !== undefined) {
    const requestTls = { ...tls, timeout: connectTimeoutMs } as Agent.Options['connect'] & object;
    const dispatcher = new undici.ProxyAgent({ ...options, uri: proxy, requestTls, proxyTls: { timeout: connectTimeoutMs } } as ProxyAgent.Options);
    return { dispatcher, destroy: () => undefined };
  }
  const connector = createConnector({ build: undici.buildConnector, settings, clock });
  return { dispatcher: new undici.Agent({ ...options, connect: connector.connect }), destroy: () => connector.destroy() };
}

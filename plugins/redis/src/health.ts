/** Tells the health endpoints of @oxidite/middleware, where an application has them, whether Redis answers. */
import type { HealthCheck } from '@oxidite/middleware';
import type { Connections } from './connections/connections.ts';
import { DEFAULT_CONNECTION } from './connections/connection-settings.ts';

/** Creates a check for each connection. */
export function createHealthChecks({ list }: Connections): HealthCheck[] {
  return list.map(({ client, settings: { name, isCritical } }) => ({
    name: name === DEFAULT_CONNECTION ? 'redis' : `redis:${name}`,
    isCritical,
    check: () => client.ping(),
  }));
}

/** Where a server of the run is. */
import { inject } from 'vitest';
import type { ServiceName } from './broker.ts';

/** The variables that name servers which run already. */
const VARIABLES: Readonly<Record<ServiceName, string>> = { postgresql: 'POSTGRES_URL' };

/** Returns the URL of a server, which is started if nobody has asked for it before. */
export async function serviceUrl(name: ServiceName): Promise<string> {
  const given = process.env[VARIABLES[name]];
  if (given !== undefined && given !== '') return given;
  const response = await fetch(`${inject('serviceBroker')}/${name}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${name} could not be started: ${text}`);
  return text;
}

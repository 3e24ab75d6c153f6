/** The contract of HTTP: what an application can rely on, whatever runtime it is run on. */
import { bodyCases } from './contract/bodies.ts';
import { connectionCases, drainCases, eventCases, socketCases } from './contract/connections.ts';
import { egressCases, fileCases } from './contract/egress.ts';
import { ambiguityCases, cookieCases, inputCases, pathCases } from './contract/requests.ts';
import { methodCases, resultCases } from './contract/results.ts';
import type { ContractCase } from './support/contract-case.ts';

/** All cases. Those of the end come last: they start servers of their own. */
export const HTTP_CONTRACT: readonly ContractCase[] = [
  ...resultCases,
  ...methodCases,
  ...pathCases,
  ...inputCases,
  ...cookieCases,
  ...ambiguityCases,
  ...bodyCases,
  ...egressCases,
  ...fileCases,
  ...connectionCases,
  ...eventCases,
  ...socketCases,
  ...drainCases,
];

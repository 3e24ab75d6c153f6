/** Declares the contract as a suite of one driver. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DATABASES, describeOnDatabases } from '../support/databases.ts';
import { type ContractApplication, createContractApplication } from './contract-application.ts';
import type { ContractDriver } from './contract-case.ts';
import { FEATURES } from './features.ts';

/** The least number of cases. */
const LEAST = 200;

/** Declares the suite: each case is a test of its own, and runs as it differs on this driver. */
export function describeContract(driver: ContractDriver): void {
  const databases = DATABASES.filter(({ name }) => name === driver);
  describeOnDatabases((database) => {
    let application: ContractApplication;
    const ran = new Set<string>();

    beforeAll(async () => {
      application = await createContractApplication(database);
    });
    afterEach(() => application.clear());
    afterAll(() => application.stop());

    for (const feature of FEATURES) {
      describe(feature.name, () => {
        for (const { name, run, differs } of feature.cases) {
          const difference = differs[driver];
          it(difference === undefined ? name : `${name}, but: ${difference.reason}`, async () => {
            await (difference?.run ?? run)(application.context);
            ran.add(`${feature.name} ${name}`);
          });
        }
      });
    }

    it('is kept in at least 200 cases, of which none is left out', () => {
      expect(ran.size).toBe(FEATURES.flatMap(({ cases }) => cases).length);
      expect(ran.size).toBeGreaterThanOrEqual(LEAST);
    });
  }, databases);
}

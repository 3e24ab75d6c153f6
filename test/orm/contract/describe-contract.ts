/** Declares the contract as a suite of one driver. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AnyTestDatabase, DATABASES, describeOnEach, DOCUMENT_DATABASES } from '../support/databases.ts';
import { type ContractApplication, createContractApplication } from './contract-application.ts';
import type { ContractDriver, ContractFeature, Run } from './contract-case.ts';
import { FEATURES } from './features.ts';

/** The least number of cases. */
const LEAST = 200;

const ALL: readonly AnyTestDatabase[] = [...DATABASES, ...DOCUMENT_DATABASES];

/** Declares the suite: each case is a test of its own, and runs as it differs on this driver. */
export function describeContract(driver: ContractDriver): void {
  describeOnEach(
    (database) => {
      let application: ContractApplication;
      const ran = new Set<string>();

      beforeAll(async () => {
        application = await createContractApplication(database);
      });
      afterEach(() => application.clear());
      afterAll(() => application.stop());

      for (const feature of FEATURES) {
        describe(feature.name, () => {
          for (const [title, run] of listRuns(feature, driver)) {
            it(title, async () => {
              await run(application.context);
              ran.add(`${feature.name} ${title}`);
            });
          }
        });
      }

      it('is kept in at least 200 cases, of which none is left out', () => {
        expect(ran.size).toBe(FEATURES.flatMap((feature) => listRuns(feature, driver)).length);
        expect(ran.size).toBeGreaterThanOrEqual(LEAST);
      });
    },
    ALL.filter(({ name }) => name === driver),
  );
}

/** Lists what shows how a driver keeps a feature: its cases, or what there is instead. */
function listRuns({ cases, differs }: ContractFeature, driver: ContractDriver): readonly (readonly [title: string, run: Run])[] {
  const whole = differs[driver];
  if (whole !== undefined) return Object.entries(whole.runs).map(([title, run]) => [`${title}, for ${whole.reason}`, run]);
  return cases.map((each) => {
    const difference = each.differs[driver];
    return [difference === undefined ? each.name : `${each.name}, but: ${difference.reason}`, difference?.run ?? each.run];
  });
}

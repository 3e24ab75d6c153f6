/** One case of a contract. */
import type { Target } from './target.ts';

/** A case: a sentence, and what shows that it is true. */
export interface ContractCase {
  readonly name: string;
  readonly run: (target: Target) => Promise<void>;
}

/** Collects cases under the name of what they are about. */
export function describeCases(subject: string, cases: Readonly<Record<string, ContractCase['run']>>): readonly ContractCase[] {
  return Object.entries(cases).map(([name, run]) => ({ name: `${subject} ${name}`, run }));
}

/** Resolves when `check` returns something, and asks again after a while as long as it does not. */
export async function eventually<Value>(check: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** What a command has opened and must be closed before the process ends, however the command ends. */

/** Closes something. */
export type Cleanup = () => void | Promise<void>;

/** A list of things to close. */
export interface Cleanups {
  add(cleanup: Cleanup): void;
  /** Closes everything once, the latest first; returns what went wrong. */
  run(): Promise<readonly unknown[]>;
}

/** Creates an empty list. */
export function createCleanups(): Cleanups {
  const cleanups: Cleanup[] = [];
  return {
    add: (cleanup) => void cleanups.push(cleanup),
    run: async () => {
      const errors: unknown[] = [];
      for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
        try {
          await cleanup();
        } catch (error) {
          errors.push(error);
        }
      }
      return errors;
    },
  };
}

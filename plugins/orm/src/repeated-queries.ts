/**
 * Notices queries that a unit of work runs again and again from one line of the application, mostly in a loop over rows: one
 * query for all of them would do. It looks at the callers of each query, so it is for development only.
 */
import type { Logger } from '@oxidite/plugin-sdk';
import { findApplicationLine } from './application-line.ts';

/** As many are not yet remarkable. */
const MAX_REPEATS = 10;

/** Counts the queries of one unit of work. */
export interface RepeatedQueries {
  /**
   * Notes a query.
   * @param shape what is equal for queries that differ in their values only.
   * @param model the model that is asked for.
   */
  note(shape: string, model: string): void;
}

/** Creates what counts the queries of each unit of work; each line is reported once. */
export function createRepeatedQueriesWatch(logger: Logger): () => RepeatedQueries {
  const reported = new Set<string>();
  return () => {
    const counts = new Map<string, number>();
    return {
      note(shape, model) {
        const line = findApplicationLine();
        if (line === undefined) return;
        const key = `${line} ${shape}`;
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        if (count <= MAX_REPEATS || reported.has(line)) return;
        reported.add(line);
        logger.warn(
          { line, model },
          `${line} asks for ${model} more than ${MAX_REPEATS} times in one unit of work. Ask once for all: with .with(…) on the query before, entity.load(…), or where({ id: { in: […] } }).`,
        );
      },
    };
  };
}

/** A change of an API, and what collects changes. */
import { type ChangeClass, type RuleName, RULES } from './change-rules.ts';

/** One change. */
export interface ApiChange {
  readonly rule: RuleName;
  readonly class: ChangeClass;
  /** The version of the API; `undefined` when it has none. */
  readonly version: string | undefined;
  /** A JSON Pointer (RFC 6901) into the current document; of something removed, into the locked one. */
  readonly pointer: string;
  /** What the lock has. */
  readonly before: unknown;
  /** What the API has now. */
  readonly after: unknown;
  /** What happened, for people. */
  readonly sentence: string;
}

/** What a change is reported as. */
export interface ReportedChange {
  readonly pointer: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly sentence: string;
}

/** Takes changes as they are found. */
export type Report = (rule: RuleName, change: ReportedChange) => void;

/** Creates a report that adds to `changes`; the same finding is added once. */
export function createReport(changes: ApiChange[], version: string | undefined): Report {
  const known = new Set<string>();
  return (rule, { pointer, before, after, sentence }) => {
    const key = JSON.stringify([rule, pointer, before, after]);
    if (known.has(key)) return;
    known.add(key);
    changes.push({ rule, class: RULES[rule], version, pointer, before, after, sentence });
  };
}

/** Adds a step to a JSON Pointer. Source: RFC 6901, section 3. */
export function toPointer(pointer: string, ...steps: readonly (string | number)[]): string {
  return pointer + steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

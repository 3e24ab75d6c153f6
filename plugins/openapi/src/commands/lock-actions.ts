/** What `--lock` and `--check` do: compare the API with its lock, say what changed, and write the lock when they may. */
import type { Services } from '@oxidite/plugin-sdk';
import { basename } from 'node:path';
import { LockMissingError } from '../errors.ts';
import type { ApiChange } from '../lock/api-change.ts';
import type { ChangeClass } from '../lock/change-rules.ts';
import { compareVersions, UNVERSIONED, type VersionedDocuments } from '../lock/compare-documents.ts';
import { acceptChanges, formatLock, type OpenApiLock, readLock, toLockedDocuments } from '../lock/openapi-lock.ts';
import { writeFileAtomically } from '../write-file.ts';

/** What came of it. */
export interface LockReport {
  /** `false`: the command fails. */
  readonly passed: boolean;
  readonly changes: readonly ApiChange[];
  /** `true`: the lock was written. */
  readonly written: boolean;
  /** What to print. */
  readonly lines: readonly string[];
}

const TITLES: Readonly<Record<ChangeClass, string>> = { breaking: 'BREAKING', additive: 'additive', neutral: 'neutral ' };

/**
 * Compares the API with its lock. It passes without breaking changes; with `isStrict` without any.
 * @throws {LockMissingError} when there is no lock, {LockInvalidError} when it cannot be read.
 */
export function checkLock({ openapi }: Services, isStrict: boolean): LockReport {
  const file = basename(openapi.lockFile);
  const lock = readLock(openapi.lockFile);
  if (lock === undefined) throw new LockMissingError({ file });
  const { changes } = compare(openapi, lock);
  if (changes.length === 0) return { passed: true, changes, written: false, lines: [`The API is what ${file} says.`] };
  const breaking = countOf(changes, 'breaking');
  const advice =
    breaking > 0
      ? `${countChanges(breaking, 'breaking change')}. Undo what breaks clients, or give the reason: oxidite openapi --lock --accept "…"`
      : `No breaking changes. Run "oxidite openapi --lock" to bring ${file} up to date.`;
  return { passed: breaking === 0 && !isStrict, changes, written: false, lines: [...formatChanges(changes), advice] };
}

/**
 * Writes the lock. Breaking changes need a reason; without one nothing is written.
 * @throws {LockInvalidError} when there is a lock that cannot be read.
 */
export function writeLock({ openapi, clock, random }: Services, reason: string | undefined): LockReport {
  const file = basename(openapi.lockFile);
  const lock = readLock(openapi.lockFile);
  const { changes, documents } = compare(openapi, lock);
  const breaking = changes.filter((change) => change.class === 'breaking');
  const lines = formatChanges(changes);
  if (breaking.length > 0 && reason === undefined) {
    const advice = `${file} was not written: ${countChanges(breaking.length, 'breaking change')}. Undo what breaks clients, or give the reason: oxidite openapi --lock --accept "…"`;
    return { passed: false, changes, written: false, lines: [...lines, advice] };
  }
  const date = new Date(clock.now()).toISOString().slice(0, 10);
  const accepted = acceptChanges(lock?.accepted ?? [], breaking, { reason: reason ?? '', date });
  writeFileAtomically(openapi.lockFile, formatLock({ documents, accepted }), random);
  const told = breaking.length > 0 ? ` ${countChanges(breaking.length, 'breaking change')} accepted: ${reason ?? ''}` : '';
  return { passed: true, changes, written: true, lines: [...lines, `Wrote ${file}.${told}`] };
}

function compare(api: Services['openapi'], lock: OpenApiLock | undefined): { readonly changes: readonly ApiChange[]; readonly documents: VersionedDocuments } {
  const documents = toLockedDocuments(api.versions, (version) => api.document({ version }));
  const changes = lock === undefined ? [] : compareVersions(lock.documents, documents, api.versions.at(-1) ?? UNVERSIONED);
  return { changes, documents };
}

function countOf(changes: readonly ApiChange[], kind: ChangeClass): number {
  return changes.filter((change) => change.class === kind).length;
}

function countChanges(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** What breaks comes first. */
function formatChanges(changes: readonly ApiChange[]): string[] {
  return (['breaking', 'additive', 'neutral'] as const).flatMap((kind) => changes.filter((change) => change.class === kind)).map(formatChange);
}

function formatChange({ rule, class: kind, version, pointer, sentence }: ApiChange): string {
  return `${TITLES[kind]}  ${sentence}\n          ${rule}${version === undefined ? '' : `, version ${version}`}, at ${pointer === '' ? 'the document' : pointer}`;
}

/**
 * Writes JSON in one form only: keys sorted, lists whose order means nothing sorted as well, one value a line. Two branches
 * that change different parts of an API change different lines.
 */
import { isRecord } from '../document/map-schema.ts';

/** Sorts what has no order. */
export function toCanonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCanonical);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => compareText(left, right));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortList(key, toCanonical(inner))]));
}

/** Formats a value in its canonical form, with a line break at the end. */
export function toCanonicalJson(value: unknown): string {
  return `${JSON.stringify(toCanonical(value), undefined, 2)}\n`;
}

/** Tells whether two values are the same but for the order of what has none. */
export function isSame(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(toCanonical(left)) === JSON.stringify(toCanonical(right));
}

function sortList(key: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  if ((key === 'required' || key === 'type') && value.every((item) => typeof item === 'string')) return value.toSorted(compareText);
  if (key === 'parameters') return value.toSorted((left, right) => compareText(toParameterKey(left), toParameterKey(right)));
  return value;
}

function toParameterKey(parameter: unknown): string {
  return isRecord(parameter) ? `${String(parameter['in'])} ${String(parameter['name'])}` : '';
}

/** By code units: the same on every machine, whatever its language is. */
function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

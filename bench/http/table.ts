/** Formats measurements as a Markdown table: medians over the starts, and their ratio to the first server. */
import type { BenchCase } from './cases.ts';
import type { LoadResult } from './load.ts';

/** One case of one start of one server. */
export interface Measurement extends LoadResult {
  readonly server: string;
  readonly case: string;
}

/** The load of the client above which it, and not the server, may be the limit. */
const CLIENT_LIMIT = 0.95;

/** Formats the table. A `*` marks a cell in which the client may have been the limit. */
export function toTable(measurements: readonly Measurement[], servers: readonly string[], cases: readonly BenchCase[]): string {
  const base = servers[0] ?? '';
  const header = ['server', ...cases.map(({ name, title }) => `${name}: ${title}`)];
  const rows = servers.map((server) => [server, ...cases.map((one) => toCell(measurements, server, base, one.name))]);
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function toCell(measurements: readonly Measurement[], server: string, base: string, name: string): string {
  const own = measurements.filter((one) => one.server === server && one.case === name);
  const rate = median(own.map((one) => one.rate));
  const baseRate = median(measurements.filter((one) => one.server === base && one.case === name).map((one) => one.rate));
  const isClientBound = median(own.map((one) => one.clientLoad)) > CLIENT_LIMIT;
  return `${(rate / 1000).toFixed(1)}k/s (${(rate / baseRate).toFixed(2)})${isClientBound ? ' *' : ''}`;
}

/** Returns the middle value, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}

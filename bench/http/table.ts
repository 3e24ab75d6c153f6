/** Formats measurements as Markdown tables: medians over the starts, and what they are to those of other servers. */
import type { BenchCase } from './cases.ts';
import type { LoadResult } from './load.ts';
import { median } from './median.ts';

/** One case of one start of one server. */
export interface Measurement extends LoadResult {
  readonly server: string;
  readonly case: string;
}

/** The load of the client above which it, and not the server, may be the limit. */
const CLIENT_LIMIT = 0.95;

/** What the frameworks are compared with; it is none itself. */
const BARE_SERVER = 'node';

/** Formats the rates, and their ratio to the first server. A `*` marks a cell in which the client may have been the limit. */
export function toTable(measurements: readonly Measurement[], servers: readonly string[], cases: readonly BenchCase[]): string {
  const base = servers[0] ?? '';
  return toMarkdown([
    ['server', ...cases.map(({ name, title }) => `${name}: ${title}`)],
    ...servers.map((server) => [server, ...cases.map((one) => toCell(measurements, { server, base, name: one.name }))]),
  ]);
}

/** Formats what each framework is to the best of the other frameworks: above 1 is the first, and by how much. */
export function toNextBestTable(measurements: readonly Measurement[], servers: readonly string[], cases: readonly BenchCase[]): string {
  const frameworks = servers.filter((server) => server !== BARE_SERVER);
  return toMarkdown([
    ['framework / best other one', ...cases.map(({ name }) => name)],
    ...frameworks.map((server) => [server, ...cases.map((one) => toNextBestCell(measurements, { server, frameworks, name: one.name }))]),
  ]);
}

/** Formats the processor time of one answer: what a busy machine disturbs least. */
export function toTimeTable(measurements: readonly Measurement[], servers: readonly string[], cases: readonly BenchCase[]): string {
  const toTime = (server: string, name: string): string => {
    const micros = median(measurements.filter((one) => one.server === server && one.case === name).flatMap(({ serverMicros }) => serverMicros ?? []));
    return Number.isNaN(micros) ? '-' : micros.toFixed(1);
  };
  return toMarkdown([
    ['microseconds of processor time per answer', ...cases.map(({ name }) => name)],
    ...servers.map((server) => [server, ...cases.map(({ name }) => toTime(server, name))]),
  ]);
}

/** Formats rows, the header first. */
export function toMarkdown([header = [], ...rows]: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

interface Cell {
  readonly server: string;
  readonly base: string;
  readonly name: string;
}

function toCell(measurements: readonly Measurement[], { server, base, name }: Cell): string {
  const rate = findRate(measurements, server, name);
  const ratio = rate / findRate(measurements, base, name);
  const isClientBound = median(measurements.filter((one) => one.server === server && one.case === name).map((one) => one.clientLoad)) > CLIENT_LIMIT;
  return `${(rate / 1000).toFixed(1)}k/s (${ratio.toFixed(2)})${isClientBound ? ' *' : ''}`;
}

function toNextBestCell(
  measurements: readonly Measurement[],
  { server, frameworks, name }: Omit<Cell, 'base'> & { readonly frameworks: readonly string[] },
): string {
  const [best] = frameworks
    .filter((other) => other !== server)
    .map((other) => ({ other, rate: findRate(measurements, other, name) }))
    .toSorted((left, right) => right.rate - left.rate);
  return best === undefined ? '-' : `${(findRate(measurements, server, name) / best.rate).toFixed(2)} (${best.other})`;
}

function findRate(measurements: readonly Measurement[], server: string, name: string): number {
  return median(measurements.filter((one) => one.server === server && one.case === name).map((one) => one.rate));
}

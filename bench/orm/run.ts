/**
 * ORMs side by side: `npm run bench -- orm [--starts 5] [--milliseconds 1000] [--only oxidite,bare] [--databases sqlite] [--cases find,list]`.
 *
 * Each library runs in processes of its own, several times, in turn with the others and in another order each round, on a
 * fresh copy of the same tables; medians over the starts are compared. The process runs on core 0; PostgreSQL, which is started here
 * and keeps nothing, on core 1. Before it is measured, a library has to find, list, insert and change the right rows. The
 * other libraries are installed on the first run, in `peers/`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgresql } from '../../test/services/postgresql.ts';
import { pinned } from '../http/server-process.ts';
import { median } from '../http/median.ts';
import { toMarkdown } from '../http/table.ts';
import { CASE_TITLES, type CaseName, CASES, type DatabaseName, DATABASES } from './subject.ts';
import { createPostgresqlTables, createSqliteTables, runOnServer } from './tables.ts';

/** The first one is what all others are compared with. */
const SUBJECTS = ['bare', 'oxidite', 'mikro-orm', 'kysely', 'drizzle', 'drizzle-prepared', 'lucid', 'typeorm', 'prisma'];
const PEERS = join(import.meta.dirname, 'peers');
/** The load average above which other programs disturb the rates. */
const BUSY_LOAD = 0.5;

interface Start {
  readonly rates: Readonly<Partial<Record<CaseName, number>>>;
  /** Processor time of a call. */
  readonly micros: Readonly<Partial<Record<CaseName, number>>>;
  readonly rssMb: number;
}

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    starts: { type: 'string', default: '5' },
    milliseconds: { type: 'string', default: '1000' },
    only: { type: 'string', default: SUBJECTS.join(',') },
    databases: { type: 'string', default: DATABASES.join(',') },
    cases: { type: 'string', default: CASES.join(',') },
  },
});
const subjects = select('--only', values.only, SUBJECTS);
const databases = select('--databases', values.databases, DATABASES) as DatabaseName[]; // they are some of these
const cases = select('--cases', values.cases, CASES) as CaseName[]; // as above

if (subjects.some((name) => name !== 'oxidite')) installPeers();
const [load = 0] = loadavg();
if (load > BUSY_LOAD) process.stderr.write(`The load average is ${load.toFixed(2)}: other programs will disturb the rates.\n`);
const directory = mkdtempSync(join(tmpdir(), 'oxidite-bench-orm-'));
try {
  for (const database of databases) await benchDatabase(database);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function benchDatabase(database: DatabaseName): Promise<void> {
  const server = database === 'postgresql' ? await startPostgresql() : undefined;
  try {
    if (server !== undefined) pinServer(server.pid);
    const results = await measureAll(database, server?.url);
    process.stdout.write(`\n## ${database}: calls in a second, ratio to the bare driver\n\n${toRateTable(results)}\n\n${toTimeTable(results)}\n`);
  } finally {
    await server?.stop();
  }
}

async function measureAll(database: DatabaseName, url: string | undefined): Promise<Map<string, Start[]>> {
  const template = join(directory, 'template.db');
  if (url === undefined) createSqliteTables(template);
  else {
    await runOnServer(url, 'create database bench_template');
    await createPostgresqlTables(toDatabaseUrl(url, 'bench_template'));
  }
  const results = new Map<string, Start[]>(subjects.map((name) => [name, []]));
  for (let start = 0; start < Number(values.starts); start++) {
    for (const name of rotate(subjects, start)) {
      const file = join(directory, 'bench.db');
      if (url === undefined) copyFileSync(template, file);
      else {
        await runOnServer(url, 'drop database if exists bench with (force)');
        await runOnServer(url, 'create database bench template bench_template');
      }
      results.get(name)?.push(measure(name, database, file, url === undefined ? '' : toDatabaseUrl(url, 'bench')));
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      process.stderr.write(`${database} ${start + 1}/${values.starts} ${name}\n`);
    }
  }
  return results;
}

function measure(name: string, database: DatabaseName, file: string, url: string): Start {
  const module = name === 'oxidite' ? join(import.meta.dirname, 'subjects', 'oxidite.ts') : join(PEERS, `${name}.ts`);
  const args = [join(import.meta.dirname, 'measure.ts'), module, database, file, url, values.milliseconds, cases.join(',')];
  const [command, ...rest] = pinned(0, [process.execPath, ...args]);
  const output = execFileSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Start; // measure.ts prints it last
}

function toRateTable(results: ReadonlyMap<string, readonly Start[]>): string {
  const base = results.get(subjects[0] ?? '') ?? [];
  const medianOf = (starts: readonly Start[], name: CaseName): number => median(starts.flatMap(({ rates }) => rates[name] ?? []));
  const toCell = (starts: readonly Start[], name: CaseName): string => {
    const value = medianOf(starts, name);
    if (Number.isNaN(value)) return '-';
    const bare = medianOf(base, name);
    const ratio = Number.isNaN(bare) ? '' : ` (${(name === 'bulk' ? bare / value : value / bare).toFixed(2)})`;
    return name === 'bulk' ? `${value.toFixed(0)} ms${ratio}` : `${(value / 1_000).toFixed(1)}k${ratio}`;
  };
  const legend = cases.map((name) => `- ${name}: ${CASE_TITLES[name]}`).join('\n');
  const table = toMarkdown([
    ['library', ...cases, 'RSS MiB'],
    ...[...results].map(([name, starts]) => [name, ...cases.map((one) => toCell(starts, one)), median(starts.map(({ rssMb }) => rssMb)).toFixed(0)]),
  ]);
  return `${table}\n\n${legend}`;
}

/** What other programs disturb least. */
function toTimeTable(results: ReadonlyMap<string, readonly Start[]>): string {
  const timed = cases.filter((name) => name !== 'bulk');
  const toCell = (starts: readonly Start[], name: CaseName): string => {
    const value = median(starts.flatMap(({ micros }) => micros[name] ?? []));
    return Number.isNaN(value) ? '-' : value.toFixed(1);
  };
  return toMarkdown([
    ['microseconds of processor time per call, without the server', ...timed],
    ...[...results].map(([name, starts]) => [name, ...timed.map((one) => toCell(starts, one))]),
  ]);
}

/** Prisma's client is generated; its engine for migrations is not needed, and so not looked for. */
function installPeers(): void {
  const run = (command: string, ...args: readonly string[]): void => {
    execFileSync(command, args, { cwd: PEERS, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' } });
  };
  if (!existsSync(join(PEERS, 'node_modules'))) run('npm', 'ci', '--workspaces=false');
  if (existsSync(join(PEERS, 'generated'))) return;
  for (const name of DATABASES) run(join(PEERS, 'node_modules', '.bin', 'prisma'), 'generate', '--schema', `prisma/${name}.prisma`);
}

/** All processes of the server are its children, and stay on its core. */
function pinServer(pid: number): void {
  try {
    execFileSync('taskset', ['-acp', '1', String(pid)], { stdio: 'ignore' });
  } catch {
    process.stderr.write('The server could not be bound to a core.\n');
  }
}

function toDatabaseUrl(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

function rotate<Item>(items: readonly Item[], places: number): Item[] {
  return items.map((_, index) => items[(index + places) % items.length] as Item); // the index is within the items
}

function select(flag: string, text: string, known: readonly string[]): string[] {
  const names = text.split(',');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${flag}: there is no "${unknown}"; there are ${known.join(', ')}`);
  return known.filter((name) => names.includes(name));
}

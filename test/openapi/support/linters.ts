/**
 * The linters that judge OpenAPI documents: Redocly, Spectral and a validator of the specification's own schema. They are
 * large, so they are no dependencies of the repository, but a package of their own, installed on demand.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { OpenApiDocument } from '@oxidite/openapi';

const DIRECTORY = resolve(import.meta.dirname, '../linters');
const MODULES = join(DIRECTORY, 'node_modules');
/** npm writes it at the end of an installation. */
const INSTALLED = join(MODULES, '.package-lock.json');

/** What a linter said of one document. */
export interface Verdict {
  readonly linter: 'redocly' | 'spectral' | 'openapi-schema-validator';
  /** Only what is wrong; warnings are a matter of taste. */
  readonly errors: readonly string[];
}

/** Installs the linters, when they are missing or older than their lock. Returns why that was not possible. */
export function installLinters(): string | undefined {
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(join(DIRECTORY, 'package-lock.json')).mtimeMs) return undefined;
  const { status, stderr, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: DIRECTORY, encoding: 'utf8' });
  if (error !== undefined || status !== 0) return error?.message ?? stderr;
  const now = new Date(statSync(join(DIRECTORY, 'package-lock.json')).mtimeMs + 1);
  utimesSync(INSTALLED, now, now);
  return undefined;
}

/** Asks all linters about some documents at once. */
export async function lint(documents: Readonly<Record<string, OpenApiDocument>>): Promise<Readonly<Record<string, readonly Verdict[]>>> {
  const directory = mkdtempSync(join(tmpdir(), 'oxidite-lint-'));
  try {
    const files = Object.keys(documents).map((name) => [name, join(directory, `${name}.json`)] as const);
    for (const [name, file] of files) writeFileSync(file, JSON.stringify(documents[name]));
    writeFileSync(join(directory, 'spectral.yaml'), 'extends: ["spectral:oas"]\n');
    const paths = files.map(([, file]) => file);
    const [redocly, spectral, validated] = [await runRedocly(directory, paths), await runSpectral(directory, paths), await runValidator(directory, paths)];
    return Object.fromEntries(files.map(([name, file]) => [name, [redocly(file), spectral(file), validated(file)]]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

type Judge = (file: string) => Verdict;

interface RedoclyReport {
  readonly problems: readonly {
    readonly severity: string;
    readonly ruleId: string;
    readonly message: string;
    readonly location: readonly { readonly pointer?: string }[];
  }[];
}

/** It prints a document of JSON for each file, so each file gets a run. */
async function runRedocly(directory: string, files: readonly string[]): Promise<Judge> {
  const reports = new Map<string, RedoclyReport>();
  for (const file of files) {
    const output = await run(directory, 'redocly', ['lint', '--extends=recommended', '--format=json', '--max-problems=1000', file]);
    reports.set(file, JSON.parse(output) as RedoclyReport);
  }
  return (file) => ({
    linter: 'redocly',
    errors: (reports.get(file)?.problems ?? [])
      .filter(({ severity }) => severity === 'error')
      .map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`),
  });
}

async function runSpectral(directory: string, files: readonly string[]): Promise<Judge> {
  const output = await run(directory, 'spectral', ['lint', '--ruleset', 'spectral.yaml', '--format', 'json', '--quiet', ...files]);
  const found = JSON.parse(output) as readonly {
    readonly severity: number;
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[];
    readonly source: string;
  }[];
  return (file) => ({
    linter: 'spectral',
    errors: found
      .filter(({ severity, source }) => severity === 0 && source === file)
      .map(({ code, message, path }) => `${code}: ${message} (${path.join('.')})`),
  });
}

/** One process validates all: the package is a library, and its schemas take a while to compile. */
async function runValidator(directory: string, files: readonly string[]): Promise<Judge> {
  const script = `import { Validator } from ${JSON.stringify(join(MODULES, '@seriousme/openapi-schema-validator/index.js'))};
const verdicts = {};
for (const file of process.argv.slice(2)) verdicts[file] = await new Validator().validate(file);
console.log(JSON.stringify(verdicts));
`;
  writeFileSync(join(directory, 'validate.mjs'), script);
  const verdicts = JSON.parse(await collect(directory, [join(directory, 'validate.mjs'), ...files])) as Readonly<
    Record<string, { readonly valid: boolean; readonly errors?: unknown }>
  >;
  return (file) => ({ linter: 'openapi-schema-validator', errors: verdicts[file]?.valid === true ? [] : [JSON.stringify(verdicts[file]?.errors)] });
}

function run(directory: string, name: string, args: readonly string[]): Promise<string> {
  return collect(directory, [join(MODULES, '.bin', name), ...args]);
}

/** They call nobody: no reports of use, no look for updates. */
function collect(directory: string, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: directory, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' };
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...args], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaints = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.on('error', fail);
    child.on('close', () => (output.trim() === '' ? fail(new Error(`${args.join(' ')} printed nothing:\n${complaints}`)) : done(output)));
  });
}

/**
 * Checks the packages as they would be published: builds them, packs them, and lets publint and attw look at the
 * tarballs. Run by `npm run check:packages`.
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const ROOT = resolve(import.meta.dirname, '../..');

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** The fields of a package.json that are used here. */
interface Manifest extends Readonly<Record<string, unknown>> {
  readonly workspaces?: string[];
  readonly private?: boolean;
}

const directory = mkdtempSync(join(tmpdir(), 'oxidite-packages-'));
const problems: string[] = [];
try {
  execFileSync('tsc', ['-b', '--force'], { cwd: ROOT, stdio: 'inherit' });
  for (const path of listPublicPackages()) await check(path);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(problems.length === 0 ? 'All packages can be published.\n' : `${problems.length} problems.\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Lists the directories of the packages that are published. */
function listPublicPackages(): string[] {
  const { workspaces = [] } = readManifest(ROOT);
  const directories = globSync(workspaces, { cwd: ROOT }).map((path) => join(ROOT, path));
  return directories.filter((path) => readManifest(path).private !== true);
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
}

async function check(path: string): Promise<void> {
  const [packed]: Packed[] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: path, encoding: 'utf8' }));
  if (packed === undefined) throw new Error(`${path} was not packed`);
  const tarball = join(directory, packed.filename);
  const manifest = readManifest(path);
  const { messages } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer }, strict: true });
  for (const message of messages) problems.push(`${packed.name}: publint: ${formatMessage(message, manifest)}`);
  try {
    execFileSync('attw', [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    problems.push(`${packed.name}: attw: ${error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)}`);
  }
  process.stdout.write(`${packed.name}: ${packed.files.length} files\n`);
}

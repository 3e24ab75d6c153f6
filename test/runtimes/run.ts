/**
 * Runs the HTTP contract on Node, Bun and Deno: `npm run test:runtimes [-- --only bun,deno] [--case text] [--verbose]`. Each
 * runtime starts the same application as a process of its own; the cases are its clients, and stay on Node. The runtimes
 * are installed by the first run.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXCEPTIONS } from './exceptions.ts';
import { HTTP_CONTRACT } from './http-contract.ts';
import type { ContractCase } from './support/contract-case.ts';
import { commandOf } from './support/runtimes.ts';
import { startServer } from './support/start-server.ts';
import { createTarget, type RuntimeName, type StartedServer, type Target } from './support/target.ts';

const CASE_MS = 20_000;
const RUNTIMES: readonly RuntimeName[] = ['node', 'bun', 'deno'];
const HELLO = join(import.meta.dirname, '../../examples/hello');
const COMMAND = join(import.meta.dirname, '../../plugins/cli/bin/oxidite.js');

const { values } = parseArgs({
  options: { only: { type: 'string', default: RUNTIMES.join(',') }, case: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } },
});
const chosen = values.only.split(',');
const totals = { passed: 0, failed: 0 };
for (const runtime of RUNTIMES.filter((name) => chosen.includes(name))) {
  const { passed, failed, excepted } = await runContract(runtime);
  const list = excepted === 0 ? '' : `, ${excepted} that ${runtime} itself cannot pass`;
  process.stdout.write(`${runtime}: ${passed} passed, ${failed} failed${list}\n\n`);
  totals.passed += passed;
  totals.failed += failed;
}
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);

async function runContract(runtime: RuntimeName): Promise<{ passed: number; failed: number; excepted: number }> {
  const count = { passed: 0, failed: 0, excepted: 0 };
  const started = new Set<StartedServer>();
  const start: Target['start'] = async () => {
    const program = { command: [...commandOf(runtime), join(import.meta.dirname, 'start.ts')] as const, directory: import.meta.dirname };
    const server = await startServer({ ...program, ...(values.verbose ? { onOutput: (text) => void process.stderr.write(text) } : {}) });
    started.add(server);
    return { ...createTarget(server, start), ...server };
  };
  const command: ContractCase = { name: 'the command `oxidite start` serves an application', run: () => checkCommand(runtime) };
  try {
    const target = await start();
    for (const one of [...HTTP_CONTRACT, command].filter(({ name }) => name.includes(values.case))) count[await runCase(one, runtime, target)]++;
  } catch (error) {
    process.stdout.write(`  ${runtime} does not start: ${String(error)}\n`);
    count.failed++;
  } finally {
    await Promise.all([...started].map((server) => server.stop()));
  }
  return count;
}

async function runCase({ name, run }: ContractCase, runtime: RuntimeName, target: Target): Promise<'passed' | 'failed' | 'excepted'> {
  const exception = EXCEPTIONS[runtime][name];
  const error = await attempt(run(target));
  if (error === undefined) {
    if (exception === undefined) return 'passed';
    process.stdout.write(`  ${runtime} passes "${name}" now: take it out of exceptions.ts\n`);
    return 'failed';
  }
  if (exception !== undefined) {
    process.stdout.write(`  ${runtime} cannot pass "${name}": ${exception}\n`);
    return 'excepted';
  }
  process.stdout.write(`  ${runtime} fails "${name}": ${error}\n`);
  return 'failed';
}

/** Returns what went wrong. */
async function attempt(running: Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${CASE_MS} ms`)), CASE_MS);
  });
  try {
    await Promise.race([running, late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}` : String(error);
  } finally {
    clearTimeout(timer);
  }
}

async function checkCommand(runtime: RuntimeName): Promise<void> {
  const server = await startServer({ command: [...commandOf(runtime), COMMAND, 'start'], directory: HELLO });
  const text = await (await fetch(server.url)).text();
  const code = await server.stop();
  if (!text.startsWith('Hello') || code !== 0) throw new Error(`it answered ${JSON.stringify(text)} and exited with ${code}`);
}

/**
 * Runs the test suite once and ends with the line `N passed, N failed`.
 * `npm test` runs everything and measures coverage; `npm test -- test/kernel` runs a part without it.
 */
import { startVitest } from 'vitest/node';

const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const coverage = process.argv.includes('--coverage') && filters.length === 0; // a part cannot meet the thresholds of the whole

const vitest = await startVitest('test', filters, { watch: false, ...(coverage ? { coverage: { enabled: true } } : {}) });
const tests = vitest.state.getFiles().flatMap(listTests);
const count = (state: string): number => tests.filter((test) => test === state).length;
const broken = vitest.state.getFiles().filter((file) => file.result?.state === 'fail' && listTests(file).every((test) => test !== 'fail')).length;
const failed = count('fail') + broken + vitest.state.getUnhandledErrors().length;
const skipped = count('skip');

await vitest.close();
process.stdout.write(`\n${count('pass')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
if (failed > 0 || count('pass') === 0) process.exitCode = 1;

interface Task {
  readonly type: string;
  readonly mode: string;
  readonly result?: { readonly state: string } | undefined;
  readonly tasks?: readonly Task[];
}

/** Lists the states of all tests below a file or suite. */
function listTests(task: Task): string[] {
  if (task.type === 'test') return [task.mode === 'skip' || task.mode === 'todo' ? 'skip' : (task.result?.state ?? 'skip')];
  return (task.tasks ?? []).flatMap(listTests);
}

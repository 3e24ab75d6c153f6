/**
 * Measures one library on one database in a process of its own, and prints a line of JSON: calls in a second by case, and
 * milliseconds of the bulk insert; of the calls also the processor time in microseconds. A case whose result is wrong ends the process with an error.
 */
import assert from 'node:assert/strict';
import { type CaseName, CASES, type DatabaseName, type OpenSubject, type Subject, type Target, toListStart, toPostId, type Work } from './subject.ts';

const WARM_UP_MS = 700;
const BULK_RUNS = 3;

const [, , module = '', database = '', file = '', url = '', milliseconds = '1000', only = ''] = process.argv;
/** SQLite is asked by one call after the other, because it answers at once; PostgreSQL by eight at once. */
const concurrency = database === 'sqlite' ? 1 : 8;
const target: Target = { database: database as DatabaseName, file, url, concurrency }; // the arguments come from run.ts
const { open } = (await import(module)) as { readonly open: OpenSubject };
const subject = await open(target);
const cases = CASES.filter((name) => subject.cases[name] !== undefined && (only === '' || only.split(',').includes(name)));
await check(subject);
const rates: Partial<Record<CaseName, number>> = {};
const micros: Partial<Record<CaseName, number>> = {};
for (const name of cases) {
  const work = subject.cases[name];
  if (work === undefined) continue;
  if (name === 'bulk') rates[name] = await timeBulk(work);
  else ({ rate: rates[name], micros: micros[name] } = await countCalls(work));
}
await subject.close();
process.stdout.write(`${JSON.stringify({ rates, micros, rssMb: Math.round(process.memoryUsage().rss / 1_048_576) })}\n`);

async function check({ cases: { find, list, insert, update } }: Subject): Promise<void> {
  const id = toPostId(3);
  if (find !== undefined) {
    const post = (await find(3)) as { readonly title: unknown; readonly id: unknown };
    assert.equal(post.title, `Post ${id}`, 'find returns another row');
    assert.equal(Number(post.id), id);
  }
  if (list !== undefined) {
    const posts = (await list(3)) as readonly { readonly id: unknown; readonly author: { readonly name: unknown } }[];
    assert.deepEqual(
      posts.map((post) => [Number(post.id), post.author.name]),
      Array.from({ length: 20 }, (_, index) => {
        const number = toListStart(3) + index + 1;
        return [number, `Author ${(number % 1_000) + 1}`];
      }),
      'list returns other rows',
    );
  }
  const key = (await insert?.(10_000_000)) as bigint | number | undefined; // what databases make as keys
  if (key !== undefined) assert.ok(Number(key) > 10_000, `insert returns ${key}`);
  await update?.(4);
  if (update !== undefined && find !== undefined) assert.equal(((await find(4)) as { readonly title: unknown }).title, 'changed 4', 'update changes nothing');
}

/** Warms up, and counts calls for a while. */
async function countCalls(work: Work): Promise<{ rate: number; micros: number }> {
  let next = 0;
  const runFor = async (durationMs: number): Promise<{ rate: number; micros: number }> => {
    const startMs = performance.now();
    const startCpu = process.cpuUsage();
    let done = 0;
    const lane = async (): Promise<void> => {
      while (performance.now() - startMs < durationMs) {
        await work(next++);
        done++;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
    const { user, system } = process.cpuUsage(startCpu);
    return { rate: (done / (performance.now() - startMs)) * 1_000, micros: (user + system) / done };
  };
  await runFor(WARM_UP_MS);
  return runFor(Number(milliseconds));
}

async function timeBulk(work: Work): Promise<number> {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run <= BULK_RUNS; run++) {
    const startMs = performance.now();
    await work(run);
    if (run > 0) bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  return bestMs;
}

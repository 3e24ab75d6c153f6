/**
 * What a signed-in request costs: reading and verifying its bearer token, beside jose's asynchronous verify.
 * Rounds are interleaved; the table shows medians in microseconds a call.
 */
import { auth, bearer } from '@oxidite/auth';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { jwtVerify } from 'jose';

const ROUNDS = 15;
const CALLS = 2_000;
const SECRET = 'a secret for the benchmark that is long enough';

await using kernel = await createTestKernel({ plugins: [auth({ strategies: [bearer({ secret: SECRET })] })] });
const service = kernel.use('auth');
const token = service.tokens.issue('42', { role: 'editor' });
const request = { header: () => `Bearer ${token}` };
const key = new TextEncoder().encode(SECRET);
const currentDate = new Date(kernel.clock.now());

const cases = {
  'auth.authenticate (what the guard calls)': () => service.authenticate(request),
  'jose jwtVerify': () => jwtVerify(token, key, { algorithms: ['HS256'], currentDate }),
};
const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, call] of Object.entries(cases)) {
    const startMs = performance.now();
    for (let index = 0; index < CALLS; index++) await call();
    times.get(name)?.push(((performance.now() - startMs) / CALLS) * 1_000);
  }
}

process.stdout.write('| call | microseconds, median | (min-max) |\n|---|---|---|\n');
for (const [name, values] of times) {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (index: number): string => (sorted.at(index) ?? 0).toFixed(1);
  process.stdout.write(`| ${name} | ${at(Math.floor(sorted.length / 2))} | ${at(0)}-${at(-1)} |\n`);
}

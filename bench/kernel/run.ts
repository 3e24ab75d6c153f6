/**
 * What the kernel costs: `npm run bench -- kernel [boot] [hooks] [memory]`, or `node bench/kernel/run.ts`.
 *
 * - boot: an application of 200 plugins with 3 taps each, from the start of the process to its end, on top of a process that does nothing;
 *   once with Node's compile cache, which the oxidite command switches on, and once without;
 * - hooks: a call of a hook through the registry, against the same taps on tapable itself;
 * - memory: what one use of services allocates.
 *
 * Everything is measured in fresh processes, in turn, because V8 optimizes by what a process has seen before; medians are
 * printed. The processes run the built packages, as users do: `npm run check:types` builds them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROCESSES = new URL('processes/', import.meta.url);
const BOOT_RUNS = 25;
const HOOK_RUNS = 5;
const SYNC_TAPS = [0, 1, 5, 20];
const ASYNC_TAPS = [1, 5, 20];

const parts: Readonly<Record<string, () => void>> = { boot: benchBoot, hooks: benchHooks, memory: benchMemory };
const chosen = process.argv.slice(2).filter((name) => Object.hasOwn(parts, name));
for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) parts[name]?.();

function benchBoot(): void {
  const cache = mkdtempSync(join(tmpdir(), 'oxidite-bench-'));
  const rows = { 'with the compile cache': { NODE_COMPILE_CACHE: cache }, 'without it': {} };
  const title = 'boot of 200 plugins with 3 taps each, median ms: a process that does nothing, the application, on top, of which kernel.start()';
  print(
    title,
    Object.entries(rows).map(([row, env]) => [row, ...measureBoot(env)]),
  );
  rmSync(cache, { recursive: true, force: true });
}

function measureBoot(env: Readonly<Record<string, string>>): string[] {
  const timesMs: Record<'empty' | 'boot', number[]> = { empty: [], boot: [] };
  const insideMs: number[] = [];
  for (let run = -2; run < BOOT_RUNS; run++) {
    for (const name of ['empty', 'boot'] as const) {
      const startMs = performance.now();
      const output = runProcess(`${name}.js`, [], [], env);
      if (run < 0) continue; // the first ones find cold files and an empty cache
      timesMs[name].push(performance.now() - startMs);
      if (name === 'boot') insideMs.push(Number(output));
    }
  }
  const [bareMs, bootMs] = [median(timesMs.empty), median(timesMs.boot)];
  return [bareMs, bootMs, bootMs - bareMs, median(insideMs)].map((ms) => ms.toFixed(1));
}

function benchHooks(): void {
  const rows: string[][] = [];
  const cases = [
    ...[1, 2, 3].flatMap((args) => SYNC_TAPS.map((taps) => ({ kind: 'sync', taps, args, title: `SyncHook, arguments: ${args}, taps: ${taps}` }))),
    ...ASYNC_TAPS.map((taps) => ({ kind: 'promise', taps, args: 1, title: `AsyncSeriesHook, arguments: 1, taps with promises: ${taps}` })),
    ...ASYNC_TAPS.map((taps) => ({ kind: 'value', taps, args: 1, title: `AsyncSeriesHook, arguments: 1, taps without promises: ${taps}` })),
  ];
  for (const { kind, taps, args, title } of cases) {
    const times: Record<'tapable' | 'registry', number[]> = { tapable: [], registry: [] };
    for (let run = 0; run < HOOK_RUNS; run++) {
      for (const through of ['tapable', 'registry'] as const)
        times[through].push(Number(runProcess('hook-call.js', [through, kind, String(taps), String(args)])));
    }
    const [bare, own] = [median(times.tapable), median(times.registry)];
    rows.push([title, `${bare.toFixed(1)} ns`, `${own.toFixed(1)} ns`, `x ${(own / bare).toFixed(2)}`]);
  }
  print('call of a hook whose taps do nothing: tapable, registry, ratio', rows);
}

function benchMemory(): void {
  const flags = ['--expose-gc', '--max-semi-space-size=1024'];
  const output: Record<string, number> = JSON.parse(runProcess('memory.js', [], flags));
  print(
    'allocated by one use, bytes',
    Object.entries(output).map(([title, bytes]) => [title, bytes.toFixed(1)]),
  );
}

function runProcess(name: string, args: readonly string[], flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync(process.execPath, [...flags, fileURLToPath(new URL(name, PROCESSES)), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env, NODE_OPTIONS: '' },
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function print(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>((known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)), []);
  const lines = rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '));
  process.stdout.write(`${title}\n${lines.map((line) => `  ${line}\n`).join('')}\n`);
}

/**
 * Runs one benchmark: `npm run bench -- http`, or a part of one, `npm run bench -- http:start`. A benchmark is a folder with a
 * `run.ts`; its parts are modules beside that. Each reads the further arguments itself.
 */
import { existsSync, readdirSync } from 'node:fs';

/** The modules that can be named, `run` by the name of its folder alone. */
const PARTS = ['run', 'start', 'memory', 'bun'];

const directory = new URL('.', import.meta.url);
const modules = new Map(
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: folder }) => PARTS.map((part) => [part === 'run' ? folder : `${folder}:${part}`, new URL(`${folder}/${part}.ts`, directory)] as const))
    .filter(([, module]) => existsSync(module)),
);
const [name] = process.argv.slice(2);
const module = modules.get(name ?? '');

if (module !== undefined) {
  await import(module.href);
} else {
  const names = [...modules.keys()].toSorted().join(' | ');
  process.stderr.write(`${name === undefined ? 'Name a benchmark' : `There is no benchmark "${name}"`}: npm run bench -- ${names}\n`);
  process.exitCode = 1;
}

/** Runs one benchmark: `npm run bench -- http`. A benchmark is a folder with a `run.ts`, which reads the further arguments itself. */
import { existsSync, readdirSync } from 'node:fs';

const directory = new URL('.', import.meta.url);
const names = readdirSync(directory, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/run.ts`, directory)))
  .map((entry) => entry.name)
  .toSorted();
const [name] = process.argv.slice(2);

if (name !== undefined && names.includes(name)) {
  await import(new URL(`${name}/run.ts`, directory).href);
} else {
  process.stderr.write(`${name === undefined ? 'Name a benchmark' : `There is no benchmark "${name}"`}: npm run bench -- ${names.join(' | ')}\n`);
  process.exitCode = 1;
}

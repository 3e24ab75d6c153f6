/**
 * Finds the line of a syntax error. Node puts it on the first line of the stack for TypeScript and CommonJS; for an ES
 * module it tells nobody but its own printer, so the file is given to `node --check` and the answer is read.
 */
import { pathToFileURL } from 'node:url';

/** Returns the line, from 1, at which `file` cannot be parsed, or `undefined` when `error` is not a syntax error of this file. */
export async function findSyntaxLine(file: string, error: unknown): Promise<number | undefined> {
  if (!(error instanceof SyntaxError)) return undefined;
  return readLine(file, String(error.stack)) ?? readLine(file, await checkSyntax(file));
}

function readLine(file: string, report: string): number | undefined {
  const [first = ''] = report.split('\n', 1);
  const [, place, line] = /^(.+):(\d+)$/.exec(first) ?? [];
  return place === file || place === pathToFileURL(file).href ? Number(line) : undefined;
}

/** Runs nothing of the file. Gives no report when the file is right, and when processes may not be started. */
async function checkSyntax(file: string): Promise<string> {
  const { execFile } = await import('node:child_process'); // rarely needed, and slow to load
  return new Promise((resolve) => {
    execFile(process.execPath, ['--check', file], (_error, _stdout, stderr) => resolve(stderr));
  });
}

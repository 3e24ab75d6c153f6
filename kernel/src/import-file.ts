/**
 * Imports a module of a user or a plugin, and finds the line at which it cannot be parsed. Node puts that line on the first
 * line of the stack for TypeScript and CommonJS; for an ES module it tells nobody but its own printer, so the file is given
 * to `node --check` and the answer is read.
 */
import { pathToFileURL } from 'node:url';

/**
 * Imports a file.
 * @param toError makes the error of the importer from what was thrown and the line, from 1, of a syntax error in this very file.
 */
export async function importFile(file: string, toError: (error: unknown, line: number | undefined) => unknown): Promise<Record<string, unknown>> {
  try {
    const module: { readonly default?: Record<string, unknown> | null } = await import(pathToFileURL(file).href);
    return module.default?.__esModule === true ? module.default : module; // CommonJS that was compiled from an ES module
  } catch (error) {
    throw toError(error, error instanceof SyntaxError ? (readLine(file, String(error.stack)) ?? readLine(file, await checkSyntax(file))) : undefined);
  }
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

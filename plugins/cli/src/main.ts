/**
 * The entry behind `bin/oxidite.js`. What can be answered from static data and the command cache is answered here, before
 * the kernel or oclif are imported; all else is left to `command-line.ts`.
 */
import { findAppRoot } from './find/app-root.ts';
import { readCommandCache } from './find/command-cache.ts';
import type { Host } from './process/host.ts';
import { OWN_COMMANDS } from './find/own-commands.ts';
import { parseRequest, type Request } from './run/request.ts';
import { formatRootHelp } from './print/root-help.ts';
import { DEV_WORKER } from './dev/dev-messages.ts';

/** Answers the command line of `host` and returns the exit code. */
export async function main(host: Host): Promise<number> {
  if (host.argv[0] === DEV_WORKER) return (await import('./dev/dev-worker.ts')).runDevWorker(host);
  const request = parseRequest(host.argv);
  if (request.json) host.reserveStdout();
  return showKnownHelp(host, request) ? 0 : (await import('./command-line.ts')).runCommandLine(host, request);
}

/** Prints the list of commands when it is known without importing anything. */
function showKnownHelp(host: Host, { argv, json }: Request): boolean {
  if (argv.length > 0 || json) return false;
  const app = findAppRoot(host.directory);
  const cached = app === undefined ? [] : readCommandCache(app, host.version);
  if (cached === undefined) return false;
  host.stdout.write(`${formatRootHelp(host.version, [...OWN_COMMANDS, ...cached])}\n`);
  return true;
}

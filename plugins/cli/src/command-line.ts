/** Answers one command line: finds the command, runs it, prints what comes of it, and closes everything it opened. */
import { runWithOclif, showHelpWithOclif } from './run/oclif-runner.ts';
import { type Finding, findCommand, listCommands } from './find/command-finder.ts';
import { readCommandInput } from './run/command-input.ts';
import { toCommandSpec } from './run/command-spec.ts';
import { type ErrorDocument, formatError, toErrorDocument } from './print/error-report.ts';
import { CommandUnknownError } from './errors.ts';
import { EXIT_CODES, toExitCode } from './process/exit-codes.ts';
import type { Host } from './process/host.ts';
import { type Interruption, watchInterruption } from './process/interruption.ts';
import { createOutput } from './declare/output.ts';
import type { Request } from './run/request.ts';
import { formatRootHelp, formatTopicHelp } from './print/root-help.ts';
import { createSession, type Session } from './session.ts';

/** How long what is open may take to close after a crash, in milliseconds. */
const CRASH_GRACE_MS = 5_000;

/** Alone they are answered in `bin/oxidite.js`; with `--json` they come here. */
const VERSION_FLAGS: readonly string[] = ['--version', '-v'];

/** What came of a command. */
interface Outcome {
  readonly result?: unknown;
  /** What the command set, if it did. */
  readonly exitCode?: number | undefined;
}

/** Answers a request and returns the exit code; never throws. */
export async function runCommandLine(host: Host, request: Request): Promise<number> {
  const session = createSession(host);
  const interruption = watchInterruption(host, session.clock);
  const crash = watchCrash(host);
  let exitCode: number;
  let document: { readonly result: unknown } | ErrorDocument;
  try {
    const outcome = await Promise.race([answer(session, request, interruption), crash.promise]);
    exitCode = outcome.exitCode ?? (interruption.error === undefined ? EXIT_CODES.ok : EXIT_CODES[interruption.error.signal]);
    document = { result: outcome.result ?? null };
  } catch (thrown) {
    const error = isAbort(thrown, interruption) ? interruption.error : thrown;
    exitCode = interruption.error !== undefined && error === interruption.error ? EXIT_CODES[interruption.error.signal] : toExitCode(error);
    document = toErrorDocument(error);
    if (error !== interruption.error) reportError(session, request, error);
  }
  for (const error of await closeAll(session, crash.happened())) {
    reportError(session, request, error);
    exitCode = exitCode === EXIT_CODES.ok ? EXIT_CODES.failure : exitCode;
    document = 'error' in document ? document : toErrorDocument(error);
  }
  if (request.json) host.stdout.write(`${JSON.stringify(document)}\n`);
  interruption.dispose();
  crash.dispose();
  return exitCode;
}

async function answer(session: Session, request: Request, interruption: Interruption): Promise<Outcome> {
  const { words, argv, help, json } = request;
  const { host } = session;
  if (words.length === 0 && argv.length === 0) {
    const commands = await listCommands(session, (error) => host.stderr.write(`Not all commands are listed. ${formatError(error, session.debug)}\n`));
    return show(session, json, formatRootHelp(host.version, commands), { commands });
  }
  if (argv.length === 1 && VERSION_FLAGS.includes(argv[0] ?? '')) return show(session, json, host.version, { version: host.version });
  if (words.length === 0) throw new CommandUnknownError(argv.join(' '), '', true);
  const finding = await findCommand(words, session);
  if (finding.kind === 'topic') return show(session, json, formatTopicHelp(words.join(':'), finding.commands), { commands: finding.commands });
  if (!help) return run(session, finding, argv.slice(finding.wordCount), json, interruption);
  const spec = await finding.describe();
  if (!json) await showHelpWithOclif(spec, host.version);
  return { result: spec };
}

function show(session: Session, json: boolean, text: string, result: unknown): Outcome {
  if (!json) session.host.stdout.write(`${text}\n`);
  return { result };
}

async function run(
  session: Session,
  finding: Finding & { kind: 'command' },
  argv: readonly string[],
  json: boolean,
  { signal }: Interruption,
): Promise<Outcome> {
  const command = await finding.load();
  const spec = toCommandSpec(command);
  let exitCode: number | undefined;
  const result = await runWithOclif(spec, argv, session.host.version, async (raw) => {
    const { args, flags } = await readCommandInput(command, spec, raw);
    const output = createOutput(session.host, json);
    const { confirm } = session.host;
    const extras = json || confirm === undefined ? {} : { confirm };
    // the schemas have just made what the command declares
    const input = { args, flags, output, signal, exitWith: (code: number) => void (exitCode = code), ...extras } as never;
    if (!finding.boots(command)) return command.run(input, session.bareServices);
    const { kernel } = await session.boot();
    return kernel.scopes.run((services) => command.run(input, services));
  });
  return { result, exitCode };
}

/** Turns an error that nobody caught into a rejection. */
function watchCrash(host: Host): { readonly promise: Promise<never>; happened(): boolean; dispose(): void } {
  let happened = false;
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // it may come when nobody waits any more
  const dispose = host.onCrash((error) => {
    if (happened) host.stderr.write(`${formatError(error, false)}\n`);
    happened = true;
    reject(error);
  });
  return { promise, happened: () => happened, dispose };
}

/** Closes what is open; after a crash only for so long, because what crashed may never close. */
async function closeAll(session: Session, crashed: boolean): Promise<readonly unknown[]> {
  const closed = session.cleanups.run();
  if (!crashed) return closed;
  return Promise.race([closed, session.clock.sleep(CRASH_GRACE_MS).then((): unknown[] => [])]);
}

/** A command that was asked to end usually ends by throwing its signal's reason. */
function isAbort(thrown: unknown, { error, signal }: Interruption): boolean {
  return error !== undefined && (thrown === signal.reason || (thrown instanceof Error && thrown.name === 'AbortError'));
}

function reportError(session: Session, { json }: Request, error: unknown): void {
  if (json && !session.debug) return; // the document tells it
  session.host.stderr.write(`${formatError(error, session.debug)}\n`);
}

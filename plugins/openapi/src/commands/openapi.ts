/** `oxidite openapi`: prints, writes and checks the document, and writes a client of it. */
import type { Services } from '@oxidite/plugin-sdk';
import { type CommandInput, defineCommand } from 'oxidite';
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import * as z from 'zod';
import { generateClient } from '../client/generate-client.ts';
import { SPECS } from '../document/openapi-document.ts';
import { OpenApiUsageError } from '../errors.ts';
import { writeFileAtomically } from '../write-file.ts';
import { checkLock, type LockReport, writeLock } from './lock-actions.ts';

const flags = z.object({
  version: z.string().optional().meta({ description: 'The version of the API. Default: the newest' }),
  spec: z.enum(SPECS).default('3.1').meta({ description: 'The version of the OpenAPI specification' }),
  output: z.string().optional().meta({ alias: 'o', description: 'Write the document to this file' }),
  client: z.string().optional().meta({ description: 'Write a typed client to this file' }),
  lock: z.boolean().default(false).meta({ description: 'Write the API as it is to the lock' }),
  check: z.boolean().default(false).meta({ description: 'Compare the API with the lock; fail on breaking changes' }),
  strict: z.boolean().default(false).meta({ description: 'With --check: fail on every change' }),
  accept: z.string().optional().meta({ description: 'The reason for which breaking changes are accepted and locked' }),
});

type Flags = z.output<typeof flags>;

/** Prints the document unless it is told to do something else. */
export const openapi = defineCommand(
  'openapi',
  {
    summary: 'Print, write or check the OpenAPI document, or write a client',
    description: 'Files are relative to the directory of the application. The lock is openapi.lock.json unless the plugin is told another.',
    flags,
    examples: [
      'openapi',
      'openapi --spec 3.0 --output public/openapi.json',
      'openapi --lock',
      'openapi --check',
      'openapi --lock --accept "nobody uses version 1 any more"',
      'openapi --client src/client.ts',
    ],
  },
  (input, services): unknown => {
    assertUsage(input.flags);
    const results = [runLock(input, services), runClient(input, services), runDocument(input, services)].filter((result) => result !== undefined);
    return results.length === 1 ? results[0] : Object.assign({}, ...results);
  },
);

/** @throws {OpenApiUsageError} when flags say two things, or nothing. */
function assertUsage({ lock, check, strict, accept, client, output, version, spec }: Flags): void {
  const fail = (problem: string): never => {
    throw new OpenApiUsageError({ problem });
  };
  if (lock && check) fail('Give --lock or --check: the one writes the lock, the other compares with it.');
  if (strict && !check) fail('--strict belongs to --check.');
  if (accept !== undefined && !lock && !check) fail('--accept belongs to --lock or --check.');
  if (accept !== undefined && accept.trim() === '') fail('--accept needs a reason, for those who read the lock later.');
  if ((lock || check) && version !== undefined) fail('The lock holds all versions of the API: leave out --version.');
  if ((lock || check || client !== undefined) && spec !== '3.1') fail('Locks and clients are made of the 3.1 document: leave out --spec.');
  if ((lock || check) && output !== undefined) fail('--output writes the document: run it on its own.');
}

function runLock({ flags: { lock, check, strict, accept }, output, exitWith }: CommandInput<unknown, Flags>, services: Services): LockReport | undefined {
  if (!lock && !check) return undefined;
  const reason = accept?.trim();
  const report = lock || reason !== undefined ? writeLock(services, reason) : checkLock(services, strict);
  for (const line of report.lines) output.line(line);
  if (!report.passed) exitWith(1);
  return report;
}

function runClient({ flags: { client, check, version }, output, exitWith }: CommandInput<unknown, Flags>, { openapi: api, random }: Services): unknown {
  if (client === undefined) return undefined;
  const file = resolve(api.root, client);
  const text = generateClient(api.document({ version }));
  const shown = relative(api.root, file);
  if (check) {
    const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === text;
    output.line(isCurrent ? `${shown} is the client of the API.` : `${shown} is not the client of the API as it is. Run "oxidite openapi --client ${client}".`);
    if (!isCurrent) exitWith(1);
    return { client: file, isCurrent };
  }
  writeFileAtomically(file, text, random);
  output.line(`Wrote ${shown}.`);
  return { client: file };
}

function runDocument(
  { flags: { lock, check, client, version, spec, output: target }, output }: CommandInput<unknown, Flags>,
  { openapi: api, random }: Services,
): unknown {
  if (target === undefined && (lock || check || client !== undefined)) return undefined;
  const document = api.document({ version, spec });
  const text = JSON.stringify(document, undefined, 2);
  if (target === undefined) {
    output.line(text);
    return document;
  }
  const file = resolve(api.root, target);
  writeFileAtomically(file, `${text}\n`, random);
  output.line(`Wrote ${relative(api.root, file)}.`);
  return { output: file };
}

/**
 * Runs documents: writes their files, type-checks them, and runs their commands against the real application. Each kind of document has a test
 * file, so that they run side by side.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findServiceProblem, makeDeclarations, serviceUrl } from '../../services/service-url.ts';
import { createDocumentApplication } from './document-application.ts';
import { matchesOutput, parseDocument } from './parse-document.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Declares the suite of all documents that match a pattern. */
export function describeDocuments(pattern: string): void {
  describe.each(globSync(pattern, { cwd: ROOT }).filter((path) => !path.includes('node_modules')))('%s', (path) => {
    const markdown = readFileSync(join(ROOT, path), 'utf8');
    const steps = parseDocument(markdown);

    const itRuns = steps.length === 0 ? undefined : it;
    itRuns?.('has code that type-checks and commands that print what it says', { timeout: 120_000 }, async ({ skip }) => {
      const needsRedis = markdown.includes("process.env['REDIS_URL']");
      const problem = needsRedis ? await findServiceProblem('REDIS_URL') : undefined;
      if (problem !== undefined) skip(problem);
      await using application = createDocumentApplication(needsRedis ? { REDIS_URL: await serviceUrl('REDIS_URL') } : {});
      if (isExample(path)) application.copy(join(ROOT, dirname(path)));
      const wrong: string[] = [];
      for (const step of steps) {
        if (step.kind === 'file') {
          application.write(step.path, step.text);
          continue;
        }
        const output = await application.run(step.command);
        if (!matchesOutput(step.output, output)) wrong.push(`line ${step.line}: $ ${step.command}\n--- expected\n${step.output}\n--- found\n${output.trim()}`);
      }
      expect(wrong).toEqual([]);
      expect(await checkTypes(application.directory)).toBe('');
    });

    it('links to files that exist', () => {
      const links = [...markdown.matchAll(/\]\(((?!https?:|#|mailto:)[^)#\s]+)/g)].map((match) => match[1] ?? '');
      expect(links.filter((link) => !existsSync(resolve(ROOT, dirname(path), link)))).toEqual([]);
    });
  });
}

/** The document of an example talks of the files beside it. */
function isExample(path: string): boolean {
  return existsSync(join(ROOT, dirname(path), 'oxidite.config.ts'));
}

/** Checks against what is published of the packages: their declarations. */
async function checkTypes(directory: string): Promise<string> {
  await makeDeclarations();
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions: { customConditions: [] }, include: ['.'] }),
  );
  const { stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', directory], { encoding: 'utf8' });
  return stdout + stderr;
}

/** `oxidite doctor`: looks for what is wrong, from the installation to the checks that plugins bring; fails when one fails. */
import { createSilentLogger, toMessage } from '@oxidite/kernel';
import { findAppRoot } from '../find/app-root.ts';
import { type Application, openApplication } from '../application/application.ts';
import { type Command, defineCommand } from '../declare/define-command.ts';
import { EXIT_CODES } from '../process/exit-codes.ts';
import { type Diagnosis, diagnoseDescription, diagnoseInstallation, runChecks } from '../inspect/diagnose.ts';
import type { OwnCommandContext } from '../find/own-commands.ts';

const SIGNS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

/** Creates the command. */
export function createDoctorCommand(context: OwnCommandContext): Command {
  return defineCommand(
    'doctor',
    {
      summary: 'Look for what is wrong with the application',
      description: 'Boots the application without serving anything. Exits with 1 when a check fails.',
      boots: false,
    },
    async ({ output, exitWith }) => {
      const checks = await diagnose(context);
      for (const { check, status, message, remedy } of checks) {
        output.line(`${SIGNS[status]}  ${check}: ${message}`);
        if (remedy !== undefined) output.line(`      ${remedy}`);
      }
      const failed = checks.filter(({ status }) => status === 'fail').length;
      output.line(failed === 0 ? 'Nothing is broken.' : `${failed} of ${checks.length} checks failed.`);
      if (failed > 0) exitWith(EXIT_CODES.failure);
      return { healthy: failed === 0, checks };
    },
  );
}

async function diagnose({ host, clock, cleanups }: OwnCommandContext): Promise<Diagnosis[]> {
  const checks: Diagnosis[] = [{ check: 'node', status: 'ok', message: host.nodeVersion }];
  const app = findAppRoot(host.directory);
  if (app !== undefined) checks.push(...diagnoseInstallation(app.root));
  let application: Application | undefined;
  try {
    application = await openApplication(host, clock, createSilentLogger());
    checks.push({ check: 'configuration', status: 'ok', message: application.file });
  } catch (error) {
    return [...checks, { check: 'configuration', status: 'fail', message: toMessage(error) }];
  }
  const { kernel } = application;
  cleanups.add(() => kernel.stop());
  try {
    await kernel.boot();
    checks.push({ check: 'boot', status: 'ok', message: `${Math.round(kernel.describe().bootMs)} ms` });
  } catch (error) {
    return [...checks, { check: 'boot', status: 'fail', message: toMessage(error) }, ...diagnoseDescription(kernel.describe()).filter(isFailure)];
  }
  return [...checks, ...diagnoseDescription(kernel.describe()), ...(await runChecks(application.collectChecks(), application))];
}

/** After a failed boot the plugins were closed: only those that failed themselves say something. */
function isFailure({ status, message }: Diagnosis): boolean {
  return status === 'fail' && message.startsWith('failed');
}

/** `oxidite start`: runs the application until it is asked to end. */
import { type Application, openApplication } from '../application/application.ts';
import { collectBanner } from '../application/banner.ts';
import { createCommandLogger } from '../application/command-logger.ts';
import { type Command, defineCommand } from '../declare/define-command.ts';
import { EXIT_CODES } from '../process/exit-codes.ts';
import { keepAliveUntil } from '../application/keep-alive.ts';
import type { OwnCommandContext } from '../find/own-commands.ts';

/** Creates the command. */
export function createStartCommand({ host, clock, cleanups }: OwnCommandContext): Command {
  return defineCommand(
    'start',
    {
      summary: 'Run the application',
      description: 'Ends gracefully on Ctrl-C and SIGTERM; a second one ends at once. OXIDITE_LOG_LEVEL sets what is logged.',
      boots: false,
    },
    async ({ output, signal, exitWith }) => {
      const printBanner = (application: Application, startMs: number): void => {
        output.line(`Oxidite ${host.version}, ready in ${Math.round(clock.monotonicMs() - startMs)} ms`);
        for (const line of collectBanner(application)) output.line(`  ${line}`);
      };
      const startMs = clock.monotonicMs();
      const logger = createCommandLogger({ write: (line) => host.stderr.write(line), clock, env: host.env, level: 'info', readable: host.interactive });
      const application = await openApplication(host, clock, logger);
      cleanups.add(() => application.kernel.stop());
      await application.kernel.start();
      if (host.env['OXIDITE_WORKER'] === undefined) printBanner(application, startMs); // a worker is one of many: who watches over it prints
      await keepAliveUntil(signal, clock);
      await application.kernel.stop();
      exitWith(EXIT_CODES.ok);
    },
  );
}

/** `oxidite dev`: runs the application in a process of its own and replaces it when a source file changes. */
import { relative } from 'node:path';
import { CONFIG_PLACES, ConfigNotFoundError } from '@oxidite/kernel';
import { findAppRoot } from '../find/app-root.ts';
import { type Command, defineCommand } from '../declare/define-command.ts';
import { createDevSupervisor, type DevReporter } from '../dev/dev-supervisor.ts';
import { forkWorker } from '../dev/fork-worker.ts';
import { watchSources } from '../dev/source-watcher.ts';
import { EXIT_CODES } from '../process/exit-codes.ts';
import { keepAliveUntil } from '../application/keep-alive.ts';
import type { OwnCommandContext } from '../find/own-commands.ts';

/** Creates the command. */
export function createDevCommand({ host, clock, cleanups }: OwnCommandContext): Command {
  return defineCommand(
    'dev',
    {
      summary: 'Run the application and restart it when its files change',
      description:
        'The new version boots beside the one that serves and takes its place once it has booted. When it does not boot, the error is printed and the former version goes on serving.',
      boots: false,
    },
    async ({ output, signal, exitWith }) => {
      const app = findAppRoot(host.directory);
      if (app === undefined) throw new ConfigNotFoundError({ root: host.directory, places: CONFIG_PLACES });
      let restarts = 0;
      const reporter: DevReporter = {
        ready: (banner, elapsedMs, change) => {
          const ms = `${Math.round(elapsedMs)} ms`;
          if (change !== undefined) {
            restarts += 1;
            output.line(`Restarted in ${ms} (${relative(app.root, change)})`);
            return;
          }
          output.line(`Oxidite ${host.version} dev, ready in ${ms}`);
          for (const line of banner) output.line(`  ${line}`);
        },
        failed: (report, serving) => {
          host.stderr.write(`${report}\n${serving ? 'The former version goes on serving' : 'Nothing is served'}; waiting for a change.\n`);
        },
        imported: (files) => watcher.add(files),
      };
      const supervisor = createDevSupervisor({ spawn: () => forkWorker(host, output.json), reporter, clock });
      const watcher = watchSources(app, clock, (file) => supervisor.restart(file));
      cleanups.add(() => supervisor.stop());
      cleanups.add(() => watcher.close());
      await watcher.ready;
      supervisor.restart();
      await keepAliveUntil(signal, clock);
      await watcher.close();
      await supervisor.stop();
      exitWith(EXIT_CODES.ok);
      return { restarts };
    },
  );
}

/**
 * Watches what an application is made of: its configuration, everything in `app/`, its environment files, and the source
 * files its process has imported, wherever they are. Databases, logs and uploads beside them are not watched.
 */
import { join } from 'node:path';
import type { Clock, Timer } from '@oxidite/kernel';
import { watch } from 'chokidar';
import type { AppRoot } from '../find/app-root.ts';

/** How long changes are gathered, in milliseconds: a save or a checkout touches several files. */
const QUIET_MS = 25;

const ENV_FILES = ['.env', '.env.local', '.env.development', '.env.development.local'];

/** A running watch. */
export interface SourceWatcher {
  /** Resolves when changes are noticed. */
  readonly ready: Promise<void>;
  /** Watches more files. */
  add(files: readonly string[]): void;
  close(): Promise<void>;
}

/** Starts to watch; `onChange` is told the first file of a series of changes. */
export function watchSources(app: AppRoot, clock: Pick<Clock, 'setTimeout'>, onChange: (file: string) => void): SourceWatcher {
  const directory = join(app.root, 'app');
  const watched = new Set([directory, app.file, join(app.root, 'package.json'), ...ENV_FILES.map((name) => join(app.root, name))]);
  const watcher = watch([...watched], { ignoreInitial: true, ignored: /[\\/]node_modules[\\/]/ });
  let quiet: Timer | undefined;
  let first: string | undefined;
  watcher.on('all', (event, file) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    first ??= file;
    quiet?.cancel();
    quiet = clock.setTimeout(() => {
      const changed = first ?? file;
      first = undefined;
      onChange(changed);
    }, QUIET_MS);
  });
  const ready = new Promise<void>((resolve) => watcher.once('ready', resolve));
  return {
    ready,
    add: (files) => {
      const fresh = files.filter((file) => !watched.has(file) && !file.startsWith(directory));
      for (const file of fresh) watched.add(file);
      if (fresh.length > 0) watcher.add(fresh);
    },
    close: async () => {
      quiet?.cancel();
      await watcher.close();
    },
  };
}

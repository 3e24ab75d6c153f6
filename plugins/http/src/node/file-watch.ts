/**
 * Notices that files may have changed. Their directories are watched, not they themselves: certificates are replaced by
 * renames, and by switching symbolic links beside them, and a watch on the file would go on looking at the old one.
 */
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, Timer } from '@oxidite/plugin-sdk';

/** How long changes are gathered, in milliseconds: a certificate and its key are written one after the other. */
export const QUIET_MS = 200;

/** Options of {@link watchFiles}. */
export interface FileWatchOptions {
  readonly clock: Pick<Clock, 'setTimeout'>;
  /** Something in these directories has changed, and then nothing for a while. */
  readonly onChange: () => void;
  /** A directory can no longer be watched. */
  readonly onError: (error: unknown) => void;
}

/** Watches the directories of `files`; returns the function that ends it. The watch alone keeps no process alive. */
export function watchFiles(files: readonly string[], { clock, onChange, onError }: FileWatchOptions): () => void {
  const watchers: FSWatcher[] = [];
  let quiet: Timer | undefined;
  const onEvent = (): void => {
    quiet?.cancel();
    quiet = clock.setTimeout(onChange, QUIET_MS);
  };
  for (const directory of new Set(files.map((file) => dirname(file)))) {
    try {
      watchers.push(watch(directory, { persistent: false }, onEvent).on('error', onError));
    } catch (error) {
      onError(error);
    }
  }
  return () => {
    quiet?.cancel();
    for (const watcher of watchers) watcher.close();
  };
}

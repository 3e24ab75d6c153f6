/**
 * What happens after a commit: the tasks of `orm.afterCommit`, and the hook `orm:committed`. A savepoint hands its own to
 * the transaction around it when it succeeds; a rollback drops them.
 */
import type { Logger, Services } from '@oxidite/plugin-sdk';
import type { Change } from '../events/change.ts';
import type { OrmHooks } from '../events/orm-hooks.ts';
import type { Orm } from '../orm.ts';

/** What is called after a commit. */
export type CommitTask = () => unknown;

/** What is waiting for one commit. */
export class FollowUps {
  #tasks: CommitTask[] = [];
  #changes: Change[] = [];

  /** Adds a task. */
  add(task: CommitTask): void {
    this.#tasks.push(task);
  }

  /** Adds what was written, for `orm:committed`. */
  note(changes: readonly Change[]): void {
    this.#changes.push(...changes);
  }

  /** Hands everything to whoever commits. */
  moveTo(outer: FollowUps): void {
    outer.#tasks.push(...this.#tasks);
    outer.#changes.push(...this.#changes);
    this.clear();
  }

  /** Drops everything, after a rollback. */
  clear(): void {
    this.#tasks = [];
    this.#changes = [];
  }

  /** Runs the tasks, one after the other, and then the hook. Nothing can be undone any more, so what fails is logged. */
  async run(
    { connection, hooks, logger }: { readonly connection: string; readonly hooks: OrmHooks; readonly logger: Logger },
    { orm, services }: { readonly orm: Orm; readonly services: Services },
  ): Promise<void> {
    const [tasks, changes] = [this.#tasks, this.#changes];
    this.clear();
    for (const task of tasks) {
      try {
        await task();
      } catch (error) {
        logger.error({ error }, 'a task after a commit failed; what was committed stays');
      }
    }
    if (changes.length === 0 || !hooks.committed.isUsed()) return;
    try {
      await hooks.committed.promise({ changes, connection, orm, services });
    } catch (error) {
      logger.error({ error }, 'a tap of orm:committed failed; what was committed stays');
    }
  }
}

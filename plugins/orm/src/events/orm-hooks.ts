/**
 * The hooks of the ORM. They cost nothing while nobody taps them: a flush asks once whether they are used.
 *
 * Order: `orm:flushing` · `orm:creating`, `orm:updating`, `orm:deleting` for each entity · the rules of the models · the
 * statements · `orm:created`, `orm:updated`, `orm:deleted` · `orm:flushed` · the commit · `orm:committed`.
 */
import type { HookName, HookRegistry, Services } from '@oxidite/plugin-sdk';
import { AsyncParallelHook, AsyncSeriesHook } from 'tapable';
import type { Orm } from '../orm.ts';
import type { Change } from './change.ts';

/** What hooks of a whole flush, or of a commit, are told. */
export interface FlushEvent {
  readonly changes: readonly Change[];
  /** The name of the connection that is written; a flush of several calls the hooks for each. */
  readonly connection: string;
  /** The unit of work, and the orm of the connection. After a commit, what is changed in it is not written by itself: open another with `orm.unitOfWork`. */
  readonly orm: Orm;
  /** The services of the request, job or command whose unit of work it is; else those of the application. */
  readonly services: Services;
}

/** What hooks of one entity are told. */
export interface ChangeEvent {
  readonly change: Change;
  /** The name of the connection that is written. */
  readonly connection: string;
  /** The unit of work, and the orm of the connection. */
  readonly orm: Orm;
  /** The services of the request, job or command whose unit of work it is; else those of the application. */
  readonly services: Services;
}

declare module '@oxidite/kernel' {
  interface HookRegistry {
    /** Something is about to be written. Taps may change and create entities, which are checked and written too; one that throws ends the flush, and nothing is written. */
    readonly 'orm:flushing': AsyncSeriesHook<[event: FlushEvent]>;
    /** An entity is about to be created; its key may not be known yet. Taps may do what those of `orm:flushing` may. */
    readonly 'orm:creating': AsyncSeriesHook<[event: ChangeEvent]>;
    /** An entity is about to be changed. */
    readonly 'orm:updating': AsyncSeriesHook<[event: ChangeEvent]>;
    /** An entity is about to be deleted, softly or not. Rows that the database deletes with it are not told of. */
    readonly 'orm:deleting': AsyncSeriesHook<[event: ChangeEvent]>;
    /** An entity was created, in a transaction that is still open: a tap that throws rolls it back. */
    readonly 'orm:created': AsyncSeriesHook<[event: ChangeEvent]>;
    /** An entity was changed, in a transaction that is still open. */
    readonly 'orm:updated': AsyncSeriesHook<[event: ChangeEvent]>;
    /** An entity was deleted, in a transaction that is still open. */
    readonly 'orm:deleted': AsyncSeriesHook<[event: ChangeEvent]>;
    /** All of a flush was written, in a transaction that is still open. What taps change and create is written in it too, and told of in turn. */
    readonly 'orm:flushed': AsyncSeriesHook<[event: FlushEvent]>;
    /** A transaction was committed, with all that its flushes wrote. Errors are logged. */
    readonly 'orm:committed': AsyncParallelHook<[event: FlushEvent]>;
  }
}

/** The hooks of one entity. */
export type ChangeHook = AsyncSeriesHook<[event: ChangeEvent]>;

/** The hooks. */
export interface OrmHooks {
  readonly flushing: AsyncSeriesHook<[event: FlushEvent]>;
  readonly before: Readonly<Record<Change['kind'], ChangeHook>>;
  readonly after: Readonly<Record<Change['kind'], ChangeHook>>;
  readonly flushed: AsyncSeriesHook<[event: FlushEvent]>;
  readonly committed: AsyncParallelHook<[event: FlushEvent]>;
}

/** What declares a hook; the kernel's. */
export type DeclareHook = <Name extends HookName>(name: Name, hook: HookRegistry[Name]) => HookRegistry[Name];

/** Declares the hooks. */
export function declareOrmHooks(declare: DeclareHook): OrmHooks {
  return {
    flushing: declare('orm:flushing', new AsyncSeriesHook<[FlushEvent]>(['event'], 'orm:flushing')),
    before: {
      create: declare('orm:creating', new AsyncSeriesHook<[ChangeEvent]>(['event'], 'orm:creating')),
      update: declare('orm:updating', new AsyncSeriesHook<[ChangeEvent]>(['event'], 'orm:updating')),
      delete: declare('orm:deleting', new AsyncSeriesHook<[ChangeEvent]>(['event'], 'orm:deleting')),
    },
    after: {
      create: declare('orm:created', new AsyncSeriesHook<[ChangeEvent]>(['event'], 'orm:created')),
      update: declare('orm:updated', new AsyncSeriesHook<[ChangeEvent]>(['event'], 'orm:updated')),
      delete: declare('orm:deleted', new AsyncSeriesHook<[ChangeEvent]>(['event'], 'orm:deleted')),
    },
    flushed: declare('orm:flushed', new AsyncSeriesHook<[FlushEvent]>(['event'], 'orm:flushed')),
    committed: declare('orm:committed', new AsyncParallelHook<[FlushEvent]>(['event'], 'orm:committed')),
  };
}

/** Which of the hooks are used. */
export interface HookUse {
  readonly before: boolean;
  readonly after: boolean;
  readonly committed: boolean;
}

/** Asks which hooks are used; `undefined`: none. */
export function findHookUse({ flushing, before, after, flushed, committed }: OrmHooks): HookUse | undefined {
  const use = {
    before: flushing.isUsed() || isAnyUsed(before),
    after: flushed.isUsed() || isAnyUsed(after),
    committed: committed.isUsed(),
  };
  return use.before || use.after || use.committed ? use : undefined;
}

function isAnyUsed({ create, update, delete: remove }: OrmHooks['after']): boolean {
  return create.isUsed() || update.isUsed() || remove.isUsed();
}

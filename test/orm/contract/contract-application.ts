/** The application that the contract runs in: one for each driver. Its rows are deleted between cases. */
import { type AnyModel, orm as createOrm, type Orm, type Query } from '@oxidite/orm';
import { createLogger } from '@oxidite/kernel';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import type { AnyTestDatabase, OpenedDatabase } from '../support/databases.ts';
import { createProject, type Project } from '../support/project.ts';
import type { ContractContext, Taps } from './contract-case.ts';
import { Sale, Visit } from './models/archive.ts';
import { MODELS, RELATIONAL_MODELS } from './models/index.ts';
import { createStoredRows } from './stored-rows.ts';

/** 32 bytes. */
const KEY = Buffer.alloc(32, 7).toString('base64');
const TAPPING = 'contract-taps';

/** The application, and what belongs to the case that runs. */
export interface ContractApplication {
  readonly context: ContractContext;
  /** Takes away what a case has left. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** Boots the application on an empty database. */
export async function createContractApplication(database: AnyTestDatabase): Promise<ContractApplication> {
  const logged: string[] = [];
  const first = await database.open();
  const opened: OpenedDatabase[] = [first];
  const models = database.name === 'mongodb' ? MODELS : [...RELATIONAL_MODELS, ...MODELS];
  const kernels: TestKernel[] = [];
  const projects: Project[] = [];
  const logger = createLogger((level, _, message) => level === 'error' && logged.push(message));

  async function boot(those: readonly AnyModel[], connections = {}): Promise<TestKernel> {
    const options = opened.at(-1)?.options;
    if (options === undefined) throw new Error('a database was opened');
    const kernel = await createTestKernel({
      logger,
      plugins: [createOrm({ ...options, models: [...those], connections, encryptionKeys: [KEY], autoMigrate: 'models' })],
    });
    kernels.push(kernel);
    return kernel;
  }

  async function openConnections(): Promise<Orm> {
    const archive = await database.open();
    opened.push(archive, await database.open());
    return (await boot([Sale, Visit], { archive: archive.options })).use('orm');
  }

  const kernel = await boot(models);
  const orm = kernel.use('orm');
  let connected: Promise<Orm> | undefined;
  let isTapped = false;
  return {
    context: {
      driver: database.name,
      orm,
      kernel,
      stored: createStoredRows(orm, first.options),
      logged,
      async tap(taps) {
        await kernel.load(createTaps(taps));
        isTapped = true;
      },
      async createProject() {
        const project = await createProject(database);
        projects.push(project);
        return project;
      },
      openConnections: () => (connected ??= openConnections()),
    },
    async clear() {
      if (isTapped) await kernel.unload(TAPPING);
      isTapped = false;
      for (const project of projects.splice(0)) await project[Symbol.asyncDispose]();
      await deleteRows(orm, models);
      if (connected !== undefined) await deleteRows(await connected, [Sale, Visit]);
      logged.length = 0;
    },
    async stop() {
      for (const one of kernels) await one.stop();
      for (const one of opened) await one.drop();
    },
  };
}

async function deleteRows(orm: Orm, models: readonly AnyModel[]): Promise<void> {
  await orm.unitOfWork(async (unit) => {
    for (const model of models) {
      const { softDeletes, defaultScopes = [] } = model.options;
      let query: Query<AnyModel, unknown> = unit.query(model).where({});
      if (softDeletes === true) query = query.withTrashed();
      if (defaultScopes.length > 0) query = query.withoutScope(...(defaultScopes as never[])); // of a model whose scopes are not known
      await query.forceDelete();
    }
  });
}

function createTaps(taps: Taps): ReturnType<ReturnType<typeof definePlugin>> {
  const tapping = definePlugin({
    name: TAPPING,
    version: '1.0.0',
    setup(kernel) {
      const { flushing, creating, updating, deleting, created, updated, deleted, flushed, committed } = taps;
      if (flushing !== undefined) kernel.tap('orm:flushing', async (event) => void (await flushing(event)));
      if (creating !== undefined) kernel.tap('orm:creating', async (event) => void (await creating(event)));
      if (updating !== undefined) kernel.tap('orm:updating', async (event) => void (await updating(event)));
      if (deleting !== undefined) kernel.tap('orm:deleting', async (event) => void (await deleting(event)));
      if (created !== undefined) kernel.tap('orm:created', async (event) => void (await created(event)));
      if (updated !== undefined) kernel.tap('orm:updated', async (event) => void (await updated(event)));
      if (deleted !== undefined) kernel.tap('orm:deleted', async (event) => void (await deleted(event)));
      if (flushed !== undefined) kernel.tap('orm:flushed', async (event) => void (await flushed(event)));
      if (committed !== undefined) kernel.tap('orm:committed', async (event) => void (await committed(event)));
    },
  });
  return tapping();
}

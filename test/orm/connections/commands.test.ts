import type { Command, CommandRegistry, DoctorCheck, DoctorChecks } from 'oxidite';
import { defineModel, field, orm } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { SyncHook } from 'tapable';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProject, type Project } from '../support/project.ts';
import { Event, Order } from './support.ts';

type Options = Partial<Parameters<typeof orm>[0]>;

let project: Project;
let kernel: TestKernel | undefined;

beforeEach(async () => void (project = await createProject()));

afterEach(async () => {
  await kernel?.stop();
  await project[Symbol.asyncDispose]();
});

interface Cli {
  readonly run: (name: string, input?: { readonly args?: object; readonly flags?: object }) => Promise<{ result: unknown; lines: string[] }>;
  readonly diagnose: () => Promise<string[]>;
}

async function boot(options: Options = {}): Promise<Cli> {
  const commandHook = new SyncHook<[CommandRegistry]>(['commands']);
  const doctorHook = new SyncHook<[DoctorChecks]>(['checks']);
  const host = definePlugin({
    name: 'oxidite',
    version: '0.1.0',
    setup(scope) {
      scope.declareHook('cli:commands', commandHook);
      scope.declareHook('cli:doctor', doctorHook);
    },
  });
  const connections = { analytics: { driver: 'sqlite', database: 'analytics.db' } } as const;
  const plugin = orm({ driver: 'sqlite', database: 'app.db', models: [Order, Event], connections, ...options } as Parameters<typeof orm>[0]);
  const booted = (kernel = await createTestKernel({ root: project.root, plugins: [host(), plugin] }));
  const loaders: (() => Promise<Readonly<Record<string, unknown>>>)[] = [];
  commandHook.call({ add: (...added) => void loaders.push(...added.filter((item) => typeof item === 'function')) });
  const commands = (await Promise.all(loaders.map((load) => load()))).flatMap((module) => Object.values(module) as Command[]);
  const checks: DoctorCheck[] = [];
  doctorHook.call({ add: (...added) => void checks.push(...added) });
  return {
    async run(name, { args = {}, flags = {} } = {}) {
      const lines: string[] = [];
      const command = commands.find((candidate) => candidate.name === name);
      if (command === undefined) throw new Error(`no command ${name}`);
      const validated = async (schema: Command['declaration']['args'], value: object): Promise<unknown> => {
        const outcome = await schema?.['~standard'].validate(value);
        if (outcome?.issues !== undefined) throw new Error(outcome.issues[0]?.message);
        return outcome?.value ?? {};
      };
      const output = {
        json: false,
        line: (text = '') => void lines.push(text),
        table: (rows: readonly object[]) => void lines.push(...rows.map((row) => Object.values(row).slice(0, 2).join(' '))),
        warn: (text: string) => void lines.push(`! ${text}`),
      };
      const input = {
        args: await validated(command.declaration.args, args),
        flags: await validated(command.declaration.flags, flags),
        output,
        signal: new AbortController().signal,
        exitWith: () => undefined,
      };
      return { result: await booted.scopes.run((services) => command.run(input as never, services)), lines };
    },
    diagnose: () => Promise.all(checks.map(async (check) => `${check.name} ${(await check.run(booted.services)).status}`)),
  };
}

describe('the commands of an application with several databases', () => {
  const analytics = { flags: { connection: 'analytics' } };

  it('write the migrations of each connection from its models, into a directory of its own', async () => {
    const { run } = await boot();
    await run('make:migration', { args: { name: 'orders' } });
    await run('make:migration', { args: { name: 'events' }, ...analytics });
    expect(project.list('migrations')).toEqual(['20260101000000_orders.ts', 'analytics']);
    expect(project.list('migrations/analytics')).toEqual(['20260101000000_events.ts']);
    expect(project.read('migrations/20260101000000_orders.ts')).not.toContain('events');
    expect((await run('make:migration')).lines).toEqual(['The migrations agree with the models; nothing was written.']);
  });

  it('migrate all of them, the default one first, or one', async () => {
    project.migration('1_one', 'create table one (a text)', 'drop table one');
    project.migration('analytics/1_first', 'create table first (a text)', 'drop table first');
    const { run } = await boot();
    expect((await run('migrate', analytics)).result).toEqual({ applied: ['1_first'] });
    expect(await run('migrate')).toEqual({
      result: { connections: { default: { applied: ['1_one'] }, analytics: { applied: [] } } },
      lines: ['Connection "default":', 'applied 1_one', 'Applied 1 migration.', 'Connection "analytics":', 'Nothing to apply.'],
    });
    expect((await run('migrate:status')).lines).toEqual(['Connection "default":', '1_one applied', 'Connection "analytics":', '1_first applied']);
    expect((await run('migrate:status', analytics)).lines).toEqual(['1_first applied']);
    expect((await run('rollback')).result).toEqual({ undone: ['1_one'] });
    expect((await run('rollback', analytics)).result).toEqual({ undone: ['1_first'] });
  });

  it('show and compare the tables of one', async () => {
    project.migration('analytics/1_first', 'create table first (a text)');
    const { run } = await boot();
    expect((await run('migrate:fresh', analytics)).result).toMatchObject({ applied: ['1_first'] });
    expect((await run('db:show', analytics)).lines).toEqual(['first 1', 'oxidite_migrations 9']);
    expect((await run('db:show')).lines).toEqual(['There are no tables.']);
    expect((await run('db:diff', analytics)).lines.join()).toContain('table events');
    await expect(run('migrate:resolve', { args: { name: '1_first' }, flags: { connection: 'analytics', applied: true } })).rejects.toThrow('applied already');
    expect((await run('migrate:squash', analytics)).lines).toEqual(['There are fewer than two migrations to squash; nothing was written.']);
  });

  it('name the connections that exist when there is none of a name', async () => {
    const { run } = await boot();
    for (const command of ['migrate', 'rollback', 'db:show'])
      await expect(run(command, { flags: { connection: 'nowhere' } })).rejects.toThrow('There are: "default", "analytics"');
  });

  it('look at each connection with doctor', async () => {
    project.migration('analytics/1_first', 'create table first (a text)');
    const { diagnose, run } = await boot();
    expect(await diagnose()).toEqual(['database ok', 'migrations ok', 'database:analytics ok', 'migrations:analytics warn']);
    await run('migrate');
    expect(await diagnose()).toEqual(['database ok', 'migrations ok', 'database:analytics ok', 'migrations:analytics ok']);
  });
});

describe('the option autoMigrate of an application with several databases', () => {
  it('applies the migrations of all, from the directories that are chosen', async () => {
    project.migration('1_one', 'create table one (a text)');
    project.write('elsewhere/1_first.ts', project.read('migrations/1_one.ts').replaceAll('one', 'first'));
    const connections = { analytics: { driver: 'sqlite', database: 'analytics.db', migrationsDirectory: 'elsewhere' } } as const;
    const { run } = await boot({ autoMigrate: 'migrations', connections });
    expect((await run('migrate:status')).lines).toEqual(['Connection "default":', '1_one applied', 'Connection "analytics":', '1_first applied']);
  });

  it('makes the tables of all from the models', async () => {
    const Later = defineModel('later', { name: field.string() }, { connection: 'analytics' });
    await boot({ autoMigrate: 'models', models: [Order, Later] });
    const unit = kernel?.use('orm');
    expect(await unit?.query(Order).count()).toBe(0);
    expect(await unit?.query(Later).count()).toBe(0);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { COMPILE_CACHE } from '../../services/compile-cache.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject } from '../support/project.ts';
import { startChild } from '../support/child-process.ts';

describeOnDatabases((database) => {
  it('migrate lets several processes run at once: each migration is applied once, and all succeed', async () => {
    await using project = await createProject(database);
    for (let index = 0; index < 8; index++)
      project.migration(`${index}_table`, `create table t${index} (a text); insert into t${index} values ('x')`, `drop table t${index}`);
    const script = project.write(
      'run.ts',
      `import { createKernel } from '@oxidite/kernel';
import { orm } from '@oxidite/orm';
const kernel = createKernel({ root: import.meta.dirname, config: { plugins: [orm({ ...${JSON.stringify(project.database)}${database.name === 'sqlite' ? ', busyTimeoutMs: 15000' : ''} })] } });
await kernel.boot();
console.log(JSON.stringify(await kernel.use('orm').migrator.migrate()));
await kernel.stop();
`,
    );
    const results = await Promise.all(
      [1, 2, 3].map(async () => {
        const child = spawn(process.execPath, ['--conditions=oxidite-source', script], {
          env: { ...process.env, ...COMPILE_CACHE },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let output = '';
        child.stdout.on('data', (chunk) => (output += String(chunk)));
        const [code] = (await once(child, 'close')) as [number];
        expect(code).toBe(0);
        return JSON.parse(output) as string[];
      }),
    );
    expect(results.flat().toSorted()).toEqual(Array.from({ length: 8 }, (_, index) => `${index}_table`));
    await using kernel = await project.boot([]);
    expect((await kernel.orm.migrator.status()).every(({ state }) => state === 'applied')).toBe(true);
    expect(await kernel.orm.kysely.selectFrom('t7').selectAll().execute()).toEqual([{ a: 'x' }]);
  }, 60_000); // three processes start

  if (database.name === 'sqlite') return; // there, the wait is for a lock of the file, which does not tell who holds it

  it('migrate says that it waits and for whom, and goes on when the holder is killed', async () => {
    await using project = await createProject(database);
    project.write(
      'migrations/1_holds.ts',
      `import { defineMigration } from '@oxidite/orm';
export default defineMigration({ async up() { if (globalThis.holds) { console.log('holding'); await new Promise((resolve) => setTimeout(resolve, 3600000)); } } });
`,
    );
    const holder = startChild(project, 'globalThis.holds = true;\nawait migrator.migrate();', 'holder');
    await holder.printed('holding');
    const waiting = startChild(project, 'console.log(await migrator.migrate());', 'waiting');
    await waiting.printed('waiting for another process');
    await holder.kill();
    const output = await waiting.ended();
    expect(output).toMatch(database.name === 'postgresql' ? /"holder":{"pid":\d+,"application":"oxidite"/ : /"holder":{"connection":\d+,"user":"\w+"/);
    expect(output).toContain("[ '1_holds' ]");
  }, 60_000);

  it('migrate does not wait for a process that was killed in the middle of a long statement', async () => {
    await using project = await createProject(database);
    const sleep = database.name === 'postgresql' ? 'pg_sleep(3600)' : 'sleep(3600)';
    project.write(
      'migrations/1_sleeps.ts',
      `import { defineMigration } from '@oxidite/orm';
export default defineMigration({ async up(schema) { if (globalThis.holds) { console.log('holding'); await schema.query('select ${sleep} as x'); } } });
`,
    );
    const holder = startChild(project, 'globalThis.holds = true;\nawait migrator.migrate();', 'holder');
    await holder.printed('holding');
    await holder.kill();
    await using kernel = await project.boot([]);
    expect(await kernel.orm.migrator.migrate()).toEqual(['1_sleeps']);
  }, 60_000);
});

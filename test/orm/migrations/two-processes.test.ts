import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject } from '../support/project.ts';

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
        const child = spawn(process.execPath, ['--conditions=oxidite-source', script], { stdio: ['ignore', 'pipe', 'inherit'] });
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
  });
});

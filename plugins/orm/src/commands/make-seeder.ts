/** `oxidite make:seeder`: writes a seeder. */
import { join } from 'node:path';
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { assertSourceName, writeNewFile } from '../pull/named-file.ts';
import { toCamelCase, toKebabCase } from '../pull/pulled-name.ts';

/**
 * Creates the command.
 * @param folder the directory of seeders.
 */
export function createMakeSeeder(folder: string): Command {
  return defineCommand(
    'make:seeder',
    {
      summary: 'Write a seeder',
      args: z.object({ name: z.string().describe('The name of the seeder: users, demo-articles') }),
      examples: ['make:seeder users'],
    },
    ({ args, output }) => {
      assertSourceName(args.name);
      const name = toCamelCase(args.name);
      const file = join(folder, `${toKebabCase(name)}.ts`);
      writeNewFile(file, toSeederSource(name, toKebabCase(name)));
      output.line(`wrote ${file}`);
      output.line(`Fill it, and run it with "oxidite seed ${toKebabCase(name)}".`);
      return { file };
    },
  );
}

function toSeederSource(constant: string, name: string): string {
  return `import { defineSeeder } from '@oxidite/orm';

export const ${constant} = defineSeeder('${name}', async (_, { orm }) => {
  // Look before you write, because it may run again: if (!(await orm.query(User).exists())) orm.create(User, { … });
  void orm;
});
`;
}

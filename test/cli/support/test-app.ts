/** Applications of a few files, in directories of their own outside of the repository, from which the packages resolve. */
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

/** An application that is removed at the end of the test: `await using app = await createApp({ … })`. */
export interface TestApp extends AsyncDisposable {
  readonly root: string;
  path(name: string): string;
  write(name: string, content: string): Promise<void>;
}

/** Creates an application with these files: relative path -> content. */
export async function createApp(files: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'oxidite-cli-')));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'dir');
  const app: TestApp = {
    root,
    path: (name) => join(root, name),
    write: async (name, content) => {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), content);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  await app.write('package.json', '{ "name": "an-app", "type": "module" }');
  for (const [name, content] of Object.entries(files)) await app.write(name, content);
  return app;
}

/** A configuration whose one plugin has this set-up. */
export function configSource(setup = '', definition = ''): string {
  return `
import { defineCommand, defineConfig, definePlugin } from 'oxidite';
import * as z from 'zod';
const one = definePlugin({ name: 'one', version: '1.0.0', ${definition} setup(kernel) { ${setup} } });
export default defineConfig({ plugins: [one()] });
`;
}

/** A set-up with the commands `shop:greet` and `shop:fail`. */
export const COMMANDS = `
  kernel.tap('cli:commands', (commands) => commands.add(
    defineCommand('shop:greet', {
      summary: 'Greet someone',
      description: 'Greets <% politely %>.',
      args: z.object({ name: z.string().describe('Whom to greet') }),
      flags: z.object({ times: z.int().max(3).default(1), loud: z.boolean().default(false).meta({ alias: 'l' }), tag: z.array(z.string()).optional() }),
      examples: ['shop:greet Ada --times 2'],
    }, ({ args, flags, output }, services) => {
      output.line(flags.loud ? args.name.toUpperCase() : args.name);
      return { ...args, ...flags, services: 'clock' in services };
    }),
    defineCommand('shop:fail', { summary: 'Fail' }, () => { throw new Error('out of stock'); }),
  ));
`;

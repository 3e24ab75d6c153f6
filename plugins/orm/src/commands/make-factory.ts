/** `oxidite make:factory`: writes the factory of a model. */
import { join, resolve } from 'node:path';
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { writeFactory } from '../factories/write-factory.ts';

/** Where models are, and where factories go. */
export interface MakeFactoryPlaces {
  readonly root: string;
  readonly modelsDirectory: string;
  readonly factoriesDirectory: string;
}

/** Creates the command. */
export function createMakeFactory({ root, modelsDirectory, factoriesDirectory }: MakeFactoryPlaces): Command {
  return defineCommand(
    'make:factory',
    {
      summary: 'Write the factory of a model, for tests and seeders',
      args: z.object({ name: z.string().describe('The name of the model: article, orderItem') }),
      examples: ['make:factory article'],
    },
    async ({ args, output }) => {
      const file = await writeFactory(args.name, { models: resolve(root, modelsDirectory), factories: join(root, factoriesDirectory) });
      output.line(`wrote ${file}`);
      output.line('What it leaves out follows from the model. orm.factory(…) finds it by itself.');
      return { file };
    },
  );
}

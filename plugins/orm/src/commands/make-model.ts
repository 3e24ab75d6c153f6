/** `oxidite make:model`: writes a model. */
import { join } from 'node:path';
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { writeNewFile } from '../pull/named-file.ts';
import { toNamedModel } from '../pull/named-model.ts';

/**
 * Creates the command.
 * @param folder the directory of models.
 */
export function createMakeModel(folder: string): Command {
  return defineCommand(
    'make:model',
    {
      summary: 'Write a model',
      description:
        'A field is name:type, and then what the type needs: status:enum:draft,published, author:belongsTo:user, comments:hasMany:comment:article. Fields end with any of :nullable, :unique, :index and :hidden.',
      args: z.object({
        name: z.string().describe('The name of the model, singular: article, order-item'),
        fields: z.array(z.string()).default([]).describe('Its fields and relations'),
      }),
      examples: ['make:model article title:string body:text author:belongsTo:user', 'make:model tag name:string:unique'],
    },
    ({ args, output }) => {
      const model = toNamedModel(args.name, args.fields);
      const file = join(folder, `${model.file}.ts`);
      writeNewFile(file, model.text);
      output.line(`wrote ${file}`);
      output.line('"oxidite make:migration" makes its table.');
      return { file };
    },
  );
}

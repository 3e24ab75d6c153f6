/** `oxidite db:show`: shows the tables of the database. */
import { type Command, defineCommand } from 'oxidite';
import * as z from 'zod';
import { chooseConnection, oneConnection } from './connection-flag.ts';

/** The command. */
export const dbShow: Command = defineCommand(
  'db:show',
  {
    summary: 'Show the tables of the database, or the columns and indexes of one',
    args: z.object({ table: z.string().optional().describe('Show the columns and indexes of this table') }),
    flags: z.object({ connection: oneConnection }),
    examples: ['db:show', 'db:show articles'],
  },
  async ({ args, flags, output }, { orm }) => {
    const tables = await chooseConnection(orm, flags.connection).schema.describe();
    const shown = args.table === undefined ? tables : tables.filter(({ name }) => name === args.table);
    if (shown.length === 0)
      output.line(
        args.table === undefined
          ? 'There are no tables.'
          : `There is no table "${args.table}". There are: ${tables.map(({ name }) => name).join(', ') || 'none'}.`,
      );
    else if (args.table === undefined)
      output.table(
        shown.map(({ name, columns, indexes, rows, bytes }) => ({
          table: name,
          columns: columns.length,
          indexes: indexes.length,
          rows: rows ?? '',
          bytes: bytes ?? '',
        })),
      );
    else
      for (const { columns, constraints, indexes } of shown) {
        output.table(
          columns.map(({ name, type, nullable, default: value, primary }) => ({
            column: name,
            type,
            nullable,
            default: value ?? '',
            key: primary ? 'primary' : '',
          })),
        );
        for (const text of [...constraints, ...indexes.map(({ sql }) => sql)]) output.line(text);
      }
    return { tables: shown };
  },
);

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type CommandSchema, defineCommand } from '../../../plugins/cli/src/declare/define-command.ts';
import { CommandUsageError } from '../../../plugins/cli/src/errors.ts';
import { type RawInput, readCommandInput } from '../../../plugins/cli/src/run/command-input.ts';
import { toCommandSpec } from '../../../plugins/cli/src/run/command-spec.ts';

function read(schemas: { readonly args?: CommandSchema; readonly flags?: CommandSchema }, raw: Partial<RawInput>): Promise<{ args: unknown; flags: unknown }> {
  const command = defineCommand('shop:it', { summary: 's', ...schemas }, () => undefined);
  return readCommandInput(command, toCommandSpec(command), { args: {}, flags: {}, ...raw });
}

describe('readCommandInput', () => {
  it('gives empty objects to a command without schemas', async () => {
    expect(await read({}, { flags: { json: true } })).toEqual({ args: {}, flags: {} });
  });

  it('names values by the keys of the schema, as the types of the schema', async () => {
    const args = z.object({ shopName: z.string(), open: z.boolean(), floors: z.array(z.int()) });
    const flags = z.object({ perPage: z.number(), dryRun: z.boolean(), since: z.coerce.date() });
    const raw = { args: { 'shop-name': 'a', floors: ['1', '-2'], open: 'false' }, flags: { 'per-page': '1.5', 'dry-run': true, since: '2026-01-02' } };
    expect(await read({ args, flags }, raw)).toEqual({
      args: { shopName: 'a', floors: [1, -2], open: false },
      flags: { perPage: 1.5, dryRun: true, since: new Date('2026-01-02') },
    });
  });

  it('turns a switch off that is not given, unless the schema has something else to say', async () => {
    const flags = z.object({ plain: z.boolean(), on: z.boolean().default(true), maybe: z.boolean().optional() });
    expect((await read({ flags }, {})).flags).toEqual({ plain: false, on: true });
  });

  it('names all problems by what the user typed', async () => {
    const args = z.object({ count: z.int() });
    const flags = z.object({ perPage: z.number().max(10), tags: z.array(z.string().min(2)), page: z.number(), sure: z.array(z.boolean()) });
    const error = await read({ args, flags }, { args: { count: 'x' }, flags: { 'per-page': '11', tags: ['ab', 'c'], page: ' ', sure: ['yes'] } }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(CommandUsageError);
    expect((error as CommandUsageError).problems).toEqual([
      expect.stringMatching(/^count: .*expected number/),
      expect.stringMatching(/^--per-page: Too big/),
      expect.stringMatching(/^--tags\[1\]: Too small/),
      expect.stringMatching(/^--page: .*expected number/),
      expect.stringMatching(/^--sure\[0\]: .*expected boolean/),
    ]);
    expect((error as CommandUsageError).message).toContain('"oxidite shop:it --help" shows what it takes.');
  });

  it('shows a problem of the whole as it is', async () => {
    const flags = z.object({ a: z.string().optional() }).refine(() => false, 'Give -a or -b.');
    await expect(read({ flags }, {})).rejects.toMatchObject({ problems: ['Give -a or -b.'] });
  });
});

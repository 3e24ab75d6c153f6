import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { type CommandSchema, defineCommand } from '../../../plugins/cli/src/declare/define-command.ts';
import { CommandUsageError } from '../../../plugins/cli/src/errors.ts';
import type { RawInput } from '../../../plugins/cli/src/run/command-input.ts';
import { type CommandSpec, toCommandSpec } from '../../../plugins/cli/src/run/command-spec.ts';
import { runWithOclif, showHelpWithOclif } from '../../../plugins/cli/src/run/oclif-runner.ts';

function specOf(declaration: {
  readonly args?: CommandSchema;
  readonly flags?: CommandSchema;
  readonly description?: string;
  readonly examples?: readonly string[];
}): CommandSpec {
  return toCommandSpec(defineCommand('shop:it', { summary: 'Do it', ...declaration }, () => undefined));
}

const FULL = specOf({
  description: 'Takes <% anything %>.',
  args: z.object({ name: z.string().describe('Whom'), more: z.array(z.string()).optional() }),
  flags: z.object({
    kind: z.enum(['a', 'b']).optional().describe('Which kind'),
    port: z.number().default(3000).describe('Where'),
    force: z.boolean().default(false).meta({ alias: 'f' }),
    color: z.boolean().default(true),
    tag: z.array(z.string()).optional(),
  }),
  examples: ['shop:it Ada --kind a'],
});

function parse(spec: CommandSpec, argv: readonly string[]): Promise<unknown> {
  return runWithOclif(spec, argv, '1.2.3', (raw: RawInput) => Promise.resolve(raw));
}

describe('runWithOclif', () => {
  it('parses arguments and flags, wherever they stand', async () => {
    const raw = await parse(FULL, ['--kind=a', 'Ada', '-f', '--tag', 'x', 'Bob', '--tag', 'y', '--no-color', '--port', '80', '--', '--more']);
    expect(raw).toEqual({
      args: { name: 'Ada', more: ['Bob', '--more'] },
      flags: expect.objectContaining({ kind: 'a', force: true, tag: ['x', 'y'], color: false, port: '80' }),
    });
  });

  it('returns what is executed, and passes its errors on as they are', async () => {
    expect(await runWithOclif(specOf({}), [], '1.2.3', () => Promise.resolve(7))).toBe(7);
    const error = new Error('boom');
    await expect(runWithOclif(specOf({}), [], '1.2.3', () => Promise.reject(error))).rejects.toBe(error);
  });

  it.each([
    [[], /Missing 1 required arg/],
    [['Ada', '--kind', 'c'], /Expected --kind=c to be one of: a, b/],
    [['Ada', '--frce'], /Nonexistent flag: --frce\. Did you mean "--force"\?/],
    [['Ada', '--port'], /Flag --port expects a value/],
  ])('refuses %j', async (argv, message) => {
    const error = await parse(FULL, argv).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CommandUsageError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('See more help');
  });

  it('refuses what a command without arguments does not take', async () => {
    await expect(parse(specOf({}), ['more'])).rejects.toThrow('Unexpected argument: more');
  });
});

describe('showHelpWithOclif', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('prints what the command takes', async () => {
    let printed = '';
    vi.spyOn(console, 'log').mockImplementation((...texts: unknown[]) => void (printed += `${texts.join(' ')}\n`));
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((printed += String(text))));
    await showHelpWithOclif(FULL, '1.2.3');
    expect(printed).toMatch(/Do it\s+USAGE\s+\$ oxidite shop:it NAME/);
    expect(printed).toMatch(/NAME\s+Whom/);
    expect(printed).toMatch(/--kind=<option>\s+Which kind\s+<options: a\|b>/);
    expect(printed).toMatch(/--port=<number>\s+Where \[default: 3000\]/);
    expect(printed).toMatch(/-f, --force/);
    expect(printed).toMatch(/--\[no-\]color/);
    expect(printed).toMatch(/Takes < % anything % >/);
    expect(printed).toMatch(/\$ oxidite shop:it Ada --kind a/);
    expect(printed).toMatch(/-h, --help\s+Show this help\.\s+--json\s+Print one JSON document/);
  });
});

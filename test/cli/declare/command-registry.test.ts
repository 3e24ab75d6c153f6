import { defineCommand } from 'oxidite';
import { describe, expect, it } from 'vitest';
import { importCommands, loadCommands } from '../../../plugins/cli/src/declare/command-registry.ts';
import { CommandModuleError } from '../../../plugins/cli/src/errors.ts';

const one = defineCommand('one', { summary: '' }, () => undefined);
const two = defineCommand('two', { summary: '' }, () => undefined);

describe('loadCommands', () => {
  it('takes commands and modules, in their order', async () => {
    const { commands, errors } = await loadCommands([
      { plugin: 'a', source: () => Promise.resolve({ two, other: 1 }) },
      { plugin: 'b', source: one },
    ]);
    expect(commands).toEqual([
      { plugin: 'a', command: two },
      { plugin: 'b', command: one },
    ]);
    expect(errors).toEqual([]);
  });

  it('keeps what works apart from what fails', async () => {
    const { commands, errors } = await loadCommands([
      { plugin: 'a', source: () => Promise.reject(new Error('boom')) },
      { plugin: 'b', source: one },
      { plugin: 'c', source: () => Promise.resolve({}) },
    ]);
    expect(commands.map(({ command }) => command)).toEqual([one]);
    expect(errors.map(({ message }) => message)).toEqual([
      'A command module of plugin "a" could not be imported: boom',
      'A command module of plugin "c" exports no command. Export what defineCommand() returns, or move the file elsewhere.',
    ]);
  });
});

describe('importCommands', () => {
  it('names the module that fails', async () => {
    await expect(importCommands('x.ts', () => Promise.reject(new Error('boom')))).rejects.toThrow(CommandModuleError);
  });
});

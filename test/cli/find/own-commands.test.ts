import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { OWN_COMMANDS } from '../../../plugins/cli/src/find/own-commands.ts';
import { createCleanups } from '../../../plugins/cli/src/process/cleanups.ts';
import { createTestHost } from '../support/test-host.ts';

describe('OWN_COMMANDS', () => {
  it.each(OWN_COMMANDS)('says of $name what its declaration says', async (entry) => {
    const command = await entry.create({ host: createTestHost(), clock: createVirtualClock(), cleanups: createCleanups() });
    expect({ name: command.name, summary: command.declaration.summary, boots: command.declaration.boots ?? true }).toEqual({
      name: entry.name,
      summary: entry.summary,
      boots: entry.boots,
    });
  });
});

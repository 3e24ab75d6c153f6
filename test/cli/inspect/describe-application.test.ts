import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { describeApplication } from '../../../plugins/cli/src/inspect/describe-application.ts';
import { createCleanups } from '../../../plugins/cli/src/process/cleanups.ts';
import { createTestHost } from '../support/test-host.ts';

describe('describeApplication', () => {
  it('needs a command that boots', () => {
    expect(() => describeApplication({ host: createTestHost(), clock: createVirtualClock(), cleanups: createCleanups() })).toThrow(TypeError);
  });
});

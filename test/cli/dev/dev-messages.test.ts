import { describe, expect, it } from 'vitest';
import { isParentMessage, isWorkerMessage } from '../../../plugins/cli/src/dev/dev-messages.ts';

describe('isWorkerMessage and isParentMessage', () => {
  it.each(['booted', 'running', 'failed', 'released'])('know a worker says "%s"', (type) => {
    expect([isWorkerMessage({ type }), isParentMessage({ type })]).toEqual([true, false]);
  });

  it.each(['start', 'stop'])('know the parent says "%s"', (type) => {
    expect([isWorkerMessage({ type }), isParentMessage({ type })]).toEqual([false, true]);
  });

  it.each([undefined, null, 'start', {}, { type: 'other' }])('know %s is of neither', (message) => {
    expect([isWorkerMessage(message), isParentMessage(message)]).toEqual([false, false]);
  });
});

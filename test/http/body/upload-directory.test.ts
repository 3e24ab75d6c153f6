import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UploadDirectory } from '../../../plugins/http/src/body/upload-directory.ts';
import { createGate } from '../support/gate.ts';
import { openUploadPlace } from './support/upload-place.ts';

describe('UploadDirectory', () => {
  it('is not made before its first file', async () => {
    const place = openUploadPlace();
    const directory = new UploadDirectory();
    expect([directory.isUsed, await place.list()]).toEqual([false, []]);
    await directory.remove();
    expect(directory.isRemoved).toBe(true);
  });

  it('is removed with its files, and only once what works in it has settled', async () => {
    const place = openUploadPlace();
    const directory = new UploadDirectory();
    const { path, handle } = await directory.create();
    await handle.close();
    const gate = createGate();
    const work = directory.keepFor(gate.opened.then(() => Promise.reject(new Error('fails'))));
    const removed = directory.remove();
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect([existsSync(path), directory.isRemoved]).toEqual([true, false]);
    gate.open();
    await expect(work).rejects.toThrow('fails');
    await removed;
    expect(await place.list()).toEqual([]);
  });
});

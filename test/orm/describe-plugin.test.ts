import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineModel, field, orm } from '@oxidite/orm';
import { describePlugin } from '@oxidite/plugin-sdk/testing';
import { afterAll, describe, it } from 'vitest';

const Note = defineModel('note', { text: field.string() });
const directory = mkdtempSync(join(tmpdir(), 'oxidite-orm-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

// It opens a real file, writes and reads through both connections, and closes them.
describePlugin({ describe, it }, orm({ driver: 'sqlite', database: join(directory, 'notes.db'), models: [Note], autoMigrate: 'models' }), {
  async exercise(kernel) {
    await kernel.scopes.run(({ orm: unit }) => void unit.create(Note, { text: 'hello' }));
    await kernel.use('orm').query(Note).count();
  },
});

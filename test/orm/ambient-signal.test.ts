import { withAmbientSignal } from '@oxidite/plugin-sdk';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { defineModel, field, orm } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';

const Note = defineModel('note', { text: field.string() });
const plugins = () => [orm({ driver: 'sqlite', database: ':memory:', models: [Note], autoMigrate: 'models' })];

describe('a flow of calls whose signal has aborted', () => {
  it('reads and writes nothing more, and leaves nothing half written', async () => {
    await using kernel = await createTestKernel({ plugins: plugins() });
    const time = new AbortController();
    const late = new Error('the time is up');
    const unit = withAmbientSignal(time, () =>
      kernel.scopes.run(async (services) => {
        services.orm.create(Note, { text: 'never saved' });
        expect(await services.orm.query(Note).count()).toBe(0);
        time.abort(late);
        await expect(Promise.resolve().then(() => services.orm.query(Note).count())).rejects.toBe(late);
      }),
    );
    await expect(unit).rejects.toBe(late); // the flush at the end begins nothing
    expect(await kernel.services.orm.query(Note).count()).toBe(0);
    await kernel.scopes.run(({ orm: next }) => void next.create(Note, { text: 'saved' }));
    expect(await kernel.services.orm.query(Note).count()).toBe(1);
  });

  it('finishes the transaction that it is in, and leaves the connection free', async () => {
    await using kernel = await createTestKernel({ plugins: plugins() });
    const time = new AbortController();
    await withAmbientSignal(time, () =>
      kernel.services.orm.unitOfWork((unit) =>
        unit.transaction(async (inner) => {
          inner.create(Note, { text: 'begun in time' });
          await inner.flush();
          time.abort();
        }),
      ),
    );
    expect(await kernel.services.orm.query(Note).count()).toBe(1);
    await kernel.services.orm.unitOfWork((unit) => void unit.create(Note, { text: 'another' }));
    expect(await kernel.services.orm.query(Note).count()).toBe(2);
  });
});

import { PluginUnknownError } from '@oxidite/kernel';
import { describe, expect, it } from 'vitest';
import { explainOrder, explainPlugin } from '../../../plugins/cli/src/inspect/explain-order.ts';
import { DESCRIPTION } from '../support/description.ts';

describe('explainPlugin', () => {
  it('tells where a plugin is listed, who uses it and what it waits for', () => {
    expect(explainPlugin(DESCRIPTION, 'orm')).toEqual({
      plugin: 'orm',
      place: 'plugins[1] of x.ts',
      rank: 1,
      usedBy: [
        { plugin: 'auth', service: 'orm', optional: false },
        { plugin: 'admin', service: 'orm', optional: true },
      ],
      after: [{ before: 'config', after: 'orm', because: 'after: "config"' }],
      before: [
        { before: 'orm', after: 'auth', because: 'service "orm"' },
        { before: 'orm', after: 'admin', because: 'optional service "orm"' },
      ],
    });
  });

  it('takes a name without its scope while it is clear', () => {
    const [plugin] = DESCRIPTION.plugins;
    const scoped = (...names: readonly string[]) => ({
      ...DESCRIPTION,
      plugins: names.map((name, rank) => ({ ...plugin, name, rank })) as typeof DESCRIPTION.plugins,
    });
    expect(explainPlugin(scoped('@a/one', '@a/two'), 'two')).toMatchObject({ plugin: '@a/two', rank: 1 });
    expect(explainPlugin(scoped('@a/one', 'one'), 'one')).toMatchObject({ plugin: 'one', rank: 1 });
    expect(explainOrder(scoped('@a/one', '@a/two'), 'two', 'one')).toMatchObject({ first: '@a/one', second: '@a/two' });
    expect(() => explainPlugin(scoped('@a/one', '@b/one'), 'one')).toThrow(PluginUnknownError);
  });

  it('knows no other plugins', () => {
    expect(() => explainPlugin(DESCRIPTION, 'orn')).toThrow(PluginUnknownError);
    expect(() => explainPlugin(DESCRIPTION, 'orn')).toThrow('Did you mean "orm"?');
  });
});

describe('explainOrder', () => {
  it.each([
    ['config', 'admin'],
    ['admin', 'config'],
  ])('finds a shortest chain for %s and %s', (left, right) => {
    const { first, second, chain } = explainOrder(DESCRIPTION, left, right);
    expect([first, second, chain.map(({ before }) => before)]).toEqual(['config', 'admin', ['config', 'orm']]);
  });

  it('finds no chain between plugins that do not depend on each other', () => {
    expect(explainOrder(DESCRIPTION, 'http', 'auth').chain).toEqual([]);
    expect(explainOrder(DESCRIPTION, 'orm', 'orm')).toMatchObject({ first: 'orm', second: 'orm', chain: [] });
  });
});

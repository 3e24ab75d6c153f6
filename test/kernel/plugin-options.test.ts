import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { validateOptions } from '../../kernel/src/plugin-options.ts';
import { type LooseDefinition, resolved } from './support/plugins.ts';

async function validated(definition: LooseDefinition, options: unknown): Promise<unknown> {
  return (await validateOptions([{ ...resolved(definition), options }]))[0]?.config;
}

describe('validateOptions', () => {
  it('gives a plugin without a schema what is written', async () => {
    await expect(validated({ name: 'a' }, { x: 1 })).resolves.toEqual({ x: 1 });
    await expect(validated({ name: 'a' }, undefined)).resolves.toBeUndefined();
  });

  it('gives a plugin with a schema its output, and an empty object to validate where nothing is written', async () => {
    const config = z.object({ port: z.number().default(1) });
    await expect(validated({ name: 'a', config }, undefined)).resolves.toEqual({ port: 1 });
    await expect(validated({ name: 'a', config }, { port: 2, unknown: true })).resolves.toEqual({ port: 2 });
  });

  it('freezes data to the bottom, and leaves instances alone', async () => {
    const frozen = Object.freeze({ list: [1] });
    const date = new Date();
    const nullish = Object.assign(Object.create(null) as object, { a: {} });
    const config = (await validated({ name: 'a' }, { list: [{ a: 1 }], nothing: null, frozen, date, nullish })) as Record<string, object>;
    expect(
      Object.values({ config, list: config['list'], first: Reflect.get(config['list'] as object, 0), nullish }).every((value) => Object.isFrozen(value)),
    ).toBe(true);
    expect([Object.isFrozen(date), Object.isFrozen(frozen.list)]).toEqual([false, false]);
  });

  it('freezes what contains itself', async () => {
    const options: Record<string, unknown> = { list: [] };
    options['self'] = options;
    expect(Object.isFrozen(((await validated({ name: 'a' }, options)) as typeof options)['list'])).toBe(true);
  });

  it('collects the issues of all plugins', async () => {
    const inputs = ['a', 'b'].map((name) => ({ ...resolved({ name, config: z.object({ port: z.number() }) }), options: {} }));
    await expect(validateOptions(inputs)).rejects.toMatchObject({
      code: 'OXI_PLUGIN_OPTIONS',
      issues: [expect.stringContaining('plugin "a", listed at plugins["a"]: port: '), expect.stringContaining('plugin "b", listed at plugins["b"]: port: ')],
    });
  });

  it('reaches no prototype with hostile keys', async () => {
    await validated(
      { name: 'a', config: z.looseObject({}) },
      JSON.parse('{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } } }'),
    );
    expect({}).not.toHaveProperty('polluted');
  });
});

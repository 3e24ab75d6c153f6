import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  KERNEL_SERVICES,
  orderPlugins,
  type OrderOptions,
  PluginCycleError,
  type ResolvedPlugin,
  ServiceConflictError,
  ServiceMissingError,
} from '@oxidite/kernel';
import { type LooseDefinition, resolved, thrownBy } from './support/plugins.ts';

function namesOf(definitions: readonly LooseDefinition[], options?: OrderOptions): string[] {
  return orderPlugins(definitions.map(resolved), options).plugins.map(({ definition }) => definition.name);
}

describe('orderPlugins', () => {
  it('keeps the order of the configuration where nothing else is said', () => {
    expect(namesOf([{ name: 'c' }, { name: 'a' }, { name: 'b' }])).toEqual(['c', 'a', 'b']);
    expect(namesOf([])).toEqual([]);
  });

  it.each<[string, LooseDefinition[], string[]]>([
    [
      'requires',
      [
        { name: 'a', requires: ['x'] },
        { name: 'b', provides: ['x'] },
      ],
      ['b', 'a'],
    ],
    [
      'optional',
      [
        { name: 'a', optional: ['x'] },
        { name: 'b', provides: ['x'] },
      ],
      ['b', 'a'],
    ],
    ['after', [{ name: 'a', after: ['b'] }, { name: 'b' }], ['b', 'a']],
    ['before', [{ name: 'a' }, { name: 'b', before: ['a'] }], ['b', 'a']],
    ['an optional service that nobody provides', [{ name: 'a', optional: ['x'] }, { name: 'b' }], ['a', 'b']],
    ['names of plugins that are not listed', [{ name: 'a', after: ['x'], before: ['y'] }, { name: 'b' }], ['a', 'b']],
    ['a service of its own', [{ name: 'a', requires: ['x'], provides: ['x'] }], ['a']],
    ['the services of the kernel', [{ name: 'a', requires: ['clock', 'random', 'logger', 'env'] }], ['a']],
  ])('respects %s', (_title, definitions, expected) => {
    expect(namesOf(definitions)).toEqual(expected);
  });

  it('takes the first plugin of the configuration that is ready, so that no plugin drags others along', () => {
    expect(namesOf([{ name: 'a', after: ['d'] }, { name: 'b' }, { name: 'c' }, { name: 'd' }, { name: 'e' }])).toEqual(['b', 'c', 'd', 'a', 'e']);
  });

  it('puts the application last', () => {
    expect(namesOf([{ name: 'application' }, { name: 'a' }, { name: 'b', after: ['application-like'] }], { last: 'application' })).toEqual([
      'a',
      'b',
      'application',
    ]);
  });

  it('takes services that exist without a plugin for present', () => {
    expect(namesOf([{ name: 'a', requires: ['x'] }], { present: ['x'] })).toEqual(['a']);
  });

  it('tells the reasons', () => {
    const { reasons, providers } = orderPlugins(
      [{ name: 'a', requires: ['x'], optional: ['y'], after: ['b'], before: ['c'] }, { name: 'b', provides: ['x', 'y'] }, { name: 'c' }].map(resolved),
      { last: 'c' },
    );
    expect(reasons).toEqual([
      { before: 'b', after: 'a', because: 'service "x"' },
      { before: 'b', after: 'a', because: 'optional service "y"' },
      { before: 'b', after: 'a', because: 'after: "b"' },
      { before: 'a', after: 'c', because: 'before: "c"' },
      { before: 'a', after: 'c', because: 'the application comes last' },
      { before: 'b', after: 'c', because: 'the application comes last' },
    ]);
    expect(providers).toEqual(new Map<string, string>([...KERNEL_SERVICES.map((service) => [service, 'kernel'] as const), ['x', 'b'], ['y', 'b']]));
  });

  it.each([
    [[{ name: 'a', requires: ['strange'] }], {}, 'Add a plugin that provides it.'],
    [
      [
        { name: 'a', requires: ['cahce'] },
        { name: 'b', provides: ['cache'] },
      ],
      {},
      'Add a plugin that provides it. Did you mean "cache"?',
    ],
    [[{ name: 'a', requires: ['orm'] }], { knownProviders: { orm: '@oxidite/orm' } }, 'Add @oxidite/orm to the plugins (npm install @oxidite/orm).'],
    [[{ name: 'a', requires: ['toString'] }], { knownProviders: {} }, 'Add a plugin that provides it.'],
  ])('names plugin, place, service and remedy when nobody provides what is required: %j', async (definitions, options, remedy) => {
    const error = await thrownBy(() => namesOf(definitions, options));
    expect(error).toBeInstanceOf(ServiceMissingError);
    const service = definitions[0]?.requires?.[0];
    expect(error.message).toBe(`Plugin "a", listed at plugins["a"], requires the service "${service}", which no listed plugin provides. ${remedy}`);
  });

  it('asks to pick one of two providers, and follows the choice', async () => {
    const definitions = [
      { name: 'a', provides: ['x'] },
      { name: 'b', requires: ['x'] },
      { name: 'c', provides: ['x'], after: ['b'] },
    ];
    const error = await thrownBy(() => namesOf(definitions));
    expect(error).toBeInstanceOf(ServiceConflictError);
    expect(error.message).toBe(`The service "x" is provided by "a" and "c". Take one off the list, or pick one: providers: { x: 'a' }.`);
    await expect(thrownBy(() => namesOf(definitions, { providers: { x: 'nobody' } }))).resolves.toBeInstanceOf(ServiceConflictError);
    expect(namesOf(definitions, { providers: { x: 'a' } })).toEqual(['a', 'b', 'c']);
    await expect(thrownBy(() => namesOf(definitions, { providers: { x: 'c' } }))).resolves.toBeInstanceOf(PluginCycleError);
  });

  it('lets no plugin replace a service of the kernel, unless the application picks it', async () => {
    const definitions = [{ name: 'a', provides: ['logger'] }];
    const error = await thrownBy(() => namesOf(definitions));
    expect(error).toBeInstanceOf(ServiceConflictError);
    expect(error.message).toBe(`The service "logger" is provided by "kernel" and "a". Take one off the list, or pick one: providers: { logger: 'kernel' }.`);
    expect(namesOf(definitions, { providers: { logger: 'a' } })).toEqual(['a']);
  });

  it('shows the path of a circle, whatever leads to it', async () => {
    const definitions = [
      { name: 'z', after: ['a'] },
      { name: 'a', requires: ['y'] },
      { name: 'b', after: ['a'] },
      { name: 'c', provides: ['y'], after: ['b'] },
      { name: 'ready' },
    ];
    const error = await thrownBy(() => namesOf(definitions));
    expect(error).toBeInstanceOf(PluginCycleError);
    expect(error).toMatchObject({ path: ['a', 'b', 'c', 'a'] });
    expect(error.message).toBe(
      'Plugins wait for each other: a -> b -> c -> a:\n' +
        '  - "b" comes after "a": after: "a"\n' +
        '  - "c" comes after "b": after: "b"\n' +
        '  - "a" comes after "c": service "y"\n' +
        'Remove one of these requirements.',
    );
  });
});

/** Acyclic graphs: edges only lead from an earlier to a later node; the configuration lists the nodes in any order. */
const graph = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.record({
      edges: fc.array(fc.record({ from: fc.nat(size - 1), to: fc.nat(size - 1), kind: fc.constantFrom('requires', 'optional', 'after', 'before') }), {
        maxLength: 25,
      }),
      listed: fc.shuffledSubarray(
        Array.from({ length: size }, (_, index) => index),
        { minLength: size },
      ),
    }),
  )
  .map(({ edges, listed }) => ({ edges: edges.filter(({ from, to }) => from < to), listed }));

function toPlugins({ edges, listed }: typeof graph extends fc.Arbitrary<infer Graph> ? Graph : never): ResolvedPlugin[] {
  const into = (node: number, kind: string): number[] => edges.filter((edge) => edge.to === node && edge.kind === kind).map(({ from }) => from);
  return listed.map((node) =>
    resolved({
      name: `p${node}`,
      provides: [`s${node}`],
      requires: into(node, 'requires').map((from) => `s${from}`),
      optional: into(node, 'optional').map((from) => `s${from}`),
      after: into(node, 'after').map((from) => `p${from}`),
      before: edges.filter((edge) => edge.from === node && edge.kind === 'before').map(({ to }) => `p${to}`),
    }),
  );
}

describe('orderPlugins, for any graph,', () => {
  it('respects every edge and keeps every plugin', () => {
    fc.assert(
      fc.property(graph, (input) => {
        const order = orderPlugins(toPlugins(input)).plugins.map(({ definition }) => definition.name);
        expect(order.toSorted()).toEqual(input.listed.map((node) => `p${node}`).toSorted());
        for (const { from, to } of input.edges) expect(order.indexOf(`p${from}`)).toBeLessThan(order.indexOf(`p${to}`));
      }),
      { numRuns: 300 },
    );
  });

  it('is stable: an order that is right already stays', () => {
    fc.assert(
      fc.property(graph, (input) => {
        const { plugins } = orderPlugins(toPlugins(input));
        expect(orderPlugins(plugins).plugins).toEqual(plugins);
      }),
    );
  });

  it('does not depend on the order in which requirements are written', () => {
    fc.assert(
      fc.property(graph, (input) => {
        const forth = orderPlugins(toPlugins(input)).plugins;
        const back = orderPlugins(toPlugins({ ...input, edges: input.edges.toReversed() })).plugins;
        expect(back.map(({ definition }) => definition.name)).toEqual(forth.map(({ definition }) => definition.name));
      }),
    );
  });

  it('moves no plugin when an unrelated one is added', () => {
    fc.assert(
      fc.property(graph, fc.nat(), (input, at) => {
        const plugins = toPlugins(input);
        const before = orderPlugins(plugins).plugins;
        const added = resolved({ name: 'unrelated' });
        const after = orderPlugins(plugins.toSpliced(at % (plugins.length + 1), 0, added)).plugins;
        expect(after.filter((candidate) => candidate !== added)).toEqual(before);
      }),
    );
  });

  it('finds a circle that exists, and names only plugins of it', () => {
    fc.assert(
      fc.property(graph, fc.integer({ min: 2, max: 5 }), (input, length) => {
        const circle = Array.from({ length }, (_, index) => resolved({ name: `c${index}`, after: [`c${(index + 1) % length}`, 'p0'], before: ['p1'] }));
        try {
          orderPlugins([...toPlugins(input), ...circle]);
          expect.unreachable('there is a circle');
        } catch (error) {
          expect(error).toBeInstanceOf(PluginCycleError);
          if (error instanceof PluginCycleError) expect(new Set(error.path)).toEqual(new Set(circle.map(({ definition }) => definition.name)));
        }
      }),
    );
  });
});

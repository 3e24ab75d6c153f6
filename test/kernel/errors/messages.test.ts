/** Holds the messages of everything that a user or an author can do wrong: each says who, where, and what to do. */
import { SyncHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  createKernel,
  discoverConfig,
  KERNEL_VERSION,
  type KernelConfig,
  loadConfigFile,
  OxiditeError,
  type PluginEntry,
  type PluginScope,
} from '@oxidite/kernel';
import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { createFixture, manifestSource, pluginSource } from '../support/fixture.ts';
import { kernelOf, plugin, provider, thrownBy } from '../support/plugins.ts';

const FILE = '/shop/oxidite.config.ts';
const PLACE = `plugins[0] of ${FILE}`;

/** Boots, starts and stops an application with these plugins. */
async function run(plugins: readonly unknown[], options: Partial<KernelConfig> = {}, clock = createVirtualClock()): Promise<void> {
  const kernel = kernelOf(plugins as readonly PluginEntry[], { file: FILE, clock, ...options }); // JavaScript can list anything
  await kernel.start();
  await kernel.stop();
}

/** Runs an application whose only plugin does this in its set-up. */
function setUp(setup: (kernel: PluginScope) => void | Promise<void>): Promise<void> {
  return run([plugin({ name: 'acme', setup })]);
}

async function hang(): Promise<void> {
  const clock = createVirtualClock();
  const ran = run([plugin({ name: 'acme', setup: (kernel) => kernel.step('connect to db', new Promise(() => undefined)), setupTimeoutMs: 500 })], {}, clock);
  await Promise.all([ran, clock.advance(500)]);
}

const cases: readonly (readonly [title: string, code: string, act: () => Promise<unknown>, message: string])[] = [
  [
    'a circle',
    'OXI_PLUGIN_CYCLE',
    () => run([plugin({ name: 'a', after: ['b'] }), plugin({ name: 'b', after: ['a'] })]),
    'Plugins wait for each other: a -> b -> a:\n  - "b" comes after "a": after: "a"\n  - "a" comes after "b": after: "b"\nRemove one of these requirements.',
  ],
  [
    'a missing service',
    'OXI_SERVICE_MISSING',
    () => run([plugin({ name: 'acme', requires: ['orm'] })]),
    `Plugin "acme", listed at ${PLACE}, requires the service "orm", which no listed plugin provides. Add a plugin that provides it.`,
  ],
  [
    'a duplicate name',
    'OXI_PLUGIN_DUPLICATE',
    () => run([plugin({ name: 'acme' }), plugin({ name: 'acme' })]),
    `Plugin "acme" is listed twice: at ${PLACE} and at plugins[1] of ${FILE}. Remove one of them.`,
  ],
  [
    'two providers of one service',
    'OXI_SERVICE_CONFLICT',
    () => run([provider({ name: 'a', provides: ['cache'] }), provider({ name: 'b', provides: ['cache'] })]),
    `The service "cache" is provided by "a" and "b". Take one off the list, or pick one: providers: { cache: 'a' }.`,
  ],
  [
    'wrong options',
    'OXI_PLUGIN_OPTIONS',
    () => run([plugin({ name: 'acme', config: z.object({ port: z.number() }) }, { port: '80' })]),
    `The options of the plugins are not valid:\n  - plugin "acme", listed at ${PLACE}: port: Invalid input: expected number, received string\nCorrect them where the plugins are listed.`,
  ],
  [
    'a throwing set-up',
    'OXI_PLUGIN_SETUP',
    () =>
      setUp(() => {
        throw new Error('no licence');
      }),
    `Plugin "acme", listed at ${PLACE}, failed in its set-up: no licence. Check its options and what it connects to, or take it off the list.`,
  ],
  [
    'a rejecting set-up',
    'OXI_PLUGIN_SETUP',
    () => setUp(() => Promise.reject(new Error('Connection refused!'))),
    `Plugin "acme", listed at ${PLACE}, failed in its set-up: Connection refused! Check its options and what it connects to, or take it off the list.`,
  ],
  [
    'a set-up that throws something else than an error',
    'OXI_PLUGIN_SETUP',
    () =>
      setUp(() => {
        throw 'no licence';
      }), // oxlint-disable-line no-throw-literal -- JavaScript can throw anything
    `Plugin "acme", listed at ${PLACE}, failed in its set-up: no licence. Check its options and what it connects to, or take it off the list.`,
  ],
  [
    'a hanging set-up',
    'OXI_PLUGIN_TIMEOUT',
    hang,
    `Plugin "acme", listed at ${PLACE}, did not finish its set-up within 500 ms; it was awaiting "connect to db". Check that what it waits for can be reached, or raise its setupTimeoutMs.`,
  ],
  [
    'an entry that is no plugin',
    'OXI_PLUGIN_INVALID',
    () => run([{ name: 'acme' }]),
    `The entry at ${PLACE} is not a plugin: found an object with the keys name. List a plugin like http(), a package name, a path, or [name, options].`,
  ],
  [
    'a name that is no package name',
    'OXI_PLUGIN_INVALID',
    () => run(['Acme Search']),
    `The entry at ${PLACE} is not a plugin: found "Acme Search". A package name has lower-case letters, digits and ".-_"; a path starts with "./" or "../".`,
  ],
  [
    'a reserved name',
    'OXI_PLUGIN_INVALID',
    () => run([plugin({ name: 'kernel' })]),
    `The entry at ${PLACE} is not a plugin: found the plugin name "kernel". Name it like its npm package; kernel and application are reserved.`,
  ],
  [
    'a package that is not installed',
    'OXI_PLUGIN_NOT_FOUND',
    () => run(['@acme/search']),
    `Plugin "@acme/search", listed at ${PLACE}, was not found. Install it: npm install @acme/search.`,
  ],
  [
    'a path that leads nowhere',
    'OXI_PLUGIN_NOT_FOUND',
    () => run(['/shop/plugins/acme.ts']),
    `Plugin "/shop/plugins/acme.ts", listed at ${PLACE}, was not found. There is no file or directory /shop/plugins/acme.ts.`,
  ],
  [
    'an incompatible plugin',
    'OXI_PLUGIN_INCOMPATIBLE',
    () => run([plugin({ name: 'acme', kernel: '^9.0.0' })]),
    `Plugin "acme", listed at ${PLACE}, works with kernel ^9.0.0, but this is kernel ${KERNEL_VERSION}. Update the plugin, or add its name to "ignoreCompatibility" at your own risk.`,
  ],
  [
    'an undeclared use',
    'OXI_PLUGIN_SETUP',
    () => setUp((kernel) => void kernel.use('amber')),
    `Plugin "acme", listed at ${PLACE}, failed in its set-up: Plugin "acme" used the service "amber" without declaring it. Add it to "requires" or "optional" of the plugin.`,
  ],
  [
    'an undeclared provide',
    'OXI_PLUGIN_SETUP',
    () => setUp((kernel) => kernel.provide('amber', () => ({ kind: 'x' }))),
    `Plugin "acme", listed at ${PLACE}, failed in its set-up: Plugin "acme" provided the service "amber" without declaring it. Add it to "provides" of the plugin.`,
  ],
  [
    'a declared service that is not provided',
    'OXI_PLUGIN_SETUP',
    () => run([plugin({ name: 'acme', provides: ['amber'] })]),
    `Plugin "acme", listed at ${PLACE}, failed in its set-up: Plugin "acme" declares that it provides the service "amber", but its set-up did not provide it. Call kernel.provide('amber', ...) in setup.`,
  ],
  [
    'a security plugin that lacks a disabled one',
    'OXI_PLUGIN_DISABLED',
    () => run([plugin({ name: 'acme', provides: ['amber'], critical: false }), plugin({ name: 'guard', requires: ['amber'], security: true })]),
    `Plugin "guard", listed at plugins[1] of ${FILE}, is disabled: it requires the service "amber" of "acme", which does not run. Correct "acme" first.`,
  ],
  [
    'a throwing disposer',
    'OXI_PLUGIN_DISPOSE',
    () =>
      setUp((kernel) =>
        kernel.onDispose(() => {
          throw new Error('stuck');
        }),
      ),
    'Not everything could be closed:\n  - plugin "acme": stuck\nEverything else was closed. Correct the onDispose functions of these plugins.',
  ],
  [
    'a throwing tap',
    'OXI_HOOK_TAP',
    () =>
      setUp((kernel) =>
        kernel.tap('kernel:boot', () => {
          throw new Error('frost');
        }),
      ),
    'Plugin "acme" failed in hook "kernel:boot": frost. Correct what it taps there, or take it off the list.',
  ],
  [
    'a hook that is declared twice',
    'OXI_HOOK_DUPLICATE',
    async () => {
      const declare = (kernel: PluginScope): void => void kernel.declareHook('grove:grown', new SyncHook<[name: string]>(['name']));
      const error = await thrownBy(run([plugin({ name: 'a', setup: declare }), plugin({ name: 'b', setup: declare })]));
      throw error.cause;
    },
    'The hook "grove:grown" is declared by "a" and by "b". Give one of them another name.',
  ],
  [
    'a plugin that goes on after it was unloaded',
    'OXI_PLUGIN_CLOSED',
    async () => {
      let late = (): void => undefined;
      await setUp((kernel) => void (late = () => kernel.tap('kernel:boot', () => undefined)));
      late();
    },
    'Plugin "acme" called kernel.tap() after it was unloaded or its set-up had failed. Stop its work when kernel.signal aborts.',
  ],
  [
    'a service whose construction fails',
    'OXI_SERVICE_UNAVAILABLE',
    async () => {
      const kernel = kernelOf([
        plugin({
          name: 'acme',
          provides: ['amber'],
          setup: (scope) =>
            scope.provide('amber', () => {
              throw new Error('no key');
            }),
        }),
      ]);
      await kernel.boot();
      kernel.use('amber');
    },
    'The service "amber" is not available: plugin "acme" failed to construct it: no key. Correct what it hands to kernel.provide().',
  ],
  [
    'a scoped service after its end',
    'OXI_SERVICE_SCOPE_ENDED',
    async () => {
      const kernel = kernelOf([
        plugin({ name: 'acme', provides: ['amber'], setup: (scope) => scope.provide('amber', () => ({ kind: 'x' }), { lifetime: 'scoped' }) }),
      ]);
      await kernel.boot();
      const services = kernel.scopes.create();
      await kernel.scopes.dispose(services);
      void services.amber;
    },
    'The service "amber" was used after its request or job had ended. Await all work before returning, or do it in a scope of its own: kernel.scopes.run((services) => ...).',
  ],
  [
    'a change too early',
    'OXI_KERNEL_STATE',
    () => kernelOf([]).unload('acme'),
    'unload() needs a kernel that is booted or running, but it is created. Await boot() or start() before.',
  ],
  [
    'a change too late',
    'OXI_KERNEL_STATE',
    async () => {
      const kernel = kernelOf([]);
      await kernel.stop();
      await kernel.unload('acme');
    },
    'unload() needs a kernel that is booted or running, but it is stopped. Create another kernel.',
  ],
  [
    'an unknown key of the configuration',
    'OXI_CONFIG_INVALID',
    () => createKernel({ config: { plugins: [], plugin: [] } as KernelConfig, file: FILE }).boot(),
    `${FILE} is not valid:\n  - "plugin" is not known. Did you mean "plugins"?\nExport defineConfig({ plugins: [...] }).`,
  ],
];

describe('the message for', () => {
  it.each(cases)('%s (%s) says who, where and what to do', async (_title, code, act, message) => {
    const error = await thrownBy(act());
    expect(error).toBeInstanceOf(OxiditeError);
    expect(error).toMatchObject({ code, name: error.constructor.name });
    expect(error.message).toBe(message);
  });

  it('no configuration says where it was looked for', async () => {
    await using fixture = await createFixture({ 'package.json': '{}' });
    await expect(thrownBy(discoverConfig(fixture.root, {}))).resolves.toMatchObject({
      code: 'OXI_CONFIG_NOT_FOUND',
      message:
        `No Oxidite configuration in ${fixture.root} or the directories above it. Create oxidite.config.ts there; also looked for: oxidite.config.ts, oxidite.config.mts, ` +
        'oxidite.config.js, oxidite.config.mjs, oxidite.config.json, oxidite.config.yaml, oxidite.config.yml, package.json.',
    });
  });

  it('a syntax error in the configuration says the line', async () => {
    await using fixture = await createFixture({ 'node_modules/x/oxidite.config.mjs': 'export default {\n  plugins: [\n};' });
    const file = fixture.path('node_modules/x/oxidite.config.mjs');
    await expect(thrownBy(loadConfigFile(file, {}))).resolves.toMatchObject({
      code: 'OXI_CONFIG_SYNTAX',
      message: `${file} cannot be parsed: Unexpected token '}'. Correct the syntax at line 3.`,
    });
  });

  it.each([
    [
      'a package that throws on import',
      'OXI_PLUGIN_IMPORT',
      {},
      'throw new Error("no licence");',
      (file: string) => `Plugin "acme", listed at ${PLACE}, failed while ${file} was imported: no licence. Correct the plugin, or take it off the list.`,
    ],
    [
      'a package that exports no plugin',
      'OXI_PLUGIN_INVALID',
      {},
      'export const acme = 1;',
      (file: string) =>
        `The entry at ${PLACE} is not a plugin: found the exports acme in ${file}. Export the result of definePlugin(), as the default or as the only plugin.`,
    ],
    [
      'an incompatible package',
      'OXI_PLUGIN_INCOMPATIBLE',
      { oxidite: { kernel: '^9.0.0' } },
      pluginSource('acme'),
      () =>
        `Plugin "acme", listed at ${PLACE}, works with kernel ^9.0.0, but this is kernel ${KERNEL_VERSION}. Update the plugin, or add its name to "ignoreCompatibility" at your own risk.`,
    ],
  ])('%s (%s) says who, where and what to do', async (_title, code, manifest, source, message) => {
    await using fixture = await createFixture({
      'package.json': '{}',
      'node_modules/acme/package.json': manifestSource({ name: 'acme', ...manifest }),
      'node_modules/acme/index.js': source,
    });
    await expect(thrownBy(kernelOf(['acme'], { file: FILE, root: fixture.root }).boot())).resolves.toMatchObject({
      code,
      message: message(fixture.path('node_modules/acme/index.js')),
    });
  });
});

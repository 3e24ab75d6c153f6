/** The test kit for plugin authors. It needs no particular test runner. */
export { assertUnloadsClean, type UnloadOptions } from './assert-unloads-clean.ts';
export { createTestKernel, type TestKernel, type TestKernelOptions } from './create-test-kernel.ts';
export { describePlugin, type TestRunner } from './describe-plugin.ts';
export { countCalls, faulty, type FaultyOptions } from './faulty.ts';
export { type HookRecord, recordHook } from './record-hook.ts';
export { createSeededRandom } from './seeded-random.ts';
export { createVirtualClock, type Duration, type VirtualClock } from './virtual-clock.ts';

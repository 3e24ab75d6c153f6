/** The checks of `oxidite doctor` that need no plugin: the configuration, the boot, the plugins, the hooks, the installation. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { findNearest, type KernelDescription, toMessage } from '@oxidite/kernel';
import type { Application } from '../application/application.ts';
import { findLockFile } from '../find/app-root.ts';
import type { DoctorCheck, DoctorResult } from '../declare/doctor-checks.ts';
import { findKernelCopies } from './kernel-copies.ts';

/** What a check found, with its name. */
export interface Diagnosis extends DoctorResult {
  readonly check: string;
}

/** Looks at what stands in the application's directory. */
export function diagnoseInstallation(root: string): Diagnosis[] {
  const copies = findKernelCopies(root);
  const lockFile = findLockFile(root);
  return [
    copies.length > 1
      ? {
          check: 'kernel copies',
          status: 'fail',
          message: `the packages load ${copies.length} copies of @oxidite/kernel: ${copies.map(({ file, packages }) => `${dirname(file)} (${packages.join(', ')})`).join('; ')}`,
          remedy: 'Run "npm dedupe", and name @oxidite/kernel in peerDependencies of your plugins.',
        }
      : { check: 'kernel copies', status: 'ok', message: 'one copy' },
    lockFile !== undefined && existsSync(lockFile)
      ? { check: 'lock file', status: 'ok', message: lockFile }
      : {
          check: 'lock file',
          status: 'warn',
          message: 'none was found',
          remedy: 'Run "npm install" and commit the lock file, so that every machine runs the same versions.',
        },
  ];
}

/** Looks at the plugins of a booted application and at the hooks they tap. */
export function diagnoseDescription({ plugins, hooks }: KernelDescription): Diagnosis[] {
  const declared = hooks.filter(({ declaredBy }) => declaredBy !== undefined).map(({ name }) => name);
  const orphans = hooks.filter(({ declaredBy, taps }) => declaredBy === undefined && taps.length > 0);
  return [
    ...plugins.map(({ name, version, state, error }): Diagnosis =>
      state === 'running'
        ? { check: `plugin ${name}`, status: 'ok', message: `${version}, running` }
        : { check: `plugin ${name}`, status: 'fail', message: `${state}: ${error?.message ?? 'it gave no reason'}` },
    ),
    ...orphans.map(({ name, taps }): Diagnosis => {
      const nearest = findNearest(name, declared);
      const by = [...new Set(taps.map(({ plugin }) => plugin))].join(', ');
      const remedy = nearest === undefined ? 'Add the plugin that declares it, or remove the tap.' : `Did you mean "${nearest}"?`;
      return { check: `hook ${name}`, status: 'warn', message: `tapped by ${by}, but nobody declares it: the taps are never called`, remedy };
    }),
  ];
}

/** Runs the checks of plugins; an error one throws is what it found. */
export async function runChecks(checks: readonly DoctorCheck[], { kernel }: Pick<Application, 'kernel'>): Promise<Diagnosis[]> {
  const results: Diagnosis[] = [];
  for (const check of checks) {
    try {
      results.push({ check: check.name, ...(await kernel.scopes.run((services) => check.run(services))) });
    } catch (error) {
      results.push({ check: check.name, status: 'fail', message: toMessage(error) });
    }
  }
  return results;
}

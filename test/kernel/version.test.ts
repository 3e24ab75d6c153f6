import { describe, expect, it } from 'vitest';
import { KERNEL_VERSION, KernelDuplicateError } from '@oxidite/kernel';
import manifest from '@oxidite/kernel/package.json' with { type: 'json' };
import { assertSingleCopy } from '../../kernel/src/version.ts';
import { createFixture } from './support/fixture.ts';
import { thrownBy } from './support/plugins.ts';
import { runNode } from './support/run-node.ts';

describe('KERNEL_VERSION', () => {
  it('is the version of the package', () => {
    expect(KERNEL_VERSION).toBe(manifest.version);
  });
});

describe('assertSingleCopy', () => {
  it('accepts this copy', () => {
    expect(assertSingleCopy()).toBeUndefined();
  });

  it('names all copies and the remedy', async () => {
    const error = await thrownBy(() =>
      assertSingleCopy(
        new Map([
          ['/a/kernel/', '0.1.0'],
          ['/b/kernel/', '0.2.0'],
        ]),
      ),
    );
    expect(error).toBeInstanceOf(KernelDuplicateError);
    expect(error).toMatchObject({ copies: ['/a/kernel/ (0.1.0)', '/b/kernel/ (0.2.0)'] });
    expect(error.message).toBe(
      'Two copies of @oxidite/kernel are in this process:\n  - /a/kernel/ (0.1.0)\n  - /b/kernel/ (0.2.0)\n' +
        'Plugins must name it in peerDependencies, not in dependencies; "npm ls @oxidite/kernel" shows who brings the second.',
    );
  });

  it('refuses to boot when a plugin brings a second copy', async () => {
    const kernelDirectory = new URL('../../kernel/', import.meta.url);
    await using fixture = await createFixture({
      'run.ts': `
        import { cp, symlink } from 'node:fs/promises';
        import { createKernel } from '@oxidite/kernel';
        await cp(new URL(${JSON.stringify(`${kernelDirectory.href}src`)}), new URL('./copy/src', import.meta.url), { recursive: true });
        await cp(new URL(${JSON.stringify(`${kernelDirectory.href}package.json`)}), new URL('./copy/package.json', import.meta.url));
        const file: string = './copy/src/index.ts';
        await import(file);
        await createKernel({ config: { plugins: [] } }).boot().catch((error) => console.log(error.code, error.copies.length));
      `,
    });
    await expect(runNode(['run.ts'], fixture.root)).resolves.toMatchObject({ stdout: 'OXI_KERNEL_DUPLICATE 2\n' });
  });
});

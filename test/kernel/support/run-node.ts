/** Runs a script in a real Node process: for what a test runner's own module loader would hide. */
import { spawn } from 'node:child_process';
import { COMPILE_CACHE } from '../../services/compile-cache.ts';

/** How a process ended. */
export interface NodeRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `node` with the sources of the workspace, and waits for its end. */
export function runNode(args: readonly string[], cwd: string): Promise<NodeRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=oxidite-source', ...args], { cwd, env: { ...process.env, ...COMPILE_CACHE, NODE_OPTIONS: '' } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

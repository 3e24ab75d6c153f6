/** Processes that boot an application's database and do something with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { COMPILE_CACHE } from '../../services/compile-cache.ts';
import type { Project } from './project.ts';

/** A process that runs. */
export interface RunningChild {
  readonly child: ChildProcess;
  /** Resolves when it has printed a text. */
  printed(text: string): Promise<void>;
  /** Resolves with all it printed, when it has ended. */
  ended(): Promise<string>;
  /** Ends it so that it can do nothing more. */
  kill(): Promise<void>;
}

/** Starts a process that boots the project's database without models; `work` sees `kernel` and `migrator`. */
export function startChild(project: Project, work: string, name = 'run'): RunningChild {
  const script = project.write(
    `${name}.ts`,
    `import { createKernel, createLogger } from '@oxidite/kernel';
import { orm } from '@oxidite/orm';
const logger = createLogger((level, fields, message) => level === 'warn' && console.log(level, JSON.stringify(fields), message));
const kernel = createKernel({ root: import.meta.dirname, logger, config: { plugins: [orm({ ...${JSON.stringify(project.database)}${'database' in project.database ? ', busyTimeoutMs: 15000' : ''} })] } });
await kernel.boot();
const { migrator } = kernel.use('orm');
${work}
await kernel.stop();
`,
  );
  const child = spawn(process.execPath, ['--conditions=oxidite-source', script], {
    env: { ...process.env, ...COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
    for (const listener of listeners) listener();
  });
  const closed = once(child, 'close');
  return {
    child,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        listeners.add(look);
        child.once('close', () => reject(new Error(`it ended without "${text}": ${output}`)));
        look();
      }),
    async ended() {
      const [code] = (await closed) as [number | null];
      if (code !== 0) throw new Error(`it ended with ${code}: ${output}`);
      return output;
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

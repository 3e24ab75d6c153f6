/** Starts the application in this process, tells where it listens, and ends it when it is asked to. */
import { createKernel } from '@oxidite/kernel';
import { application } from './application.ts';

const kernel = createKernel({ config: application, root: import.meta.dirname });
await kernel.start();
process.on('SIGTERM', () => {
  kernel.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.stdout.write(`listening on ${kernel.services.http.address?.url}\n`);

/** Preloaded into the measured servers: collects garbage and tells what the process takes, whenever it is asked. */
process.on('message', () => {
  globalThis.gc();
  globalThis.gc();
  process.send(process.memoryUsage());
});

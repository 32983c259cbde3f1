import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { answerMemory, tell } from './tell.ts';

/** The bare workflows' worker, with the limits of the product's: as `waiting-worker.ts`, and tells its parent the same. */
const [address = '', taskQueue = '', cached = '2000', threads] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowsPath: fileURLToPath(new URL('bare-workflows.ts', import.meta.url)),
  maxCachedWorkflows: Number(cached),
  maxConcurrentActivityTaskExecutions: 40,
  activities: {
    nothing: async () => undefined,
    ready: async (waits: string) => tell({ waits }),
  },
  debugMode: threads === 'one-thread',
});
answerMemory();
tell({ works: true });
await worker.run();

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTracing } from '../../telemetry/tracing-sdk.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

const histories = fileURLToPath(new URL('../histories/', import.meta.url));
const recorded = readdirSync(histories, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);
const tracing = createTracing('replay');
let bundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  bundle = await bundleWorkflows(tracing);
});
afterAll(() => tracing.end());

describe('traces that are turned on while closes run', () => {
  it.each(recorded)('%s: goes the same way', async (name) => {
    const history = JSON.parse(readFileSync(`${histories}${name}`, 'utf8')) as object;
    const options = { workflowBundle: bundle, plugins: [tracing.plugin] };
    await expect(Worker.runReplayHistory(options, history, `replay/${name}`)).resolves.toBeUndefined();
  });

  it('are not in the workflows’ code while they are off', async () => {
    const plain = await bundleWorkflows();
    expect(bundle.code).toContain('node_modules/@opentelemetry/');
    expect(plain.code).not.toContain('node_modules/@opentelemetry/');
  });
});

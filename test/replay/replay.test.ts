import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../../worker/create-worker.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

const histories = fileURLToPath(new URL('../histories/', import.meta.url));
const recorded = readdirSync(histories, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);

let bundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  bundle = await bundleWorkflows();
});

const replay = (code: string, name: string): Promise<void> =>
  Worker.runReplayHistory(
    { workflowBundle: { ...bundle, code } },
    JSON.parse(readFileSync(`${histories}${name}`, 'utf8')),
    workflowIdOf(name),
  );

/** What the workflow asks Temporal for depends on nothing of its id. */
const workflowIdOf = (name: string): string => `replay/${name}`;

describe('every history that a release has left', () => {
  it('there are some', () => {
    expect(recorded.length).toBeGreaterThanOrEqual(5);
  });

  it.each(recorded)('%s: today’s workflows go the same way', async (name) => {
    await expect(replay(bundle.code, name)).resolves.toBeUndefined();
  });

  it.each([
    ['another step in the place of one', 'act.endEngagement(', 'act.assembleBinder('],
    ['a step left out', "await step('linkAttachments'", "void ('linkAttachments'"],
  ])('a workflow with %s is refused', async (_, was, becomes) => {
    const changed = bundle.code.replaceAll(was, becomes);
    expect(changed).not.toBe(bundle.code);
    const normal = recorded.find((name) => name.endsWith('normal-close.json')) ?? '';
    await expect(replay(changed, normal)).rejects.toThrow(DeterminismViolationError);
  });

  it('holds no name of a host or a person', () => {
    for (const name of recorded) {
      const history = JSON.parse(readFileSync(`${histories}${name}`, 'utf8')) as { events: object[] };
      const identities = JSON.stringify(history).match(/"identity":"[^"]*"/g) ?? [];
      expect(new Set(identities)).toEqual(new Set(['"identity":"recorder"']));
    }
  });
});

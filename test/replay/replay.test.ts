import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { pathNames } from './path-names.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

const histories = fileURLToPath(new URL('../histories/', import.meta.url));
const recorded = readdirSync(histories, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);

let bundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  bundle = await bundleWorkflows();
});

const textOf = (name: string): string => readFileSync(path.join(histories, name), 'utf8');

/** Runs the code over what it once did. @throws Error that tells a developer what would break, and what to do */
async function replay(code: string, name: string): Promise<void> {
  try {
    // What the workflow asks Temporal for depends on nothing of its id.
    await Worker.runReplayHistory(
      { workflowBundle: { ...bundle, code } },
      JSON.parse(textOf(name)),
      `replay/${name}`,
    );
  } catch (error) {
    if (!(error instanceof DeterminismViolationError)) throw error;
    throw new Error(whatToDo(name, error.message), { cause: error });
  }
}

const whatToDo = (name: string, why: string): string => `
These workflows do something else than release ${path.dirname(name)} did in "${path.basename(name, '.json')}", so that a close
which that release has begun would stop for good when it is taken over: ${why}

If nothing else was meant, make the code ask Temporal for the same things in the same order again. Otherwise let a close that
has begun go the old way:

    import { patched } from '@temporalio/workflow';
    if (patched('<what changes>')) await theNewWay();
    else await theOldWay();

and take the old way out (deprecatePatch, then nothing) when no recorded release is without the patch and none of its closes
runs any more. When the change is too large for that, the old build must end what it has begun: docs/operate.md, "Upgrade",
pinned closes; then the histories of that release may go. Never change a recorded history.`;

describe('every history that a release has left', () => {
  it('is there for every path of this release', () => {
    const released = recorded.filter((name) => path.dirname(name) === packageJson.version);
    const names = new Set(released.map((name) => path.basename(name).replace(/-[a-z]+\.json$/, '')));
    expect(names).toEqual(new Set(pathNames));
  });

  it.each(recorded)('%s: today’s workflows go the same way', async (name) => {
    await expect(replay(bundle.code, name)).resolves.toBeUndefined();
  });

  it.each(recorded)('%s is small, and holds no host, person, text of the books or secret', (name) => {
    const text = textOf(name);
    expect(text.length).toBeLessThan(96 * 1024);
    expect(new Set(text.match(/"identity":"[^"]*"/g))).toEqual(new Set(['"identity":"recorder"']));
    expect(text).not.toMatch(/\d+@[\w.-]+/);
    // What was told: no organisation number, name, marked text, token or address.
    expect(payloadsOf(JSON.parse(text)).join('\n')).not.toMatch(
      /\b\d{6}-\d{4}\b|Provbolaget|Bokslut (one|two)|\(bokslut |Kanariefågel|eyJ|@|https?:/,
    );
  });
});

describe('a change that would break a running close', () => {
  it.each([
    ['another step in the place of one', 'normal-close', 'act.endEngagement(', 'act.assembleBinder('],
    ['a step left out', 'normal-close', "await step('linkAttachments'", "void ('linkAttachments'"],
    [
      'a wait left out',
      'lost-answer-close',
      'await (0,_temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__.sleep)(',
      'void (',
    ],
    ['a reminder left out', 'expiry-login', 'await act.remindLogin(', 'void ('],
  ])('%s: is refused, with what to do', async (_, history, was, becomes) => {
    const changed = bundle.code.replaceAll(was, becomes);
    expect(changed).not.toBe(bundle.code);
    const name = recorded.find((one) => one.endsWith(`${history}.json`)) ?? '';
    const refusal = await replay(changed, name).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    expect((refusal as Error).message).toContain(`release 0.1.0 did in "${history}"`);
    expect((refusal as Error).message).toContain("if (patched('<what changes>'))");
  });

  it('passes when closes that have begun are let go the old way', async () => {
    const changed = bundle.code.replaceAll(
      "await step('linkAttachments'",
      "if (!(0,_temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__.patched)('no-links')) await step('linkAttachments'",
    );
    expect(changed).not.toBe(bundle.code);
    const normal = recorded.find((name) => name.endsWith('normal-close.json')) ?? '';
    await expect(replay(changed, normal)).resolves.toBeUndefined();
  });
});

/** What every payload of a history says. */
function payloadsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('data' in value && typeof value.data === 'string' && 'metadata' in value) {
    return [Buffer.from(value.data, 'base64').toString('utf8')];
  }
  return Object.values(value).flatMap(payloadsOf);
}

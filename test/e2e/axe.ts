import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** The rules of axe-core, run in the page itself. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly passes: readonly unknown[];
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/**
 * What breaks a rule on the page as it is shown, everything unfolded. The page's context must bypass the policy, which
 * forbids scripts of others: the rules are ours to bring.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);
  await page.evaluate(axe);
  const found = await page.evaluate<AxeResult>(`axe.run(document)`);
  expect(found.passes.length).toBeGreaterThan(10);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}

/** The same for the address that a person's page stands at, in light and dark, without touching the page. */
export async function violationsAt(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await page
      .context()
      .browser()!
      .newContext({
        storageState: await page.context().storageState(),
        viewport: page.viewportSize(),
        bypassCSP: true,
        colorScheme,
      });
    const copy = await context.newPage();
    await copy.goto(page.url());
    found.push(...(await violations(copy)).map((one) => `${colorScheme}: ${one}`));
    await context.close();
  }
  return found;
}

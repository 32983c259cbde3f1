import { mkdirSync } from 'node:fs';
import path from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import { sessionCookieName } from '../../client/http/who.ts';
import { createSession } from '../../db/stores/sessions.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { House } from '../local-house.ts';
import { checkoutFolder } from '../local-folder.ts';
import type { Firm } from './accountant.ts';
import type { Scene } from './story.ts';

const folder = path.join(checkoutFolder, 'out', 'screenshots');

/** Without what a browser does at the first start, which wants the network. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Takes pictures at the scenes of a run: of Temporal's web page, as ops see the close there, and of ours. */
export interface Camera {
  take(scene: Scene, firm: Firm, engagementId: string): Promise<void>;
  stop(): Promise<void>;
}

/** @throws Error when there is no browser that runs here */
export async function openCamera({ temporal, client, url }: House): Promise<Camera> {
  mkdirSync(folder, { recursive: true });
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: flags });
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  const page = await context.newPage();
  const shoot = (name: string) => page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  /** A page that asks for news is never quiet: it is ready when it shows what is looked for. */
  const open = async (address: string, shown: string): Promise<void> => {
    await page.goto(address, { waitUntil: 'load' });
    await page.getByText(shown).first().waitFor();
  };
  return {
    async take(scene, firm, engagementId) {
      const id = closeWorkflowId(engagementId);
      const workflows = `${temporal.uiUrl ?? ''}/namespaces/${temporal.namespace}/workflows`;
      if (temporal.uiUrl !== undefined) {
        await open(workflows, id);
        await shoot(`temporal-${scene}-list`);
        await open(`${workflows}/${encodeURIComponent(id)}`, 'User Metadata');
        await shoot(`temporal-${scene}-close`);
        // The details are a worker's word: there are none while there is no worker.
        if (scene !== 'worker-killed') {
          await page.getByText('User Metadata').click();
          await page.getByText('Current Details').first().waitFor();
          await shoot(`temporal-${scene}-details`);
        }
      }
      await context.addCookies([
        { name: sessionCookieName(client), value: await session(firm), url: url.href },
      ]);
      await open(new URL(`bokslut/${engagementId}`, url).href, 'Exempelbyrån AB');
      await shoot(`page-${scene}`);
    },
    stop: () => browser.close(),
  };

  /** As if Anna had logged in: the demo starts no identity provider. */
  function session({ firmId, annaId }: Firm): Promise<string> {
    return client.database.forFirm(firmId, (tx) =>
      createSession(tx, { userId: annaId, lifetimeMs: 600_000 }),
    );
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as accountant from '../../dev/demo/accountant.ts';
import { leaves } from '../../dev/demo/follow.ts';
import { fortnoxInside } from '../../dev/demo/fortnox-inside.ts';
import { newSecrets, startHouse } from '../../dev/local-house.ts';
import { freePort } from '../../dev/ports.ts';
import { productionDurations } from '../../workflows/durations.ts';

let keptIn: string;

beforeAll(() => {
  keptIn = mkdtempSync(path.join(tmpdir(), 'bokslut-house-'));
});
afterAll(() => rmSync(keptIn, { recursive: true, force: true }));

test(
  'a house that is kept goes on where it stood, and is nobody else’s meanwhile',
  { timeout: 240_000 },
  async () => {
    const secrets = newSecrets();
    const start = async () =>
      startHouse({ keptIn, secrets, durations: productionDurations, port: await freePort(), headless: true });

    const first = await start();
    const [company] = first.sandbox.companies;
    const fortnox = (url: string) => fortnoxInside(url, company?.databaseNumber ?? 0);
    const firm = await accountant.foundFirm(first.client);
    const id = await accountant.startClose(firm.anna, await fortnox(first.sandbox.url).books());
    const door = { url: first.url, apiKey: firm.apiKey };
    const { connectionId } = await accountant.logIn(door, id, fortnox(first.sandbox.url));
    await expect(start()).rejects.toThrow('is in use by another run');
    await first.stop();
    expect(first.worker().hasEnded()).toBe(true);

    const second = await start();
    try {
      // The login and the close of the first run, the company that the sandbox kept: all go on in the second.
      await accountant.confirmLogin({ url: second.url, apiKey: firm.apiKey }, id, connectionId);
      const phase = await leaves(second.client, id, [
        'awaitingConnection',
        'importing',
        'generatingAttachments',
      ]);
      expect(phase).toBe('adjusting');
    } finally {
      await second.stop();
    }
  },
);

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Worker } from '@temporalio/worker';
import { exchangeForm } from '../../accounting/exchange-form.ts';
import { createServer } from '../../client/http/create-server.ts';
import type { HttpServer } from '../../client/http/create-server.ts';
import * as accountant from '../../dev/demo/accountant.ts';
import { chooseSeries, decide } from '../../dev/demo/adjust.ts';
import { leaves } from '../../dev/demo/follow.ts';
import { fortnoxInside } from '../../dev/demo/fortnox-inside.ts';
import { ourVouchers } from '../../dev/demo/checks.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { caseNames, loadCase } from '../cases/load.ts';
import { unordered } from '../cases/unordered.ts';
import { createWorld } from '../workflow/world.ts';
import type { TestWorld } from '../workflow/world.ts';

const companyFile = (name: string): string =>
  new URL(`../cases/${name}/company.json`, import.meta.url).pathname;

let world: TestWorld;
let worker: Worker;
let running: Promise<void>;
let server: HttpServer;

beforeAll(async () => {
  world = await createWorld({
    server: inject('temporalAddress'),
    bundle: await bundleWorkflows(),
    sandbox: { companyFiles: caseNames.map(companyFile) },
  });
  worker = await world.worker();
  running = worker.run();
  server = await createServer(world.client, { port: 0 });
});

afterAll(async () => {
  await server.close();
  worker.shutdown();
  await running;
  await world.end();
});

// Sandbox → HTTP → import → attachments → adjust → approve → export → binder, each case as a company of its own.
describe('the worked cases through the whole pipeline', () => {
  test.each(caseNames.map((name, index) => [name, index] as const))('%s', async (name, index) => {
    const { client } = world;
    const company = world.sandbox.companies[index];
    const fortnox = fortnoxInside(world.sandbox.url, company?.databaseNumber ?? 0);
    const books = await fortnox.books();
    const firm = await accountant.foundFirm(client);
    const engagementId = await accountant.startClose(firm.anna, books);
    const anna = firm.anna.of(engagementId);
    await accountant.enterRates(firm.anna, books.rates);
    const door = { url: server.url, apiKey: firm.apiKey };
    const { connectionId } = await accountant.logIn(door, engagementId, fortnox);
    await accountant.confirmLogin(door, engagementId, connectionId);
    await leaves(client, engagementId, ['awaitingConnection', 'importing', 'generatingAttachments']);

    const attachments = (await anna.attachments()).map(({ data }) => data);
    const { expected } = loadCase(name);
    const made = Object.fromEntries(attachments.map((one) => [one.account, unordered(exchangeForm(one))]));
    expect({ balanceDate: attachments[0]?.balanceDate, attachments: made }).toEqual({
      balanceDate: expected.balanceDate,
      attachments: {
        '1510': unordered(expected.attachments['1510']),
        '2440': unordered(expected.attachments['2440']),
      },
    });

    const { snapshot, series, accounts } = await anna.preflight();
    const { closing: year, lockedUntil } = snapshot.header;
    const adjustments = decide(attachments, { accounts, year, lockedUntil }).map((one) => one.adjustment);
    expect(adjustments.length).toBeGreaterThan(0);
    await anna.saveAdjustments({ expectedRevision: 0, adjustments });
    await accountant.approve(firm.bo.of(engagementId), chooseSeries(series)?.code ?? '');
    const end = await leaves(client, engagementId, ['adjusting', 'exporting', 'completing']);
    expect(end).toBe('completed');
    expect(ourVouchers(await fortnox.books())).toHaveLength(adjustments.length);
  });
});

import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivityContext } from '../../activities/context.ts';
import { createAssembleBinder } from '../../activities/assemble-binder.ts';
import { saveAdjustments } from '../../client/close/adjustments.ts';
import type { ClientContext } from '../../client/close/context.ts';
import { findLatestRevision } from '../../db/stores/adjustments.ts';
import { listHistory, recordHistory } from '../../db/stores/history.ts';
import type { BinderDocument } from '../../documents/binder.ts';
import {
  adjustment,
  books,
  codeOf,
  newEngagement,
  openTestDatabase,
  storeBooks,
  voucher,
} from './support.ts';
import type { OpenTestDatabase } from './support.ts';
import { wholeClose } from './whole-close.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

/** Tables that hold a row of the engagement. */
const tablesWith = async (engagementId: string): Promise<string[]> => {
  const columns = await opened.admin<{ table_name: string }[]>`
    select table_name from information_schema.columns
    where table_schema = 'public' and column_name = 'engagement_id' order by 1`;
  const found: string[] = [];
  for (const { table_name: table } of columns) {
    const sql = opened.admin;
    const rows = await sql`select from ${sql(table)} where engagement_id = ${engagementId}`;
    if (rows.length > 0) found.push(table);
  }
  return found;
};

const erase = (firmId: string, engagementId: string): Promise<unknown> =>
  opened.admin`select erase_engagement(${firmId}::uuid, ${engagementId}::uuid)`.execute();

const rawFilesOf = async (firmId: string): Promise<number> =>
  (await opened.admin`select from raw_files where firm_id = ${firmId}`).length;

describe('what was sent stays as it was sent (BFL 5:5)', () => {
  it('a voucher that Fortnox holds cannot be saved with another content', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    const context = { database: opened.database } as unknown as ClientContext;
    const changed = { ...adjustment('a1'), text: 'Något annat' };
    const save = { expectedRevision: 1, adjustments: [changed] };
    const saving = saveAdjustments(context, { firmId, actor: 'user:anna' }, engagementId, save);
    expect(await codeOf(saving)).toBe('adjustments.already-sent');
    const latest = await opened.database.forFirm(firmId, (tx) => findLatestRevision(tx, engagementId));
    expect([latest?.revision, latest?.data]).toEqual([1, [adjustment('a1')]]);
  });
});

describe('who did what, and when (BFL 5:11)', () => {
  it('importing, saving and approving each leave a line with the person and the time', async () => {
    const before = Date.now();
    const { firmId, engagementId } = await wholeClose(opened.database);
    const history = await opened.database.forFirm(firmId, (tx) => listHistory(tx, engagementId));
    const told = history.map(({ event, actor }) => `${event} ${actor.replace(/:.*/, '')}`);
    for (const line of ['books.imported system', 'adjustments.saved user', 'adjustments.approved user'])
      expect(told).toContain(line);
    for (const { at } of history) expect(Math.abs(at.getTime() - before)).toBeLessThan(60_000);
  });
});

describe('the binder (BFL 7:2)', () => {
  it('says until which year it is kept, and holds the processing history and the file that was read', async () => {
    const { firmId, engagement } = await newEngagement(opened.database);
    await opened.database.forFirm(firmId, (tx) => storeBooks(tx, engagement.id, books([voucher(1)])));
    const binders: BinderDocument[] = [];
    const render = async (name: string, document: unknown): Promise<unknown> => {
      if (name !== 'binder') return Buffer.from(name);
      binders.push(document as BinderDocument);
      return { bytes: Buffer.from('zip'), manifestSha256: 'f'.repeat(64) };
    };
    const context = { database: opened.database, render } as unknown as ActivityContext;
    await new MockActivityEnvironment().run(createAssembleBinder(context), {
      firmId,
      engagementId: engagement.id,
    });
    expect(binders.map(({ keptUntilYear }) => keptUntilYear)).toEqual([2032]);
    const names = binders.flatMap(({ files }) => files.map(({ name }) => name));
    expect(names).toContain('behandlingshistorik.pdf');
    expect(names.filter((name) => name.startsWith('sie/'))).toHaveLength(1);
  });
});

describe('erasing an engagement, as the tables’ owner', () => {
  it('is refused while the law asks for it', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    await expect(erase(firmId, engagementId)).rejects.toThrow('must be kept until the end of 2032');
    expect(await tablesWith(engagementId)).toContain('adjustment_revisions');
    const stranger = await newEngagement(opened.database);
    await expect(erase(stranger.firmId, engagementId)).rejects.toThrow('no engagement');
  });

  it('leaves nothing of it when the time is over, touches no other, and puts the guards back', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    const other = await wholeClose(opened.database);
    const kept = await tablesWith(other.engagementId);
    await opened.admin`
      update engagements set year_from = '2014-01-01', year_to = '2014-12-31' where id = ${engagementId}`;
    expect(await rawFilesOf(firmId)).toBeGreaterThan(0);
    await erase(firmId, engagementId);
    expect(await tablesWith(engagementId)).toEqual([]);
    expect(await tablesWith(other.engagementId)).toEqual(kept);
    expect([await rawFilesOf(firmId), (await rawFilesOf(other.firmId)) > 0]).toEqual([0, true]);
    await expect(opened.admin`delete from processing_history`).rejects.toThrow('append-only');
    await expect(opened.admin`delete from export_orders`).rejects.toThrow('append-only');
  });

  it('is allowed at once for a close that was called off before anything came of it', async () => {
    const { firmId, engagement } = await newEngagement(opened.database);
    await opened.database.forFirm(firmId, async (tx) => {
      await storeBooks(tx, engagement.id, books([voucher(1)]));
      await recordHistory(tx, {
        actor: 'system',
        event: 'engagement.cancelled',
        engagementId: engagement.id,
        details: {},
      });
    });
    await erase(firmId, engagement.id);
    expect(await tablesWith(engagement.id)).toEqual([]);
    expect(await opened.admin`select from companies where firm_id = ${firmId}`).toHaveLength(0);
  });
});

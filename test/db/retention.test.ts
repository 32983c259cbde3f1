import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoDate } from '../../accounting/dates.ts';
import { archive } from '../../client/retention/archive.ts';
import { keptUntil } from '../../client/retention/keeping.ts';
import { discard, overdue } from '../../client/retention/retention.ts';
import { sha256 } from '../../db/hash.ts';
import { openEraser } from '../../db/erase.ts';
import type { Eraser } from '../../db/erase.ts';
import { createEngagement, getEngagement, startNextRun } from '../../db/stores/engagements.ts';
import { createLoginAttempt } from '../../db/stores/login-attempts.ts';
import { storeFile } from '../../db/stores/files.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { createSession } from '../../db/stores/sessions.ts';
import { saveUser } from '../../db/stores/users.ts';
import { binderBytes } from '../../documents/binder.ts';
import { frame } from '../parts/documents.ts';
import { codeOf, newEngagement, openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';
import { wholeClose } from './whole-close.ts';

let opened: OpenTestDatabase;
let eraser: Eraser;
let folder: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  eraser = openEraser(opened.adminUrl);
  folder = mkdtempSync(path.join(tmpdir(), 'bokslut-archive-'));
});
afterAll(async () => {
  await eraser.end();
  await opened.close();
  rmSync(folder, { recursive: true });
});

/** Every table with a row of the firm. */
async function tablesOf(firmId: string): Promise<string[]> {
  const { admin } = opened;
  const tables = await admin<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'firm_id' order by 1`;
  const found: string[] = [];
  for (const { name } of tables) {
    if ((await admin`select from ${admin(name)} where firm_id = ${firmId} limit 1`).length > 0)
      found.push(name);
  }
  return found;
}

const endLogins = (firmId: string): Promise<unknown> =>
  opened.admin`
    update connections set ended_at = now(), end_reason = 'disconnected', sealed_tokens = null, key_id = null, revoked_at = now()
    where firm_id = ${firmId}`.execute();

describe('a firm', () => {
  it('is erased from every table when its books are archived, and no other with it', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    const other = await wholeClose(opened.database);
    const before = await tablesOf(other.firmId);
    const archived = [{ id: engagementId, archived: true }];
    expect(await codeOf(eraser.firm(firmId, archived))).toBe('retention.must-be-kept');
    await endLogins(firmId);
    expect(await codeOf(eraser.firm(firmId, []))).toBe('retention.must-be-kept');
    await eraser.rehearse(firmId, archived);
    expect(await tablesOf(firmId)).toEqual(before);

    await eraser.firm(firmId, archived);
    expect(await tablesOf(firmId)).toEqual([]);
    expect(await tablesOf(other.firmId)).toEqual(before);
  });

  it('is not erased at all when one of its closes is in no archive, though another is', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    await endLogins(firmId);
    const next = await opened.database.forFirm(firmId, async (tx) => {
      const { companyId, settings } = await getEngagement(tx, engagementId);
      const years = { yearFrom: isoDate('2026-01-01'), yearTo: isoDate('2026-12-31') };
      return createEngagement(tx, { companyId, settings, ...years });
    });
    const before = await tablesOf(firmId);
    const closes = [
      { id: engagementId, archived: true },
      { id: next.id, archived: false },
    ];
    expect(await codeOf(eraser.rehearse(firmId, closes))).toBe('retention.must-be-kept');
    expect(await codeOf(eraser.firm(firmId, closes))).toBe('retention.must-be-kept');
    expect(await codeOf(eraser.firm(firmId, closes.slice(0, 1)))).toBe('retention.must-be-kept');
    expect(await tablesOf(firmId)).toEqual(before);
  });

  it('cannot be erased by the application, and the guards hold for the owner as before', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    const asApp = (text: string) => opened.database.forFirm(firmId, (tx) => tx.sql.unsafe(text));
    await expect(asApp(`select erase_firm('${firmId}')`)).rejects.toThrow('42501');
    await expect(asApp(`select erase_engagement('${firmId}', '${engagementId}')`)).rejects.toThrow('42501');
    // The setting that opens the guards for the owner's functions opens nothing for the application.
    const opening = `select set_config('bokslut.erasing', 'yes', true); delete from processing_history`;
    await expect(asApp(opening)).rejects.toThrow('42501');
    await opened.admin`select erase_engagement(${firmId}::uuid, ${engagementId}::uuid, true)`;
    await expect(opened.admin`delete from processing_history`).rejects.toThrow('append-only');
    await expect(opened.admin`update approvals set series = 'X'`).rejects.toThrow('append-only');
    await expect(opened.admin`truncate processing_history`).rejects.toThrow('append-only');
  });
});

const complete = (firmId: string, engagementId: string): Promise<void> =>
  opened.database.forFirm(firmId, (tx) =>
    recordHistory(tx, {
      actor: 'system',
      event: 'engagement.completed',
      engagementId,
      details: { run: 1 },
    }),
  );

describe('what need not be kept any more', () => {
  it('is kept until the end of the seventh year after the one in which the financial year ended', () => {
    expect(keptUntil(isoDate('2025-12-31'))).toBe('2032-12-31');
    expect(keptUntil(isoDate('2025-06-30'))).toBe('2032-12-31');
  });

  it('is shown first, and then goes: a close after its time, sessions and attempts that have run out', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    await endLogins(firmId);
    await complete(firmId, engagementId);
    await opened.database.forFirm(firmId, async (tx) => {
      const { id } = await saveUser(tx, {
        issuer: 'https://login.example',
        subject: 'bo',
        name: 'Bo',
        email: 'bo@example.com',
        role: 'preparer',
      });
      await createSession(tx, { userId: id, lifetimeMs: -1 });
      await createLoginAttempt(tx, { engagementId, startedBy: `user:${id}`, lifetimeMs: -1 });
    });
    const of = (today: string) => overdue(opened.database, isoDate(today), firmId);
    const [now] = await of('2032-12-31');
    expect(now).toMatchObject({ closes: [], runOut: { sessions: 1, loginAttempts: 1, idempotencyKeys: 0 } });
    const [later] = await of('2033-01-01');
    expect(later?.closes).toEqual([{ id: engagementId, yearTo: '2025-12-31', keptUntil: '2032-12-31' }]);

    // The database keeps its own count: a wrong clock here erases nothing.
    expect(await codeOf(discard(opened.database, eraser, [later!]))).toBe('retention.must-be-kept');
    await opened.admin`update engagements set year_from = '2014-01-01', year_to = '2014-12-31' where id = ${engagementId}`;
    await discard(opened.database, eraser, await of(new Date().toISOString().slice(0, 10)));
    expect(await of('2033-01-01')).toEqual([]);
    expect(await tablesOf(firmId)).not.toContain('engagements');
    expect(await tablesOf(firmId)).toContain('users');
  });

  it('is never a close under way, however old its year: it is told of, and stays', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    await opened.admin`update engagements set year_from = '2014-01-01', year_to = '2014-12-31' where id = ${engagementId}`;
    const before = await tablesOf(firmId);
    const look = () => overdue(opened.database, isoDate('2033-01-01'), firmId);
    const [found] = await look();
    expect(found).toMatchObject({ closes: [], open: [{ id: engagementId, keptUntil: '2021-12-31' }] });
    await discard(opened.database, eraser, [found!]);
    expect(await tablesOf(firmId)).toEqual(before);

    // One that was reopened while the operator was asked stays as well.
    await complete(firmId, engagementId);
    const [ended] = await look();
    expect(ended?.closes).toHaveLength(1);
    await opened.database.forFirm(firmId, (tx) => startNextRun(tx, engagementId));
    await discard(opened.database, eraser, [ended!]);
    expect(await tablesOf(firmId)).toEqual(before);
  });
});

describe('the archive', () => {
  const binderOf = async (firmId: string, engagementId: string): Promise<Uint8Array> => {
    const files = [
      { name: 'bilagor/1510.pdf', title: 'Bilaga 1510', bytes: Buffer.from('%PDF-1.7 pretend') },
    ];
    const { bytes } = await binderBytes({ ...frame, keptUntilYear: 2032, files });
    await opened.database.forFirm(firmId, (tx) =>
      storeFile(tx, {
        engagementId,
        kind: 'binder',
        name: 'arsakt.zip',
        mediaType: 'application/zip',
        bytes: Buffer.from(bytes),
        storedBy: 'system',
      }),
    );
    return bytes;
  };

  it('holds every close’s binder whole, and says when one is not', async () => {
    const { firmId, engagement } = await newEngagement(opened.database);
    const binder = await binderOf(firmId, engagement.id);
    await complete(firmId, engagement.id);
    const look = (write: boolean) => archive(opened.database, { folder, firmId, write });
    expect(await look(false)).toMatchObject([{ engagementId: engagement.id, state: 'missing' }]);
    const name = path.join(firmId, engagement.id, `${sha256(binder)}.zip`);
    expect(await look(true)).toMatchObject([{ state: 'kept', file: name, sha256: sha256(binder) }]);
    const file = path.join(folder, name);
    expect(sha256(readFileSync(file))).toBe(sha256(binder));
    expect(await look(false)).toMatchObject([{ state: 'kept' }]);

    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);
    expect(await codeOf(look(false))).toBe('retention.archive-broken');
  });

  it('says which close has exported what no binder of it holds', async () => {
    const { firmId, engagementId } = await wholeClose(opened.database);
    const states = async () =>
      (await archive(opened.database, { folder, firmId, write: true })).map(({ state }) => state);
    expect(await states()).toEqual([]);
    await complete(firmId, engagementId);
    expect(await states()).toEqual(['unbound']);
    await binderOf(firmId, engagementId);
    expect(await states()).toEqual(['kept']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFiles } from '../../db/stores/files.ts';
import { listSnapshots } from '../../db/stores/snapshots.ts';
import { adjustment } from '../workflow/world.ts';
import { createHttpWorld, refusal, startOverHttp, until } from './http-world.ts';
import type { Answer, HttpWorld } from './http-world.ts';

let http: HttpWorld;
beforeAll(async () => {
  http = await createHttpWorld();
});
afterAll(() => http.end());

const file = [
  '#FLAGGA 0',
  '#FORMAT PC8',
  '#SIETYP 4',
  '#PROGRAM "Prov" 1',
  '#ORGNR 999999-0013',
  '#FNAMN "Provbolaget AB"',
  '#RAR 0 20250101 20251231',
  '#KONTO 1930 "Bank"',
  '#KONTO 3740 "Oresutjamning"',
  '#KONTO 2091 "Balanserat"',
  '#IB 0 1930 1000.00',
  '#IB 0 2091 -1000.00',
  '#VER A 1 20250601 "Forsaljning"',
  '{',
  '#TRANS 1930 {} 50.00',
  '#TRANS 3740 {} -50.00',
  '}',
  '#UB 0 1930 1050.00',
  '#UB 0 2091 -1000.00',
  '#RES 0 3740 -50.00',
  '',
].join('\r\n');

const sieType = { 'content-type': 'application/x-sie' };

describe('a SIE file as the source', () => {
  it('is read whole before anything of it is kept, and then the close goes to its end without Fortnox', async () => {
    const { database, caller } = http.world;
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const company = { name: 'Provbolaget AB', organisationNumber: '999999-0013' };
      const id = await startOverHttp(http, { company, source: 'sie' });
      const path = `/api/engagements/${id}`;
      const upload = (text: string, headers: Record<string, string> = sieType): Promise<Answer> =>
        http.call('POST', `${path}/sie?name=bolaget.se`, text, headers);

      expect(refusal(await upload('<!doctype html><title>Logga in</title>'))).toEqual([422, 'sie.html']);
      const cut = await upload(file.slice(0, file.indexOf('#TRANS 3740')));
      expect(refusal(cut)[0]).toBe(422);
      expect(refusal(cut)[1]).toMatch(/^sie\./);
      expect(refusal(await upload(''))[0]).toBe(422);
      expect(refusal(await upload(file.replace('20250101 20251231', '20240101 20241231')))).toEqual([
        422,
        'import.sie-other-year',
      ]);
      expect(refusal(await upload(file.replace('999999-0013', '999999-0021')))).toEqual([
        422,
        'import.sie-other-company',
      ]);
      expect(refusal(await upload(file, { 'content-type': 'application/json' }))).toEqual([
        415,
        'http.unsupported-type',
      ]);
      await database.forFirm(caller.firmId, async (tx) => {
        expect(await listFiles(tx, id)).toEqual([]);
        expect(await listSnapshots(tx, id)).toEqual([]);
      });
      expect(refusal(await http.call('POST', `${path}/login`))).toEqual([409, 'login.sie-source']);

      expect((await upload(file)).status).toBe(202);
      const { lastImport } = await until(http, id, ({ phase }) => phase === 'adjusting');
      expect((await http.call('GET', `${path}/attachments`)).body).toEqual({ items: [] });
      await http.call(
        'PUT',
        `${path}/adjustments`,
        { adjustments: [adjustment('one')] },
        { 'if-match': '"0"' },
      );
      const { revisionHash } = (await http.call('GET', `${path}/preflight`)).body as { revisionHash: string };
      const approval = { revision: 1, revisionHash, snapshotId: lastImport?.id, series: 'A' };
      expect((await http.call('POST', `${path}/approvals`, approval)).status).toBe(201);
      await until(http, id, ({ phase }) => phase === 'completed');
      expect((await http.call('GET', `${path}/files/bokforingsorder.si`)).headers.get('content-type')).toBe(
        'application/x-sie',
      );
      expect(refusal(await upload(file))).toEqual([409, 'close.ended']);
    });
  }, 90_000);

  it('is no way into a close whose source is Fortnox', async () => {
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const id = await startOverHttp(http);
      const answer = await http.call('POST', `/api/engagements/${id}/sie`, file, sieType);
      expect(refusal(answer)).toEqual([409, 'upload.not-sie-source']);
    });
  });
});

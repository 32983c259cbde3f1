import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFiles } from '../../db/stores/files.ts';
import { listSnapshots } from '../../db/stores/snapshots.ts';
import { smallSie } from '../setup/small-sie.ts';
import { adjustment } from '../workflow/world.ts';
import { createHttpWorld, refusal, startOverHttp, until } from './http-world.ts';
import type { Answer, HttpWorld } from './http-world.ts';

let http: HttpWorld;
beforeAll(async () => {
  http = await createHttpWorld();
});
afterAll(() => http.end());

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
      const cut = await upload(smallSie.slice(0, smallSie.indexOf('#TRANS 3740')));
      expect(refusal(cut)[0]).toBe(422);
      expect(refusal(cut)[1]).toMatch(/^sie\./);
      expect(refusal(await upload(''))[0]).toBe(422);
      expect(refusal(await upload(smallSie.replace('20250101 20251231', '20240101 20241231')))).toEqual([
        422,
        'import.sie-other-year',
      ]);
      expect(refusal(await upload(smallSie.replace('999999-0013', '999999-0021')))).toEqual([
        422,
        'import.sie-other-company',
      ]);
      expect(refusal(await upload(smallSie, { 'content-type': 'application/json' }))).toEqual([
        415,
        'http.unsupported-type',
      ]);
      await database.forFirm(caller.firmId, async (tx) => {
        expect(await listFiles(tx, id)).toEqual([]);
        expect(await listSnapshots(tx, id)).toEqual([]);
      });
      expect(refusal(await http.call('POST', `${path}/login`))).toEqual([409, 'login.sie-source']);

      expect((await upload(smallSie)).status).toBe(202);
      const { lastImport } = await until(http, id, ({ phase }) => phase === 'adjusting');
      expect((await http.call('GET', `${path}/attachments`)).body).toEqual({ items: [] });

      // Any figure can be traced to its line.
      const source = await http.call('GET', `${path}/vouchers/A-1/source`);
      expect(source.body).toMatchObject({ import: 1, file: { name: 'bolaget.se' }, lines: [13] });
      expect(smallSie.split('\r\n')[12]).toMatch(/^#VER A 1 /);
      const { sha256 } = (source.body as { file: { sha256: string } }).file;
      expect((await http.call('GET', `${path}/source-files/${sha256}`)).text).toBe(smallSie);
      for (const [gone, code] of [
        ['vouchers/A-2/source', 'records.not-found'],
        ['vouchers/nothing/source', 'records.not-found'],
        [`source-files/${sha256.replace(/./, sha256.startsWith('0') ? '1' : '0')}`, 'files.not-found'],
      ] as const)
        expect(refusal(await http.call('GET', `${path}/${gone}`))).toEqual([expect.any(Number), code]);
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
      expect(refusal(await upload(smallSie))).toEqual([409, 'close.ended']);
    });
  }, 90_000);

  it('is no way into a close whose source is Fortnox', async () => {
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const id = await startOverHttp(http);
      const answer = await http.call('POST', `/api/engagements/${id}/sie`, smallSie, sieType);
      expect(refusal(answer)).toEqual([409, 'upload.not-sie-source']);
    });
  });
});

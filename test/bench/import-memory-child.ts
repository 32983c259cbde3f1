import { createReadStream, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { storeSieFile } from '../../activities/import/store-file.ts';
import { openDatabase } from '../../db/database.ts';
import { getEngagement } from '../../db/stores/engagements.ts';

/** A process of its own that imports one file: database URL, firm, engagement, file. Prints its memory, idle and at most. */
const [url = '', firmId = '', engagementId = '', file = ''] = process.argv.slice(2);
const mb = 1 << 20;
const database = await openDatabase(url);
const engagement = await database.forFirm(firmId, (tx) => getEngagement(tx, engagementId));
await sleep(500);
const idleMb = process.memoryUsage.rss() / mb;
const snapshot = await database.forFirm(firmId, (tx) =>
  storeSieFile(tx, {
    engagementId,
    year: { from: engagement.yearFrom, to: engagement.yearTo },
    name: 'x.se',
    bytes: () => createReadStream(file, { highWaterMark: 1 << 18 }),
    fetchedAt: new Date(),
    fetchedBy: 'system',
  }),
);
await database.end();
console.log(JSON.stringify({ vouchers: snapshot.counts.voucher, idleMb, peakMb: highWaterMb() }));

/** The kernel's own account of the highest resident set, where it keeps one. */
function highWaterMb(): number {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kb !== undefined) return Number(kb) / 1024;
  } catch {
    // No such file: another system than Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}

import { findMarker } from '../../accounting/marker.ts';
import { Problem } from '../../accounting/problem.ts';
import { findLiveConnection } from '../../db/stores/connections.ts';
import type { Connection } from '../../db/stores/connections.ts';
import { listEngagements } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import type { ExportVoucher } from '../../db/stores/exports.ts';
import { endingOf } from '../../db/stores/history.ts';
import { fortnoxOpener } from '../../fortnox/open.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { ClientContext } from '../close/context.ts';
import type { Finding } from './findings.ts';
import { sendableOf, toLookFor } from './look-for.ts';

/**
 * What Fortnox holds of the firm's open closes, by our marks, against the rows, whatever their workflows remember: a voucher that
 * stands there and is to be sent by the rows is looked for first. What else is found only a person can mend: Fortnox is the truth, and
 * nothing in it is ever taken away.
 */
export async function reconcileFortnox(context: ClientContext, firmId: string): Promise<Finding[]> {
  const open = await context.database.forFirm(firmId, async (tx) => {
    const found: Engagement[] = [];
    for (const one of await listEngagements(tx)) {
      if (one.settings.source === 'fortnox' && !(await endingOf(tx, one.id, one.run))) found.push(one);
    }
    return found;
  });
  const findings: Finding[] = [];
  for (const engagement of open) findings.push(...(await differencesOf(context, engagement)));
  return findings;
}

async function differencesOf(context: ClientContext, engagement: Engagement): Promise<Finding[]> {
  const { firmId, id } = engagement;
  const { connection, rows, sendable } = await context.database.forFirm(firmId, async (tx) => ({
    connection: await findLiveConnection(tx, engagement.companyId),
    rows: await listVouchersOfEngagement(tx, id),
    sendable: await sendableOf(tx, id),
  }));
  const look = (why: string): Finding => ({ firmId, about: closeWorkflowId(id), action: 'look', why });
  const lookFor = (vouchers: readonly ExportVoucher[], why: string): Finding[] =>
    vouchers.length === 0
      ? []
      : [toLookFor(context, firmId, id, vouchers, `${vouchers.length} vouchers of its open order ${why}`)];
  const unasked = (why: string): Finding[] => [
    ...lookFor(sendable, 'are to be sent and may stand in Fortnox; each is looked for by its mark first.'),
    look(`Fortnox was not looked at${why}`),
  ];

  if (!connection) {
    return rows.length === 0 ? [] : unasked(': no login lives. Run this again when somebody has logged in.');
  }
  let marked: readonly Marked[];
  try {
    marked = await markedIn(context, connection, engagement);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return unasked(` (${error.code}); run this again when it answers.`);
  }
  const known = new Set(rows.map(({ marker }) => marker));
  const standing = new Set(marked.map(({ marker }) => marker));
  const unknown = marked.filter(({ marker }) => !known.has(marker)).map(({ name }) => name);
  const gone = rows.filter(({ status, marker }) => status === 'confirmed' && !standing.has(marker));
  return [
    ...lookFor(
      sendable.filter(({ marker }) => standing.has(marker)),
      'are to be sent by the rows, and stand in Fortnox; each is looked for by its mark first.',
    ),
    ...(unknown.length > 0
      ? [
          look(
            `${unknown.join(', ')} in Fortnox: sent by us, and no export here knows of it. Approved again as it was, the same adjustment is found by its mark and not sent; anything else would be booked beside it.`,
          ),
        ]
      : []),
    ...gone.map(({ fortnoxSeries, fortnoxNumber }) =>
      look(`${fortnoxSeries}-${fortnoxNumber} was sent, and Fortnox does not have it any more.`),
    ),
  ];
}

interface Marked {
  readonly marker: string;
  /** Series and number. */
  readonly name: string;
}

/** Our vouchers of the closing year, as Fortnox holds them now. */
async function markedIn(
  { database, custody, fortnox }: ClientContext,
  connection: Connection,
  { yearFrom, yearTo }: Engagement,
): Promise<Marked[]> {
  const client = fortnoxOpener({ ...fortnox, database, custody, log: () => undefined })(connection);
  const years = (await client.financialYears()).records;
  const year = years.find(({ from, to }) => from === yearFrom && to === yearTo);
  if (!year) return [];
  return (await client.vouchers(year.id)).records.flatMap((voucher) => {
    const marker = findMarker(voucher.text);
    return marker === undefined ? [] : [{ marker, name: `${voucher.series}-${voucher.number}` }];
  });
}

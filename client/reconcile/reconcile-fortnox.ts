import { findMarker } from '../../accounting/marker.ts';
import { Problem } from '../../accounting/problem.ts';
import { findLiveConnection } from '../../db/stores/connections.ts';
import { listEngagements } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { endingOf } from '../../db/stores/history.ts';
import { fortnoxOpener } from '../../fortnox/open.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { ClientContext } from '../close/context.ts';
import type { Finding } from './findings.ts';

/**
 * What Fortnox holds of the firm's open closes, by our marks, against the rows. Only a person can mend what is found here:
 * Fortnox is the truth, and nothing in it is ever taken away.
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
  for (const engagement of open) {
    const look = (why: string): Finding => ({
      firmId,
      about: closeWorkflowId(engagement.id),
      action: 'look',
      why,
    });
    try {
      findings.push(...(await differencesOf(context, firmId, engagement)).map(look));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      findings.push(look(`Fortnox was not looked at (${error.code}); run this again when it answers.`));
    }
  }
  return findings;
}

async function differencesOf(
  context: ClientContext,
  firmId: string,
  engagement: Engagement,
): Promise<string[]> {
  const { database, custody, fortnox } = context;
  const { connection, rows } = await database.forFirm(firmId, async (tx) => ({
    connection: await findLiveConnection(tx, engagement.companyId),
    rows: await listVouchersOfEngagement(tx, engagement.id),
  }));
  if (!connection) {
    return rows.length === 0
      ? []
      : ['Fortnox was not looked at: no login lives. Run this again when somebody has logged in.'];
  }
  const client = fortnoxOpener({ ...fortnox, database, custody, log: () => undefined })(connection);
  const years = (await client.financialYears()).records;
  const year = years.find(({ from, to }) => from === engagement.yearFrom && to === engagement.yearTo);
  if (!year) return [];
  const marked = (await client.vouchers(year.id)).records.flatMap((voucher) => {
    const marker = findMarker(voucher.text);
    return marker === undefined ? [] : [{ marker, name: `${voucher.series}-${voucher.number}` }];
  });
  const known = new Set(rows.map(({ marker }) => marker));
  const standing = new Set(marked.map(({ marker }) => marker));
  const unknown = marked.filter(({ marker }) => !known.has(marker)).map(({ name }) => name);
  const gone = rows.filter(({ status, marker }) => status === 'confirmed' && !standing.has(marker));
  return [
    ...(unknown.length > 0
      ? [
          `${unknown.join(', ')} in Fortnox: sent by us, and no export here knows of it. Approved again as it was, the same adjustment is found by its mark and not sent; anything else would be booked beside it.`,
        ]
      : []),
    ...gone.map(
      ({ fortnoxSeries, fortnoxNumber }) =>
        `${fortnoxSeries}-${fortnoxNumber} was sent, and Fortnox does not have it any more.`,
    ),
  ];
}

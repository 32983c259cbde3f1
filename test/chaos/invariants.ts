import { setTimeout as sleep } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { findMarker } from '../../accounting/marker.ts';
import { fortnoxOpener } from '../../fortnox/open.ts';
import { openTokens } from '../../fortnox/sealed-tokens.ts';
import { createSealer } from '../../fortnox/seal.ts';
import { getConnection } from '../../db/stores/connections.ts';
import { loadBooks } from '../../db/stores/snapshots.ts';
import { closeWorkflowId, loginExpiryWorkflowId } from '../../workflows/messages.ts';
import type { Accountant } from './accountant.ts';
import { canaryName } from './house.ts';
import { fortnoxLimits, longestQueueMs } from './limits.ts';

/** What must be true after every run, whatever happened on the way. Each answers what breaks it; nothing when it holds. */
export const invariants: Readonly<Record<string, (close: Accountant) => Promise<readonly string[]>>> = {
  'the close is completed': completed,
  'each approved voucher stands in Fortnox once, and no other': vouchersOnce,
  'every snapshot is whole, one an import': snapshotsWhole,
  'no approval is lost or doubled': approvalsOnce,
  'one line of processing history for each event': historyOnce,
  'no login is lost: it works, or it has ended and says why': loginsKept,
  'what has ended is revoked at Fortnox and deleted': endedRevoked,
  'each attachment hangs on its voucher once': attachmentsOnce,
  'never more than 25 requests in any 5 seconds': withinLimit,
  'no token, secret or name in histories': noCanary,
};

/** What was just answered by the workflow itself takes a moment to be so at the server; nothing of it waits for long. */
const momentMs = 30_000;

async function completed({ house, caller, engagementId }: Accountant): Promise<string[]> {
  const workflowId = closeWorkflowId(engagementId);
  const untilMs = performance.now() + momentMs;
  for (;;) {
    const { status } = await house.client.temporal.workflow.getHandle(workflowId).describe();
    const owed = await house.admin`
      select id from outbox
      where firm_id = ${caller.firmId} and delivered_at is null and workflow_id = ${workflowId}`;
    if (status.name === 'COMPLETED' && owed.length === 0) return [];
    if (performance.now() > untilMs)
      return [`the workflow is ${status.name}, ${owed.length} signals are owed`];
    await sleep(500);
  }
}

async function vouchersOnce({ house, tenant, approved, engagementId }: Accountant): Promise<string[]> {
  const { vouchers } = await house.control.books(tenant);
  const ours = vouchers.filter(({ text }) => findMarker(text) !== undefined);
  const times = (items: readonly string[]): Map<string, number> => {
    const counted = new Map<string, number>();
    for (const item of items) counted.set(item, (counted.get(item) ?? 0) + 1);
    return counted;
  };
  const texts = times(ours.map(({ text }) => text.replace(/ \(bokslut .*/, '')));
  const markers = times(ours.map(({ text }) => findMarker(text) ?? ''));
  const rows = await house.admin<{ marker: string; status: string; name: string }[]>`
    select marker, status, fortnox_series || '-' || fortnox_number as name
    from export_vouchers where engagement_id = ${engagementId}`;
  const confirmed = new Map(
    rows.filter(({ status }) => status === 'confirmed').map((row) => [row.marker, row.name]),
  );
  return [
    ...[...approved]
      .filter((text) => texts.get(text) !== 1)
      .map((text) => `${text}: ${texts.get(text) ?? 0} times`),
    ...[...texts.keys()].filter((text) => !approved.has(text)).map((text) => `${text} was not approved`),
    ...[...markers]
      .filter(([, count]) => count !== 1)
      .map(([marker, count]) => `mark ${marker}: ${count} times`),
    ...ours
      .filter(({ text, series, number }) => confirmed.get(findMarker(text) ?? '') !== `${series}-${number}`)
      .map(({ series, number }) => `${series}-${number} is not what the export has written down`),
    ...rows
      .filter(({ status }) => status !== 'confirmed' && status !== 'withdrawn')
      .map(({ marker, status }) => `mark ${marker} stands as ${status}`),
  ];
}

interface SnapshotRow {
  readonly id: string;
  readonly seq: number;
  readonly counts: Readonly<Record<string, number>>;
}

async function snapshotsWhole(close: Accountant): Promise<string[]> {
  const { house, caller, engagementId, imports } = close;
  const rows = await house.admin<SnapshotRow[]>`
    select id, seq, counts from snapshots where engagement_id = ${engagementId} order by seq`;
  const broken: string[] = [];
  if (rows.length !== imports) broken.push(`${rows.length} snapshots of ${imports} imports`);
  for (const { id, seq, counts } of rows) {
    const books = await house.client.database.forFirm(caller.firmId, (tx) => loadBooks(tx, id));
    const vouchers =
      books.closing.vouchers.length + books.otherYears.reduce((sum, year) => sum + year.vouchers.length, 0);
    const held = {
      voucher: vouchers,
      invoice: books.invoices.length,
      payment: books.payments.length,
      account: books.accounts.length,
    };
    for (const [kind, count] of Object.entries(held)) {
      if (counts[kind] !== count) broken.push(`snapshot ${seq} holds ${count} of ${counts[kind]} ${kind}`);
    }
    // What the company holds from the start; faults only add to it.
    if (vouchers < 9 || books.invoices.length < 7 || books.payments.length < 3 || books.accounts.length < 13)
      broken.push(`snapshot ${seq} is not the whole books: ${JSON.stringify(held)}`);
  }
  return broken;
}

async function approvalsOnce({ house, engagementId, approvalIds, stale }: Accountant): Promise<string[]> {
  const rows = await house.admin<{ id: string; orders: number; open: number }[]>`
    select a.id, count(o.id)::int as orders, count(o.id) filter (where o.finished_at is null)::int as open
    from approvals a left join export_orders o on o.approval_id = a.id
    where a.engagement_id = ${engagementId} group by a.id`;
  const given = new Set(rows.map(({ id }) => id));
  const withoutOrder = rows.filter(({ orders }) => orders === 0).length;
  return [
    ...approvalIds.filter((id) => !given.has(id)).map((id) => `approval ${id} is lost`),
    ...rows.filter(({ id }) => !approvalIds.includes(id)).map(({ id }) => `approval ${id} was never given`),
    ...rows
      .filter(({ orders, open }) => orders > 1 || open > 0)
      .map(({ id }) => `approval ${id} has an order too many or an open one`),
    ...(withoutOrder > stale ? [`${withoutOrder} approvals came to nothing, ${stale} were stale`] : []),
  ];
}

async function historyOnce({ house, engagementId, caller }: Accountant): Promise<string[]> {
  const lines = await house.admin<{ event: string; details: Record<string, unknown> | null }[]>`
    select event, details from processing_history
    where firm_id = ${caller.firmId} and (engagement_id = ${engagementId} or engagement_id is null) order by id`;
  const [facts] = await house.admin<Record<string, number>[]>`select
    (select count(*)::int from snapshots where engagement_id = ${engagementId}) as snapshots,
    (select count(*)::int from approvals where engagement_id = ${engagementId}) as approvals,
    (select count(*)::int from adjustment_revisions where engagement_id = ${engagementId}) as revisions,
    (select count(*)::int from export_orders where engagement_id = ${engagementId}) as orders,
    (select count(*)::int from connections where firm_id = ${caller.firmId}) as connections,
    (select count(*)::int from export_vouchers where engagement_id = ${engagementId} and status = 'confirmed') as vouchers`;
  if (!facts) return ['nothing is known'];
  const count = (...events: string[]): number => lines.filter(({ event }) => events.includes(event)).length;
  const expected: readonly (readonly [string, number, number | undefined])[] = [
    ['engagement.started', count('engagement.started'), 1],
    ['login.stored', count('login.stored'), facts['connections']],
    ['books.imported', count('books.imported'), facts['snapshots']],
    ['attachments.generated', count('attachments.generated'), facts['snapshots']],
    ['adjustments.saved', count('adjustments.saved'), facts['revisions']],
    ['adjustments.approved', count('adjustments.approved'), facts['approvals']],
    ['export.opened', count('export.opened'), facts['orders']],
    ['export.closed or given up', count('export.closed', 'export.given-up'), facts['orders']],
    ['voucher.exported', count('voucher.exported'), facts['vouchers']],
    [
      'attachments.linked or not',
      count('attachments.linked', 'attachments.not-linked'),
      count('export.closed'),
    ],
    ['binder.stored', count('binder.stored'), 1],
    ['engagement.completed', count('engagement.completed'), 1],
  ];
  const seen = new Set<string>();
  const doubled = lines.filter(({ event, details }) => {
    // A person may do these as often as it pleases; all else happens once with the same details.
    if (event === 'step.retried') return false;
    const line = `${event} ${JSON.stringify(details)}`;
    return seen.size === seen.add(line).size;
  });
  return [
    ...expected
      .filter(([, found, wanted]) => found !== wanted)
      .map(([event, found, wanted]) => `${event}: ${found} lines, not ${wanted}`),
    ...doubled.map(({ event }) => `${event} stands twice`),
  ];
}

interface ConnectionRow {
  readonly id: string;
  readonly ended: boolean;
  readonly reason: string | null;
}

async function loginsKept(close: Accountant): Promise<string[]> {
  const { house, caller } = close;
  const rows = await house.admin<ConnectionRow[]>`
    select id, ended_at is not null as ended, end_reason as reason
    from connections where firm_id = ${caller.firmId} order by created_at`;
  const broken: string[] = [];
  for (const { id, ended, reason } of rows) {
    if (ended && reason === null) broken.push(`login ${id} ended without a reason`);
    if (ended) continue;
    // It works: also what it is renewed with, which is tried by making the access token old.
    await house.admin`update connections set access_expires_at = now() where id = ${id}`;
    try {
      const connection = await house.client.database.forFirm(caller.firmId, (tx) => getConnection(tx, id));
      await fortnoxOpener({
        config: house.client.fortnox.config,
        database: house.client.database,
        custody: house.client.custody,
        log: () => undefined,
        limits: fortnoxLimits,
        longestQueueMs,
      })(connection).companyInformation();
    } catch (error) {
      broken.push(`login ${id} lives and does not work: ${String(error)}`);
    }
  }
  if (rows.filter(({ ended }) => !ended).length > 1) broken.push('two logins live');
  return broken;
}

async function endedRevoked({ house, caller }: Accountant): Promise<string[]> {
  const untilMs = performance.now() + 40_000;
  for (;;) {
    const rows = await house.admin<{ id: string; pending: boolean }[]>`
      select id, revoke_pending_at is not null as pending from connections
      where firm_id = ${caller.firmId} and ended_at is not null and sealed_tokens is not null`;
    if (rows.length === 0) return [];
    if (performance.now() > untilMs)
      return rows.map(
        ({ id, pending }) =>
          `login ${id} has ended and its tokens are kept${pending ? ', revocation pending' : ''}`,
      );
    await sleep(500);
  }
}

async function attachmentsOnce({ house, tenant, engagementId }: Accountant): Promise<string[]> {
  const { connections } = await house.control.files(tenant);
  const rows = await house.admin<{ connected: number }[]>`
    select count(*)::int as connected from file_uploads u join export_orders o on o.id = u.order_id
    where o.engagement_id = ${engagementId} and u.connected_at is not null`;
  const connected = rows[0]?.connected ?? 0;
  return connections.length === connected
    ? []
    : [`${connections.length} hang at Fortnox, ${connected} are written down`];
}

const windowMs = 5_000;
const limit = 25;

async function withinLimit({ house, tenant }: Accountant): Promise<string[]> {
  const requests = (await house.control.requests(tenant)).filter(({ path }) => path.startsWith('/3/'));
  const times = requests.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b);
  const most = Math.max(
    0,
    ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length),
  );
  const refused = requests.filter(({ status, fault }) => status === 429 && fault === null).length;
  return [
    ...(most > limit ? [`${most} requests in 5 seconds`] : []),
    ...(refused > 0 ? [`${refused} requests were turned away`] : []),
  ];
}

async function noCanary(close: Accountant): Promise<string[]> {
  const { house, engagementId, caller } = close;
  const secrets = await secretsOf(close);
  const connections = await house.admin<
    { id: string }[]
  >`select id from connections where firm_id = ${caller.firmId}`;
  const found: string[] = [];
  for (const workflowId of [
    closeWorkflowId(engagementId),
    ...connections.map(({ id }) => loginExpiryWorkflowId(id)),
  ]) {
    const history = await historyOf(close, workflowId);
    for (const [name, secret] of secrets)
      if (history.includes(secret)) found.push(`${name} in ${workflowId}`);
  }
  return found;
}

/** What must be seen nowhere, by what it is. */
export async function secretsOf({
  house,
  caller,
  index,
}: Accountant): Promise<(readonly [string, string])[]> {
  const rows = await house.admin<{ id: string }[]>`
    select id from connections where firm_id = ${caller.firmId} and sealed_tokens is not null`;
  const secrets: (readonly [string, string])[] = [
    ['the client secret', house.sandbox.clientSecret],
    ['the company', canaryName(index)],
    ['the firm', 'Byrån Kanariefågel'],
    ['a text', 'Öresutjämning'],
  ];
  for (const { id } of rows) {
    const connection = await house.client.database.forFirm(caller.firmId, (tx) => getConnection(tx, id));
    const { accessToken, refreshToken } = openTokens(createSealer(house.tokenKeys), connection);
    secrets.push(['an access token', accessToken.reveal()], ['a refresh token', refreshToken.reveal()]);
  }
  return secrets;
}

/** A workflow's history with its payloads in clear; nothing when there is no such workflow. */
async function historyOf({ house }: Accountant, workflowId: string): Promise<string> {
  try {
    const history = await house.client.temporal.workflow.getHandle(workflowId).fetchHistory();
    return JSON.stringify(JSON.parse(historyToJSON(history)), (key, value: unknown) =>
      key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
    );
  } catch (error) {
    if (error instanceof Error && /workflow not found/i.test(error.message)) return '';
    throw error;
  }
}

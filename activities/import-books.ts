import { Problem } from '../accounting/problem.ts';
import { buildAttachment } from '../accounting/attachment.ts';
import { importControls } from '../accounting/controls.ts';
import type { FirmTransaction } from '../db/database.ts';
import { headerOf, recordsOf } from '../db/stores/book-records.ts';
import { getConnection, renew } from '../db/stores/connections.ts';
import { getEngagement } from '../db/stores/engagements.ts';
import type { Engagement } from '../db/stores/engagements.ts';
import { getFile, listFiles } from '../db/stores/files.ts';
import { answerOnce } from '../db/stores/idempotency.ts';
import { diffSnapshots } from '../db/stores/snapshot-diff.ts';
import { findLatestSnapshot, storeSnapshot } from '../db/stores/snapshots.ts';
import { stopSignal } from './context.ts';
import type { ActivityContext } from './context.ts';
import type { Activities, ImportedSnapshot, ImportInput } from './contract.ts';
import { attachmentOptions } from './attachment-options.ts';
import { fromControl } from './import/finding.ts';
import { readFromFortnox } from './import/from-fortnox.ts';
import { heartbeatProgress } from './import/progress.ts';
import { createRequestPlan } from './import/request-plan.ts';
import type { RequestPlan } from './import/request-plan.ts';
import type { Progress } from './import/progress.ts';
import type { ReadBooks } from './import/read-result.ts';
import { storeSieFile } from './import/store-file.ts';
import { loginTermOf } from './login-term.ts';

/** The file that stands in for Fortnox, as it was uploaded. */
const uploadedSieKind = 'sie-source';

/**
 * Reads the books and stores them as one snapshot in one transaction together with the renewal of the login: from
 * Fortnox whole before that transaction, which never waits for the network, from a file within it. A problem on the way
 * stores nothing. The same request again answers the snapshot that it stored.
 */
export function createImportBooks(context: ActivityContext): Activities['importBooks'] {
  return async (input) => {
    const { database, crashPoint } = context;
    const engagement = await database.forFirm(input.firmId, (tx) => getEngagement(tx, input.engagementId));
    const plan = createRequestPlan();
    const progress = heartbeatProgress(plan);
    const source = await openSource(context, input, engagement, progress, plan);
    progress.begin('storing');
    crashPoint?.('import.before-store');
    const imported = await database.forFirm(input.firmId, (tx) =>
      store(tx, context, input, engagement, source),
    );
    crashPoint?.('import.after-store');
    context.log.info({ ...imported, engagementId: input.engagementId }, 'books imported');
    return imported;
  };
}

/** Books that were read from Fortnox, or the file that is yet to be read. */
type BooksSource = { readonly read: ReadBooks } | { readonly upload: { name: string; bytes: Uint8Array } };

async function openSource(
  context: ActivityContext,
  { firmId, connectionId }: ImportInput,
  engagement: Engagement,
  progress: Progress,
  plan: RequestPlan,
): Promise<BooksSource> {
  const { database } = context;
  if (connectionId === undefined)
    return { upload: await database.forFirm(firmId, (tx) => uploadedFile(tx, engagement.id)) };
  const connection = await database.forFirm(firmId, (tx) => getConnection(tx, connectionId));
  const client = context.openFortnox(connection, {
    signal: stopSignal(),
    onPage: (page) => {
      plan.page(page);
      progress.listed(page.onPage);
    },
  });
  return { read: await readFromFortnox(client, engagement, progress, plan) };
}

async function uploadedFile(tx: FirmTransaction, engagementId: string) {
  const [newest] = await listFiles(tx, engagementId, uploadedSieKind);
  if (newest) return getFile(tx, newest.id);
  throw new Problem({
    code: 'import.no-file',
    what: 'Ingen SIE-fil är uppladdad för bokslutet.',
    advice: 'Ladda upp räkenskapsårets SIE 4-fil och importera igen.',
  });
}

async function store(
  tx: FirmTransaction,
  context: ActivityContext,
  input: ImportInput,
  engagement: Engagement,
  source: BooksSource,
): Promise<ImportedSnapshot> {
  const { engagementId, requestId } = input;
  const { body } = await answerOnce(tx, `import/${requestId}`, { engagementId }, async () => ({
    status: 200,
    body: await storeOnce(tx, context, input, engagement, source),
  }));
  return body as ImportedSnapshot;
}

async function storeOnce(
  tx: FirmTransaction,
  { now, limits }: ActivityContext,
  input: ImportInput,
  engagement: Engagement,
  source: BooksSource,
): Promise<ImportedSnapshot> {
  const { engagementId, connectionId, requestedBy } = input;
  const before = await findLatestSnapshot(tx, engagementId);
  const facts = { engagementId, fetchedAt: new Date(now()), fetchedBy: 'system' } as const;
  const snapshot =
    'upload' in source
      ? await storeSieFile(tx, { ...facts, ...source.upload, year: yearOfEngagement(engagement) })
      : await storeSnapshot(tx, {
          ...facts,
          source: 'fortnox',
          header: headerOf(source.read.books),
          records: () => recordsOf(source.read.books),
          findings: [...source.read.findings, ...controls(engagement, source.read)],
          raw: source.read.raw,
        });
  if (connectionId !== undefined && requestedBy === 'person') await renew(tx, connectionId, new Date(now()));
  const login = connectionId === undefined ? undefined : await getConnection(tx, connectionId);
  const vouchers = 'upload' in source ? snapshot.counts.voucher : source.read.books.closing.vouchers.length;
  return {
    snapshotId: snapshot.id,
    snapshotHash: snapshot.hash,
    vouchers,
    invoices: snapshot.counts.invoice,
    rows: Object.values(snapshot.counts).reduce((sum, count) => sum + count, 0),
    findings: snapshot.findings.length,
    changed: before ? await changedVouchers(tx, before.id, snapshot.id) : vouchers,
    fortnoxRequests: 'upload' in source ? 0 : source.read.fortnoxRequests,
    plannedRequests: 'upload' in source ? 0 : source.read.plannedRequests,
    ...(login && { login: loginTermOf(login, limits.loginTermMs) }),
  };
}

const yearOfEngagement = ({ yearFrom, yearTo }: Engagement) => ({ from: yearFrom, to: yearTo });

function controls({ settings }: Engagement, { books, fileClosingBalances, fortnoxBalances }: ReadBooks) {
  const attachments = (['receivables', 'payables'] as const).map((ledger) =>
    buildAttachment(ledger, books, attachmentOptions(ledger, settings, [])),
  );
  return importControls(books, { fileClosingBalances, fortnoxBalances, attachments }).map(fromControl);
}

async function changedVouchers(tx: FirmTransaction, fromId: string, toId: string): Promise<number> {
  const { years } = await diffSnapshots(tx, fromId, toId);
  return years.reduce(
    (sum, { added, changed, removed }) => sum + added.length + changed.length + removed.length,
    0,
  );
}

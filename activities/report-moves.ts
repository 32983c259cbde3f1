import { attachmentKind } from '../accounting/attachment-kind.ts';
import type { Attachment } from '../accounting/attachment.ts';
import type { AccountNumber } from '../accounting/books.ts';
import { movedOpenings, moversOf } from '../accounting/changes.ts';
import type { MovedOpening, Mover } from '../accounting/changes.ts';
import { accountOfFigure } from '../accounting/figures.ts';
import type { MovedFigure } from '../accounting/figures.ts';
import type { FirmTransaction } from '../db/database.ts';
import { sha256 } from '../db/hash.ts';
import { findLatestApproval } from '../db/stores/approvals.ts';
import { getAttachment, versionsLastMoved } from '../db/stores/attachments.ts';
import { changesOfBooks } from '../db/stores/book-changes.ts';
import { ensureNotification, toldMoves } from '../db/stores/notifications.ts';
import { signOffStates } from '../db/stores/sign-off-states.ts';
import type { Signature } from '../db/stores/sign-off-states.ts';
import { importsWithChanges } from '../db/stores/snapshots.ts';
import type { ActivityContext } from './context.ts';
import type { Activities, SnapshotInput } from './contract.ts';

/** How many figures, vouchers, balances and documents a notification names of each attachment; the rest is on the page. */
const mostNamed = 50;

const figuresMoved = 'watch.figures-moved';

/**
 * After a nightly import: when a signed or approved figure has moved, a notification says which, and which vouchers
 * and opening balances moved it. Ids, numbers and amounts alone. A move is told once, however many nights it stands; one
 * that was undone and comes again is another, since it came with another import.
 */
export function createReportMoves({ database }: ActivityContext): Activities['reportMoves'] {
  return async (input) =>
    database.forFirm(input.firmId, async (tx) => {
      const { engagementId, snapshotId } = input;
      const attachments = await movedAttachments(tx, input);
      const approval = await movedApproval(tx, input);
      const told = await toldMoves(tx, engagementId);
      const isNews = ({ move }: Move): boolean => !told.has(move);
      const news = {
        attachments: attachments.filter(isNews),
        ...(approval && isNews(approval) && { approval }),
      };
      const moves = [...news.attachments, ...(news.approval ? [news.approval] : [])].map(({ move }) => move);
      if (moves.length > 0)
        await ensureNotification(tx, {
          kind: figuresMoved,
          dueKey: `${figuresMoved}/${engagementId}/${sha256(moves.join())}`,
          engagementId,
          details: { snapshotId, ...news },
        });
      return { moved: attachments.length + (approval ? 1 : 0) };
    });
}

interface Move {
  /** Names what fell and the import that it last moved with: another is another move. */
  readonly move: string;
}

/** What moved accounts: others' doing alone. */
interface Movers {
  readonly vouchers: readonly Mover[];
  readonly openingBalances: readonly MovedOpening[];
}

/** Its movers: of the accounts that it stands on, since it was signed. */
interface MovedAttachment extends Move, Movers {
  readonly accountGroup: string;
  readonly signedVersion: number;
  readonly moved: readonly MovedFigure[];
  /** Invoices and payments that are new, changed or gone: `invoice receivables/1007`. */
  readonly documents: readonly string[];
}

async function movedAttachments(tx: FirmTransaction, input: SnapshotInput): Promise<MovedAttachment[]> {
  const moved: MovedAttachment[] = [];
  const lastMoved = await versionsLastMoved(tx, input.engagementId);
  for (const { accountGroup, signatures } of await signOffStates(tx, input.engagementId)) {
    // The newest signature: an older one that fell with it, or long before, is no news of its own.
    const [latest] = signatures;
    if (!latest || latest.holds) continue;
    const move = `${latest.id}/${lastMoved.get(accountGroup) ?? latest.version}`;
    moved.push({ move, ...(await movedAttachment(tx, accountGroup, latest, input)) });
  }
  return moved;
}

async function movedAttachment(
  tx: FirmTransaction,
  accountGroup: string,
  { attachmentId, version, moved }: Signature,
  { engagementId, snapshotId }: SnapshotInput,
): Promise<Omit<MovedAttachment, 'move'>> {
  const signed = await getAttachment(tx, attachmentId);
  const ledger = attachmentKind(accountGroup) === 'ledger' ? (signed.data as Attachment) : undefined;
  const accounts = new Set([
    ...moved.flatMap(({ figure }) => accountOfFigure(figure) ?? []),
    // What nets to 0 on an account of the ledger may still be why its other figures moved.
    ...(ledger ? [...ledger.accounts, ...Object.keys(ledger.shownApart)] : []),
  ]);
  const { years, others } = await changesOfBooks(tx, engagementId, signed.snapshotId, snapshotId);
  const documents = others
    .filter(
      ({ kind, key }) => (kind === 'invoice' || kind === 'payment') && key.startsWith(`${ledger?.ledger}/`),
    )
    .map(({ kind, key }) => `${kind} ${key}`);
  return {
    accountGroup,
    signedVersion: version,
    moved: moved.slice(0, mostNamed),
    ...named(moversIn(years, accounts)),
    documents: documents.slice(0, mostNamed),
  };
}

interface MovedApproval extends Move, Movers {
  readonly approvalId: string;
  readonly revision: number;
}

/** What others moved since the books that the latest approval was given over. */
async function movedApproval(
  tx: FirmTransaction,
  { engagementId, snapshotId }: SnapshotInput,
): Promise<MovedApproval | undefined> {
  const approval = await findLatestApproval(tx, engagementId);
  if (!approval) return undefined;
  const { years } = await changesOfBooks(tx, engagementId, approval.snapshotId, snapshotId);
  const movers = moversIn(years);
  if (isNone(movers)) return undefined;
  const { id, revision } = approval;
  const move = `${id}/${await lastMovedWith(tx, engagementId, approval.snapshotId, snapshotId)}`;
  return { move, approvalId: id, revision, ...named(movers) };
}

/** The import with which others last moved a balance, of those after the first. */
async function lastMovedWith(
  tx: FirmTransaction,
  engagementId: string,
  fromId: string,
  toId: string,
): Promise<string> {
  const imports = await importsWithChanges(tx, fromId, toId);
  for (const [at, id] of imports.entries()) {
    const { years } = await changesOfBooks(tx, engagementId, imports[at + 1] ?? fromId, id);
    if (!isNone(moversIn(years))) return id;
  }
  return toId;
}

type Years = Awaited<ReturnType<typeof changesOfBooks>>['years'];

const moversIn = (years: Years, accounts?: ReadonlySet<AccountNumber>): Movers => ({
  vouchers: years.flatMap((year) => moversOf(year, accounts)),
  openingBalances: years.flatMap((year) => movedOpenings(year, accounts)),
});

const isNone = ({ vouchers, openingBalances }: Movers): boolean =>
  vouchers.length + openingBalances.length === 0;

const named = ({ vouchers, openingBalances }: Movers): Movers => ({
  vouchers: vouchers.slice(0, mostNamed),
  openingBalances: openingBalances.slice(0, mostNamed),
});

import type { ProblemDetails } from '../accounting/problem.ts';

/**
 * What a close's steps do, as its workflows see them: ids, hashes and counts go in and out, never a name, a token
 * or a figure from the books, because everything here is kept in Temporal's history.
 *
 * Each fails with an `ApplicationFailure` whose `type` is a problem's code and whose first detail is the problem
 * (`ProblemDetails`). After some `login.*` codes only a new login at Fortnox helps (workflows/problems.ts).
 */
export interface Activities {
  /** Checks organisation number, financial year, scopes and licences behind a login; a wrong company's tokens are revoked. */
  verifyConnection(input: ConnectionInput): Promise<LoginTerm>;
  /** Reads the year's books whole and stores them as one snapshot. Renews the 30 days when a person asked for it. */
  importBooks(input: ImportInput): Promise<ImportedSnapshot>;
  /** Makes the attachments for a snapshot; the same snapshot gives the same attachments. */
  generateAttachments(input: SnapshotInput): Promise<GeneratedAttachments>;
  /** After a nightly import: writes a notification when signed or approved figures have moved; each move once. */
  reportMoves(input: SnapshotInput): Promise<{ readonly moved: number }>;
  /** Pre-flight of an approval, then one intent row a voucher; opening an order again finds the same rows. */
  openExport(input: ApprovalInput): Promise<OpenedExport>;
  /** One attempt to post one voucher. Never retried: an attempt that dies leaves the outcome unknown. */
  sendVoucher(input: VoucherInput): Promise<SendOutcome>;
  /** Looks in Fortnox for a voucher whose outcome is unknown, by its marker; safe to repeat. */
  findVoucher(input: FindInput): Promise<FindOutcome>;
  /** Withdraws what an order has not sent and closes the order. Fails while the outcome of a voucher is unknown. */
  giveUpExport(input: OrderInput): Promise<void>;
  /** Uploads the attachments and connects them to the vouchers. Safe to repeat. */
  linkAttachments(input: OrderInput): Promise<{ readonly linked: number }>;
  /** Ends an export order: every voucher is confirmed. Renews the 30 days, when there is a login. */
  closeExport(input: OrderInput): Promise<{ readonly login?: LoginTerm }>;
  /** Puts the binder (årsakt) together and stores it. */
  assembleBinder(input: EngagementInput): Promise<{ readonly fileId: string; readonly sha256: string }>;
  /** Writes the end of the engagement into the processing history. */
  endEngagement(input: EngagementInput & { readonly outcome: 'completed' | 'cancelled' }): Promise<void>;

  /** The deadline's truth: the connection's row. */
  readLogin(input: LoginInput): Promise<LoginTerm>;
  /** Reminds once per deadline and number of days. */
  remindLogin(input: LoginInput & { readonly daysLeft: number; readonly expiresAtMs: number }): Promise<void>;
  /** Ends a login: no longer usable at once, revoked at Fortnox until that is certain, tokens deleted. Answers who must be told. */
  endLogin(
    input: LoginInput & { readonly reason: LoginEndReason },
  ): Promise<{ readonly engagementIds: readonly string[] }>;
}

export interface EngagementInput {
  readonly firmId: string;
  readonly engagementId: string;
}
interface ConnectionInput extends EngagementInput {
  readonly connectionId: string;
}
export interface ImportInput extends EngagementInput {
  /** Absent when the books come from an uploaded SIE file. */
  readonly connectionId?: string;
  /** Makes the import idempotent: the same request never stores two snapshots. */
  readonly requestId: string;
  readonly requestedBy: 'person' | 'watch';
}
export interface SnapshotInput extends EngagementInput {
  readonly snapshotId: string;
}
export interface ApprovalInput extends EngagementInput {
  readonly approvalId: string;
}
export interface OrderInput extends EngagementInput {
  readonly orderId: string;
}
export interface VoucherInput extends OrderInput {
  /** Place in the order, from 1. */
  readonly position: number;
}
interface FindInput extends VoucherInput {
  /** True once the settling delay has passed: not found then means that Fortnox does not hold it. */
  readonly settled: boolean;
  /** The workflow's own; absent in closes that are older than it: the worker's. */
  readonly settlingDelayMs?: number;
}
interface LoginInput {
  readonly firmId: string;
  readonly connectionId: string;
}

export type LoginEndReason = 'expired' | 'revoked' | 'disconnected';

/** How long a login is good for, by the product's own clock: 30 days from the last import or export. */
export type LoginTerm =
  | { readonly state: 'valid'; readonly expiresAtMs: number }
  | { readonly state: 'ended'; readonly reason: LoginEndReason };

export interface ImportedSnapshot {
  readonly snapshotId: string;
  readonly snapshotHash: string;
  readonly vouchers: number;
  readonly invoices: number;
  /** Records of every kind that the snapshot holds. */
  readonly rows: number;
  readonly findings: number;
  /** Vouchers new, changed and removed since the snapshot before. */
  readonly changed: number;
  /** Requests to Fortnox, tries included. */
  readonly fortnoxRequests: number;
  readonly plannedRequests: number;
  readonly login?: LoginTerm;
}

interface GeneratedAttachments {
  readonly attachments: number;
  /** How many do not tie to the öre. */
  readonly withDifference: number;
}

export type OpenedExport =
  | {
      readonly outcome: 'opened';
      readonly orderId: string;
      readonly final: boolean;
      /** Positions not yet confirmed, in the order of sending. */
      readonly remaining: readonly number[];
      readonly total: number;
    }
  | { readonly outcome: 'stale'; readonly problem: ProblemDetails };

/** `unknown`: this attempt, or one that died before it, may have reached Fortnox. */
type SendOutcome = 'confirmed' | 'unknown';
/** `notYet`: not there, but Fortnox could still be at it. `absent`: Fortnox does not hold it, it may be sent. */
export type FindOutcome = 'confirmed' | 'notYet' | 'absent';

import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ProblemDetails } from '../accounting/problem.ts';
import type { LoginEndReason } from '../activities/contract.ts';
import type { Durations } from './durations.ts';

export const closeWorkflowId = (engagementId: string): string => `close/${engagementId}`;
const loginExpiryPrefix = 'login-expiry/';
export const loginExpiryWorkflowId = (connectionId: string): string => `${loginExpiryPrefix}${connectionId}`;
/** What the Temporal UI shows of it in one line, whoever starts it. */
export const loginExpirySummary = 'Fortnox login: reminds, expires and revokes';
/** Undefined for the id of another workflow. */
export const connectionOfLoginExpiry = (workflowId: string): string | undefined =>
  workflowId.startsWith(loginExpiryPrefix) ? workflowId.slice(loginExpiryPrefix.length) : undefined;
/** The schedule that imports each night, and the workflows that it starts. */
export const watchScheduleId = (engagementId: string): string => `watch/${engagementId}`;

/** Starts `yearEndClose`; the workflow's id is `closeWorkflowId(engagementId)`. */
export interface CloseInput {
  readonly firmId: string;
  readonly engagementId: string;
  /** The balance date, `YYYY-MM-DD`. */
  readonly financialYearEnd: string;
  /** `sie`: an uploaded file stands in for Fortnox; nothing is connected and nothing sent. */
  readonly source: 'fortnox' | 'sie';
  /** A login that the engagement already has, when a completed close is reopened. */
  readonly connectionId?: string;
  readonly durations: Durations;
  /** False on servers that know no custom search attributes (the time-skipping test server). */
  readonly searchAttributes: boolean;
  /** What goes along when a long run continues as a new one. */
  readonly carried?: CloseState;
}

export type Phase =
  | 'awaitingConnection'
  | 'importing'
  | 'generatingAttachments'
  | 'adjusting'
  | 'exporting'
  | 'completing'
  | 'completed'
  | 'cancelled';

/** What a close remembers; all else is derived from it or lies in the database. */
export interface CloseState {
  phase: Phase;
  /** When it came into the phase; absent in what an earlier release has carried over. */
  phaseSinceMs?: number;
  connectionId?: string;
  loginExpiresAtMs?: number;
  loginEnd?: LoginEndReason;
  attention?: Attention;
  snapshot?: { readonly id: string; readonly hash: string };
  export?: { readonly orderId: string; readonly total: number; confirmed: number };
  /** While a voucher whose answer was lost is waited for: when Fortnox can no longer commit it. */
  settlingUntilMs?: number;
  /** True from the first attempt to send a voucher on: from then on nothing can be undone by cancelling. */
  vouchersSent: boolean;
  imports: ImportRequested[];
  approvals: string[];
  readonly seenMessages: string[];
  retries: number;
  cancelRequested: boolean;
}

/** An error that a person must mend before the step can go on. */
export interface Attention extends ProblemDetails {
  readonly step: string;
  readonly sinceMs: number;
}

export interface ConnectionEstablished {
  readonly connectionId: string;
}
export interface ImportRequested {
  readonly requestId: string;
  readonly requestedBy: 'person' | 'watch';
}
export interface AdjustmentsApproved {
  readonly approvalId: string;
}
export interface LoginExpired {
  readonly connectionId: string;
  readonly reason: LoginEndReason;
}

export const connectionEstablished = defineSignal<[ConnectionEstablished]>('connectionEstablished');
export const importRequested = defineSignal<[ImportRequested]>('importRequested');
export const adjustmentsApproved = defineSignal<[AdjustmentsApproved]>('adjustmentsApproved');
export const retryRequested = defineSignal('retryRequested');
export const cancelRequested = defineSignal('cancelRequested');
/** To `loginExpiry`: the connection's row has changed, read it again. It carries nothing, since the row is the truth. */
export const loginRenewed = defineSignal('loginRenewed');
export const loginExpired = defineSignal<[LoginExpired]>('loginExpired');
/** To `loginExpiry`: a person disconnects, or Fortnox has said that the login is dead. */
export const loginEndRequested = defineSignal<[{ readonly reason: LoginEndReason }]>('loginEndRequested');

export type LoginStatus =
  | { readonly state: 'none' }
  | { readonly state: 'valid'; readonly connectionId: string; readonly expiresAtMs: number }
  | { readonly state: 'expired' | 'revoked'; readonly connectionId: string };

export type Action = 'connect' | 'import' | 'approve' | 'retry' | 'cancel';

export interface CloseStatus {
  readonly phase: Phase;
  readonly login: LoginStatus;
  readonly attention: Attention | null;
  /** English, one sentence: what the close does or waits for. */
  readonly doing: string;
  readonly snapshot: { readonly id: string; readonly hash: string } | null;
  readonly export: { readonly orderId: string; readonly total: number; readonly confirmed: number } | null;
  /** What may be done next. */
  readonly allowed: readonly Action[];
}

export const status = defineQuery<CloseStatus>('status');

export interface CloseResult {
  readonly outcome: 'completed' | 'cancelled';
  readonly binderId?: string;
}

/** Starts `loginExpiry`; the workflow's id is `loginExpiryWorkflowId(connectionId)`. */
export interface LoginExpiryInput {
  readonly firmId: string;
  readonly connectionId: string;
  readonly durations: Durations;
}

/** Starts `watchBooks`, by the schedule `watchScheduleId(engagementId)`. */
export interface WatchInput {
  readonly engagementId: string;
}

import type { Sealer } from '../../fortnox/seal.ts';
import type { ClientContext } from '../close/context.ts';
import type { Mailer } from './mail.ts';

/** What of a way in it takes to notify. */
export type Notifying = Pick<ClientContext, 'database' | 'notify' | 'publicUrl' | 'log'>;

/** What notifying needs beside what the ways in share. */
export interface NotifyContext {
  /** Seals the endpoints' secrets. */
  readonly sealer: Sealer;
  /** Undefined without SMTP_URL: no mail is sent. */
  readonly mailer: Mailer | undefined;
  /** Webhooks may go to this machine and its network, over http as well: for local runs and tests alone. */
  readonly privateAddresses: boolean;
  readonly limits: NotifyLimits;
}

export interface NotifyLimits {
  readonly sweepEveryMs: number;
  readonly attentionEveryMs: number;
  /** For a webhook's whole answer. */
  readonly requestTimeoutMs: number;
  /** A webhook claimed so long ago was left by a process that died: longer than the request takes. */
  readonly leaseMs: number;
  /** The pause after each failed attempt; when they are used up it is given up. */
  readonly retryAfterMs: readonly number[];
}

const minute = 60_000;
const hour = 60 * minute;

/** Eleven attempts in just under a day. */
export const productionNotifyLimits: NotifyLimits = {
  sweepEveryMs: 5_000,
  attentionEveryMs: 30_000,
  requestTimeoutMs: 10_000,
  leaseMs: minute,
  retryAfterMs: [
    minute / 2,
    2 * minute,
    10 * minute,
    30 * minute,
    hour,
    2 * hour,
    4 * hour,
    4 * hour,
    4 * hour,
    8 * hour,
  ],
};

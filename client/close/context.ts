import type { Client } from '@temporalio/client';
import type { RateSource } from '../../accounting/rate-source.ts';
import type { Actor } from '../../db/actor.ts';
import type { Database } from '../../db/database.ts';
import type { FortnoxOptions } from '../../fortnox/open.ts';
import type { FortnoxLogin } from '../../fortnox/login.ts';
import type { TokenCustody } from '../../fortnox/token-custody.ts';
import type { Durations } from '../../workflows/durations.ts';
import type { NotifyContext } from '../notify/context.ts';

/** What the ways in share, whichever of them a request came by. */
export interface ClientContext {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly database: Database;
  readonly login: FortnoxLogin;
  readonly custody: TokenCustody;
  /** For the one look at Fortnox that tells which company a new login is for. */
  readonly fortnox: Pick<FortnoxOptions, 'config' | 'limits'>;
  /** Root of our own addresses, as browsers reach them: the login's callback lies under it. */
  readonly publicUrl: URL;
  readonly durations: Durations;
  /** False on servers without custom search attributes. */
  readonly searchAttributes: boolean;
  /** For reminders and alerts by e-mail and webhook. */
  readonly notify: NotifyContext;
  /** Where balance-date rates are fetched; without one they are entered or come from a file. */
  readonly rateSource?: RateSource;
  readonly log: (line: { readonly event: string } & Readonly<Record<string, unknown>>) => void;
}

/** Who asks: a user or an API key of one firm. */
export interface Caller {
  readonly firmId: string;
  /** `user:<id>` or `key:<id>`; stands in the processing history. */
  readonly actor: Actor;
}

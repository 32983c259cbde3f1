import { Context } from '@temporalio/activity';
import type { Database } from '../db/database.ts';
import type { renderInThread } from '../documents/render.ts';
import type { OpenFortnox } from '../fortnox/open.ts';
import type { TokenCustody } from '../fortnox/token-custody.ts';
import type { ActivityLimits } from './limits.ts';

/** What pino and its like offer; only ids, numbers and codes are logged. */
export interface Log {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}

/** Everything that the activities need from outside, so that tests inject what they like. */
export interface ActivityContext {
  readonly database: Database;
  readonly openFortnox: OpenFortnox;
  readonly custody: Pick<TokenCustody, 'revoke'>;
  readonly render: typeof renderInThread;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limits: ActivityLimits;
  /** Told of each named point that is reached; a worker under test dies there. */
  readonly crashPoint?: (point: string) => void;
}

/** The running activity's own wish to be stopped: it reaches every request that the activity has out. */
export const stopSignal = (): AbortSignal => Context.current().cancellationSignal;

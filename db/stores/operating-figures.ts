import type { Database } from '../database.ts';

/** What operators watch over all firms: counts and ages, by a label; no row and no id of anybody. */
export interface OperatingFigure {
  readonly figure:
    | 'logins' // live ones, by whole days left, 30 for more
    | 'revocations' // ended here, not yet revoked at Fortnox
    | 'vouchers' // under way or stuck, by status
    | 'signals' // owed to workflows
    | 'oldestSignal' // its age in seconds
    | 'deliveries' // notifications on their way, by channel
    | 'oldestDelivery'; // its age in seconds
  readonly label: string;
  readonly value: number;
}

/** @param loginTermMs how long a login is good for after its renewal */
export async function operatingFigures(database: Database, loginTermMs: number): Promise<OperatingFigure[]> {
  return database.sql<OperatingFigure[]>`
    select figure, label, value from operating_figures(${loginTermMs}::bigint)`;
}

import type { CloseLine } from '../close/overview.ts';
import { table } from './output.ts';

export interface CloseFilter {
  readonly phase?: string;
  /** True: any problem; a text: of that code. */
  readonly attention?: string | true;
  readonly loginExpiresWithin?: number;
  readonly company?: string;
}

/** What a list of closes shows of each. */
export interface ListedClose {
  readonly id: string;
  readonly company: string;
  readonly balanceDate: string;
  readonly responsible: string | null;
  readonly phase: string | null;
  /** The code of what a person must mend. */
  readonly attention: string | null;
  readonly loginExpiresAt: string | null;
}

export const chosen = (
  lines: readonly CloseLine[],
  { phase, attention, loginExpiresWithin, company }: CloseFilter,
  nowMs = Date.now(),
): ListedClose[] =>
  lines
    .filter(
      (line) =>
        (phase === undefined || line.phase === phase) &&
        (attention === undefined ||
          (attention === true ? line.attention !== null : line.attention === attention)) &&
        (loginExpiresWithin === undefined || expiresBefore(line, nowMs + loginExpiresWithin)) &&
        (company === undefined || named(line, company.toLowerCase())),
    )
    .map(
      ({ engagement, company: { name }, responsible, phase: stands, attention: needs, loginExpiresAt }) => ({
        id: engagement.id,
        company: name,
        balanceDate: engagement.yearTo,
        responsible,
        phase: stands,
        attention: needs,
        loginExpiresAt: loginExpiresAt?.toISOString() ?? null,
      }),
    );

const expiresBefore = ({ loginExpiresAt }: CloseLine, atMs: number): boolean =>
  loginExpiresAt !== null && loginExpiresAt.getTime() <= atMs;

const named = ({ company: { name, organisationNumber } }: CloseLine, text: string): boolean =>
  name.toLowerCase().includes(text) || organisationNumber.includes(text);

export const listTable = (listed: readonly ListedClose[]): string =>
  table(
    ['id', 'company', 'balance date', 'phase', 'responsible', 'login until', 'needs'],
    listed.map((one) => [
      one.id,
      one.company,
      one.balanceDate,
      one.phase ?? '',
      one.responsible ?? '',
      one.loginExpiresAt?.slice(0, 10) ?? '',
      one.attention ?? '',
    ]),
  );

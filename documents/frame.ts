import type { FinancialYear } from '../accounting/books.ts';
import type { Letterhead, Source } from './content.ts';

/** What stands on every document of a close. */
export interface Frame {
  readonly letterhead: Letterhead;
  readonly source: Source;
}

/** The frame from the rows that a close consists of. */
export function frameOf(of: {
  readonly firm: { readonly name: string };
  readonly company: { readonly name: string; readonly organisationNumber: string };
  readonly year: FinancialYear;
  readonly snapshot: {
    readonly source: 'fortnox' | 'sie';
    readonly rawFiles: readonly { readonly name: string }[];
    readonly fetchedAt: Date;
    readonly hash: string;
  };
}): Frame {
  const { firm, company, year, snapshot } = of;
  return {
    letterhead: {
      firmName: firm.name,
      companyName: company.name,
      organisationNumber: company.organisationNumber,
      year,
    },
    source: {
      system: snapshot.source === 'fortnox' ? 'Fortnox' : (snapshot.rawFiles[0]?.name ?? 'SIE-fil'),
      fetchedAt: snapshot.fetchedAt.toISOString(),
      snapshotHash: snapshot.hash,
    },
  };
}

import type { FoundRecord } from '../accounting/controls/finding.ts';
import { formatKronor } from '../accounting/money.ts';
import type { FindingsDocument } from './content.ts';
import type { Frame } from './frame.ts';

/** A finding as the import keeps it: what was read and what it concerns. */
export type KeptFinding = FindingsDocument['findings'][number] & {
  /** The one record at Fortnox that it stands in. */
  readonly record?: string;
  /** The file that the line is of: an import reads one for each financial year. */
  readonly file?: string;
};

/** What the import found, as a document. */
export const findingsDocument = (frame: Frame, findings: readonly KeptFinding[]): FindingsDocument => ({
  ...frame,
  findings: findings.map(({ code, severity, message, line, file, record, records = [] }) => {
    const named = [file, record].filter((name) => name !== undefined).map((name) => ({ name }));
    const behind = [...named, ...records];
    return {
      code,
      severity,
      message,
      ...(line !== undefined && { line }),
      ...(behind.length > 0 && { records: behind }),
    };
  }),
});

/** What a record has of its own: how far it is off, else what it holds; undefined when it is only named. */
export function ownAmount({ differenceOre, balanceOre }: FoundRecord): string | undefined {
  const amount = differenceOre ?? balanceOre;
  return amount === undefined ? undefined : formatKronor(amount);
}

const mostNamed = 12;

/** The first records, each with its amount, and how many more; the workbook's own sheet has them all. */
export function namedRecords(records: readonly FoundRecord[]): string {
  const first = records.slice(0, mostNamed).map((record) => {
    const amount = ownAmount(record);
    return amount === undefined ? record.name : `${record.name} (${amount})`;
  });
  const more = records.length - first.length;
  return more > 0 ? `${first.join(', ')} och ${more} till` : first.join(', ');
}

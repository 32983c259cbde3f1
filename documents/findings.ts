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
    const behind = [...[file, record].filter((one) => one !== undefined), ...records];
    return {
      code,
      severity,
      message,
      ...(line !== undefined && { line }),
      ...(behind.length > 0 && { records: behind }),
    };
  }),
});

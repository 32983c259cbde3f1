import type { ControlFinding, FoundRecord } from '../../accounting/controls/finding.ts';
import type { Finding as SieFinding } from '../../accounting/sie/types.ts';
import type { WireFinding } from '../../fortnox/wire/finding.ts';

/** Something in what was read that a person should know, wherever it was found; kept with the snapshot. */
export interface ImportFinding {
  readonly source: 'sie' | 'fortnox' | 'control';
  /** Stable, dotted, lower case. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** A Swedish sentence. */
  readonly message: string;
  /** The SIE file that it stands in, and its line there; 0: the file as a whole. */
  readonly file?: string;
  readonly line?: number;
  /** The record at Fortnox, `invoices 1007`, and the field of it. */
  readonly record?: string;
  readonly field?: string;
  /** A control's figures, and the vouchers, accounts or series behind it. */
  readonly figures?: Readonly<Record<string, number>>;
  readonly records?: readonly FoundRecord[];
}

export const fromSie = (file: string, { code, severity, line, message }: SieFinding): ImportFinding => ({
  source: 'sie',
  code,
  severity,
  message,
  file,
  line,
});

export const fromFortnox = ({
  code,
  severity,
  resource,
  key,
  field,
  message,
}: WireFinding): ImportFinding => ({
  source: 'fortnox',
  code,
  severity,
  message,
  record: `${resource} ${key}`,
  field,
});

export const fromControl = (finding: ControlFinding): ImportFinding => ({ source: 'control', ...finding });

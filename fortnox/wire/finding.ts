import type { z } from 'zod';

/** Something in an answer that a person should know: a record that was left out, or a field that was read by a rule. */
export interface WireFinding {
  /** Stable: `fortnox.field-missing`, `fortnox.field-invalid`, `fortnox.field-no-right`, … */
  readonly code: string;
  /** `error`: the record is not part of what was read; `warning`: it is, without this field. */
  readonly severity: 'error' | 'warning';
  /** The list or object at Fortnox: `invoices`. */
  readonly resource: string;
  /** The record's key there, as far as it can be read; '?' when it has none. */
  readonly key: string;
  readonly field: string;
  /** A Swedish sentence. */
  readonly message: string;
}

/** Records that were understood, and what was found in those that were not. */
export interface Read<T> {
  readonly records: readonly T[];
  readonly findings: readonly WireFinding[];
}

/** Tells of a field of the record being read that was understood only by a rule. */
export type Note = (code: string, field: string, message: string) => void;

/** One kind of record: what the lenient wire may look like, and the strict thing that it becomes. */
export interface RecordKind<W, T> {
  readonly resource: string;
  /** The field by which Fortnox knows the record, for findings and for noticing doubles. */
  readonly keyOf: (raw: Readonly<Record<string, unknown>>) => string;
  readonly schema: z.ZodType<W>;
  readonly toDomain: (wire: W, note: Note) => T;
}

const reasons: Readonly<Record<string, { code: string; words: string }>> = {
  missing: { code: 'fortnox.field-missing', words: 'saknas' },
  noRight: { code: 'fortnox.field-no-right', words: 'är dolt, eftersom företaget saknar licens för det' },
};
const invalid = { code: 'fortnox.field-invalid', words: 'kan inte läsas' };

/** Reads every record; one that cannot be understood becomes findings, one for each field, and never stops the others. */
export function readRecords<W, T>(kind: RecordKind<W, T>, raws: readonly unknown[]): Read<T> {
  const records: T[] = [];
  const findings: WireFinding[] = [];
  for (const raw of raws) {
    const { resource } = kind;
    const key = rawKey(kind, raw);
    const parsed = kind.schema.safeParse(raw);
    if (parsed.success) {
      const note: Note = (code, field, message) =>
        findings.push({ code, severity: 'warning', resource, key, field, message });
      try {
        records.push(kind.toDomain(parsed.data, note));
      } catch (error) {
        // Sums of amounts that are each exact and together are not.
        if (!(error instanceof RangeError)) throw error;
        findings.push(unreadable({ resource, key, field: '', ...invalid }));
      }
      continue;
    }
    for (const issue of parsed.error.issues) {
      const field = issue.path.join('.');
      findings.push(unreadable({ resource, key, field, ...(reasons[issue.message] ?? invalid) }));
    }
  }
  return { records, findings };
}

interface Unreadable {
  readonly resource: string;
  readonly key: string;
  readonly field: string;
  readonly code: string;
  readonly words: string;
}

const unreadable = ({ resource, key, field, code, words }: Unreadable): WireFinding => ({
  code,
  severity: 'error',
  resource,
  key,
  field,
  message: `${resource} ${key}: fältet ${field || '(hela posten)'} ${words}. Posten är inte med.`,
});

/** The key of a raw record for findings and for noticing doubles; '?' when there is none to read. */
export function rawKey(kind: Pick<RecordKind<unknown, unknown>, 'keyOf'>, raw: unknown): string {
  if (typeof raw !== 'object' || raw === null) return '?';
  return kind.keyOf({ ...raw }) || '?';
}

/** A key made of the named fields: "A-12". */
export const keyFrom =
  (...fields: readonly string[]) =>
  (raw: Readonly<Record<string, unknown>>): string =>
    fields
      .map((name) => raw[name])
      .filter((value) => typeof value === 'string' || typeof value === 'number')
      .join('-');

import type { FirmTransaction } from '../database.ts';
import type { RecordKind } from '../schema/books.ts';

/** One version of a record: since which import of the engagement it stands; null content: gone from then on. */
export interface RecordVersion {
  readonly key: string;
  readonly sinceSeq: number;
  readonly content: unknown;
}

/** How many records of one name are looked up; more than two are unheard of. */
const mostOfOneName = 5;

/**
 * Every version of the records of one name, the newest first; of two records with one name (`A/12` and `A/12~2`) one
 * after the other. Empty when no import has held it.
 */
export async function recordVersionsOf(
  { sql }: FirmTransaction,
  engagementId: string,
  kind: RecordKind,
  key: string,
): Promise<RecordVersion[]> {
  const keys = [key, ...Array.from({ length: mostOfOneName - 1 }, (_, index) => `${key}~${index + 2}`)];
  return sql<RecordVersion[]>`
    select key, since_seq as "sinceSeq", content from record_versions
    where engagement_id = ${engagementId} and kind = ${kind} and key = any(${keys})
    order by key, since_seq desc`;
}

import { and, eq, lte } from 'drizzle-orm';
import { canonicalJson } from '../../accounting/canonical.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../database.ts';
import { sha256 } from '../hash.ts';
import { idempotencyKeys } from '../schema/firm.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export const idempotencyKeptMs = 24 * 3_600_000;

/**
 * Does the work once for a key: the same request again gets the first answer, also when both came at once (the second
 * waits for the first to commit). The work runs in the same transaction, so an answer is kept only if its effects are.
 * @param request what makes it the same request: method, path, body
 * @throws Problem `http.idempotency-key-reused` when the key came with another request
 */
export async function answerOnce(
  tx: FirmTransaction,
  key: string,
  request: unknown,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const requestHash = sha256(canonicalJson(request));
  await tx.db
    .delete(idempotencyKeys)
    .where(lte(idempotencyKeys.createdAt, new Date(Date.now() - idempotencyKeptMs)));
  const claimed = await tx.db
    .insert(idempotencyKeys)
    .values({ key, requestHash })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (claimed.length > 0) {
    const answer = await work();
    await tx.db
      .update(idempotencyKeys)
      .set({ status: answer.status, response: { body: answer.body } })
      .where(eq(idempotencyKeys.key, key));
    return answer;
  }
  const [earlier] = await tx.db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.key, key), eq(idempotencyKeys.requestHash, requestHash)));
  if (earlier && earlier.status !== null) return { status: earlier.status, body: earlier.response?.body };
  throw new Problem({
    code: 'http.idempotency-key-reused',
    what: 'Samma Idempotency-Key har redan använts för en annan begäran.',
    advice: 'Använd en ny nyckel för varje ny begäran.',
  });
}

import { answerOnce } from '../../db/stores/idempotency.ts';
import { sha256 } from '../../db/hash.ts';
import type { AppContext, Who } from './app-env.ts';

/** An answer is kept in a transaction around the work, which takes another: so many at once leave room for those. */
const mostAtOnce = 3;
let atWork = 0;
const waiting: (() => void)[] = [];

/**
 * Does a create once for the caller's `Idempotency-Key`: the same request again gets the first answer. Without the header
 * it is simply done.
 * @param work gets an id made of the key, the same when a lost request is made again; without a key none
 * @throws Problem `http.idempotency-key-reused`
 */
export async function createOnce<T>(
  c: AppContext,
  { caller }: Who,
  body: unknown,
  work: (id?: string) => Promise<T>,
): Promise<T> {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return work();
  const { database } = c.var.client;
  const { method, path } = c.req;
  const own = `http/${caller.actor}/${key}`;
  return inTurn(async () => {
    const answer = await database.forFirm(caller.firmId, (tx) =>
      answerOnce(tx, own, { method, path, body }, async () => ({
        status: 200,
        body: await work(uuidOf(`${caller.firmId}/${own}`)),
      })),
    );
    return answer.body as T;
  });
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (atWork >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else atWork += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else atWork -= 1;
  }
}

/** A UUID that is the same for the same text (RFC 9562, version 8: of one's own making). */
function uuidOf(text: string): string {
  const hex = sha256(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

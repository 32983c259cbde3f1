import type { ApiCall } from '../api-call.ts';
import { invalidParameter } from '../envelope.ts';
import { bytes } from '../http.ts';
import { requestedYear } from '../list.ts';
import { sieBytes } from '../sie-export.ts';

/** `sie/{1..4}`: a raw file, no JSON. */
export function sieFile(call: ApiCall) {
  const type = Number(call.path[0]);
  if (![1, 2, 3, 4].includes(type)) throw invalidParameter();
  const { query } = call.request;
  return bytes(
    'application/octet-stream',
    sieBytes(call.books, call.world.assumptions, {
      type,
      year: requestedYear(call),
      fromDate: query.get('fromdate'),
      toDate: query.get('todate'),
      nowMs: call.world.clock.nowMs(),
    }),
  );
}

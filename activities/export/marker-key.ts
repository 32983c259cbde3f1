import { createHash } from 'node:crypto';
import type { Adjustment } from '../../accounting/adjustment.ts';
import { canonicalJson } from '../../accounting/canonical.ts';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The key that marks one adjustment's voucher at Fortnox: 60 bits of a hash over engagement, adjustment and content, so
 * that the same intent always has the same mark, whoever writes it down.
 * @param withdrawn how many intents for the adjustment were given up before: a mark is never used for two
 */
export function markerKey(engagementId: string, adjustment: Adjustment, withdrawn: number): string {
  const { id, date, text, rows } = adjustment;
  const hash = createHash('sha256')
    .update(canonicalJson({ engagementId, id, date, text, rows, withdrawn }))
    .digest();
  let bits = hash.readBigUInt64BE() >> 4n;
  let key = '';
  for (let digit = 0; digit < 12; digit += 1) {
    key = crockford.charAt(Number(bits & 31n)) + key;
    bits >>= 5n;
  }
  return key;
}

import { canonicalJson } from '../../accounting/canonical.ts';
import type { Adjustment } from '../../accounting/adjustment.ts';
import { adjustmentsOf, formOf } from './adjustment-form.ts';
import type { EditorForm, VoucherForm } from './adjustment-form.ts';
import type { Ground } from './editor-ground.ts';
import { mergeVouchers } from './merge-vouchers.ts';
import type { Merge } from './merge-vouchers.ts';

/** The fields with another's save merged in, and what a person has to settle. */
export interface MergedForm {
  readonly form: EditorForm;
  readonly merge: Merge<VoucherForm>;
}

/**
 * Merges the latest saved revision into fields that began from an earlier one.
 * @param base the adjustments of the revision that the fields began from
 */
export function mergeForm(form: EditorForm, base: readonly Adjustment[], ground: Ground): MergedForm {
  const sent = new Set(ground.sent.map(({ id }) => id));
  const merge = mergeVouchers(
    base.filter(({ id }) => !sent.has(id)).map(formOf),
    form.vouchers.filter(({ id }) => !sent.has(id)),
    ground.saved.map(formOf),
    (a, b) => contentOf(a, ground) === contentOf(b, ground),
  );
  return {
    form: {
      revision: ground.revision,
      mergedFrom: form.mergedFrom ?? form.revision,
      vouchers: merge.vouchers,
    },
    merge,
  };
}

/** True when the fields say no more and no less than the latest revision. */
export const isSaved = (form: EditorForm, ground: Ground): boolean =>
  form.vouchers.length === ground.saved.length &&
  form.vouchers.every((voucher, at) => {
    const saved = ground.saved[at];
    return saved !== undefined && contentOf(voucher, ground) === contentOf(formOf(saved), ground);
  });

/** Equal for fields that say the same, however they are written: 1250,5 and 1 250,50. */
function contentOf(voucher: VoucherForm, { uploads }: Ground): string {
  const { adjustments, faults } = adjustmentsOf({ vouchers: [voucher] }, uploads);
  return faults.length > 0 ? JSON.stringify(voucher) : canonicalJson(adjustments);
}

/** The fields with one conflict answered by the other's voucher. */
export function takeTheirs(form: EditorForm, id: string, ground: Ground): EditorForm {
  const theirs = ground.saved.find((one) => one.id === id);
  const vouchers = form.vouchers.some((one) => one.id === id)
    ? form.vouchers.flatMap((one) => (one.id === id ? (theirs ? [formOf(theirs)] : []) : [one]))
    : [...form.vouchers, ...(theirs ? [formOf(theirs)] : [])];
  return { ...form, vouchers };
}

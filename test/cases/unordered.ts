import { canonicalJson } from '../../accounting/canonical.ts';
import type { ExchangeForm } from '../../accounting/exchange-form.ts';

/** Order means nothing in these lists, so both sides of a comparison are sorted the same way. */
export function unordered(form: ExchangeForm): ExchangeForm {
  return {
    ...form,
    openItems: sort(form.openItems.map((item) => ({ ...item, flags: item.flags.toSorted() }))),
    explanations: sort(
      form.explanations.map((each) => ({ ...each, references: each.references.toSorted() })),
    ),
    settlementUnknown: sort(form.settlementUnknown),
    revaluation: sort(form.revaluation),
    rateMissing: form.rateMissing.toSorted(),
    proposals: sort(form.proposals),
  };
}

const sort = <T>(list: readonly T[]): T[] =>
  list.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));

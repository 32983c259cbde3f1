import { accountsListed, defaultSet } from '../../../accounting/account-set.ts';
import type { AccountSets } from '../../../accounting/account-set.ts';

type Fields = Readonly<Record<string, string>>;

/** Which accounts each subledger ties to; empty: the usual ones. */
export const AccountSetFields = ({ fields }: { readonly fields: Fields }) => (
  <div class="row">
    <label class="grow">
      Kundfordringar
      <input
        name="kundkonton"
        maxlength={500}
        placeholder={defaultSet.receivables.join(', ')}
        value={fields['kundkonton']}
      />
    </label>
    <label class="grow">
      Leverantörsskulder
      <input
        name="leverantorskonton"
        maxlength={500}
        placeholder={defaultSet.payables.join(', ')}
        value={fields['leverantorskonton']}
      />
    </label>
  </div>
);

export const accountSetsIn = ({ kundkonton = '', leverantorskonton = '' }: Fields): AccountSets => ({
  receivables: accountsListed(kundkonton),
  payables: accountsListed(leverantorskonton),
});

export const accountSetFieldsOf = ({ receivables = [], payables = [] }: AccountSets): Fields => ({
  kundkonton: receivables.join(', '),
  leverantorskonton: payables.join(', '),
});

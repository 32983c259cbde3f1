import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { readAccountSets, setAccountSets } from '../../close/account-sets.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { AccountSetFields, accountSetFieldsOf, accountSetsIn } from '../parts/account-set-fields.tsx';
import { ProblemBox } from '../parts/bits.tsx';

/** Which accounts the subledgers are reconciled against. */
export async function showAccountSets(
  page: ClosePage,
  refused?: { readonly fields: Readonly<Record<string, string>>; readonly problem: ProblemDetails },
): Promise<Response> {
  const { c, who, close } = page;
  const { accountSets, version } = await readAccountSets(c.var.client, who.caller, close.id);
  return showClose(
    page,
    '/bilagor',
    <>
      <p class="crumb">
        <a href={closePath(close.id, '/bilagor')}>Avstämning och bilagor</a>
      </p>
      <h2>Konton som reskontrorna stäms av mot</h2>
      {refused && <ProblemBox problem={refused.problem} />}
      <p>
        De konton som Fortnox själv använder är alltid med. När kontona ändras importeras bokföringen på nytt,
        och bilagorna räknas om.
      </p>
      <form method="post" action={closePath(close.id, '/konton')} class="card stack">
        <input type="hidden" name="sedd" value={String(version)} />
        <AccountSetFields fields={refused?.fields ?? accountSetFieldsOf(accountSets)} />
        <p class="actions">
          <button class="primary">Spara kontona</button>
        </p>
      </form>
    </>,
    { title: 'Konton', status: refused ? statusOfCode(refused.problem.code) : 200 },
  );
}

export async function takeAccountSets(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const fields = textFields(await c.req.parseBody());
  try {
    await setAccountSets(c.var.client, who.caller, close.id, accountSetsIn(fields), Number(fields['sedd']));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showAccountSets(page, { fields, problem: error.details });
  }
  return c.redirect(closePath(close.id, '/bilagor'), 303);
}

import { daysBetween, parseIsoDate } from '../../../accounting/dates.ts';
import type { Ore } from '../../../accounting/money.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { listCompanies } from '../../../db/stores/companies.ts';
import type { Company } from '../../../db/stores/companies.ts';
import { startEngagement } from '../../close/engagements.ts';
import type { NewClose } from '../../close/engagements.ts';
import type { AppContext, Who } from '../../http/app-env.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { Frame, show, viewerOf } from '../frame.tsx';
import { readAmount } from '../amount.ts';
import { AccountSetFields, accountSetsIn } from '../parts/account-set-fields.tsx';
import { ProblemBox } from '../parts/bits.tsx';
import { textFields } from '../form-fields.ts';

type Fields = Readonly<Record<string, string>>;

/** The start guide: company, year and where the books come from. */
export async function showNewClose(
  c: AppContext,
  who: Who,
  fields: Fields = defaults(),
  problem?: ProblemDetails,
): Promise<Response> {
  const companies = await c.var.client.database.forFirm(who.caller.firmId, listCompanies);
  return show(
    c,
    <Frame title="Nytt bokslut" viewer={await viewerOf(c, who)}>
      <h1>Nytt bokslut</h1>
      {problem && <ProblemBox problem={problem} />}
      <form method="post" class="card stack narrow">
        <CompanyFields companies={companies} fields={fields} />
        <fieldset>
          <legend>Räkenskapsår</legend>
          <div class="row">
            <label>
              Från och med
              <input type="date" name="from" required value={fields['from']} />
            </label>
            <label>
              Till och med (balansdag)
              <input type="date" name="to" required value={fields['to']} />
            </label>
          </div>
        </fieldset>
        <fieldset>
          <legend>Datakälla</legend>
          <label class="choice">
            <input type="radio" name="source" value="fortnox" checked={fields['source'] !== 'sie'} />
            <span>
              <strong>Fortnox</strong>
              <small>Bokföringen hämtas, och bokslutsverifikationerna förs över, genom en inloggning.</small>
            </span>
          </label>
          <label class="choice">
            <input type="radio" name="source" value="sie" checked={fields['source'] === 'sie'} />
            <span>
              <strong>SIE-fil</strong>
              <small>För kunder utan API. Bokföringsordern lämnas som en SIE 4I-fil.</small>
            </span>
          </label>
        </fieldset>
        <label>
          Väsentlighetsgräns, kronor
          <input name="materiality" inputmode="decimal" required value={fields['materiality']} />
          <small>Mindre differenser än så räknas som brus.</small>
        </label>
        <details open={Object.values(accountSetsIn(fields)).flat().length > 0}>
          <summary>Andra konton än de vanliga stäms av mot reskontrorna</summary>
          <AccountSetFields fields={fields} />
        </details>
        <p class="actions">
          <button class="primary">Starta bokslutet</button>
          <a class="button quiet" href="/">
            Avbryt
          </a>
        </p>
      </form>
    </Frame>,
    problem ? statusOfCode(problem.code) : 200,
  );
}

const CompanyFields = ({
  companies,
  fields,
}: {
  readonly companies: readonly Company[];
  readonly fields: Fields;
}) => (
  <fieldset>
    <legend>Företag</legend>
    {companies.length > 0 && (
      <label>
        Byråns företag
        <select name="companyId">
          <option value="">Ett nytt företag …</option>
          {companies.map(({ id, name, organisationNumber }) => (
            <option value={id} selected={fields['companyId'] === id}>
              {name}, {organisationNumber}
            </option>
          ))}
        </select>
      </label>
    )}
    <div class="row">
      <label>
        {companies.length > 0 ? 'Nytt företags namn' : 'Namn'}
        <input name="name" maxlength={200} autocomplete="organization" value={fields['name']} />
      </label>
      <label>
        Organisationsnummer
        <input
          name="organisationNumber"
          inputmode="numeric"
          placeholder="NNNNNN-NNNN"
          value={fields['organisationNumber']}
        />
      </label>
    </div>
  </fieldset>
);

export async function startNewClose(c: AppContext, who: Who): Promise<Response> {
  const fields = textFields(await c.req.parseBody());
  try {
    const close = readClose(fields);
    const { id } = await startEngagement(c.var.client, who.caller, {
      ...close,
      ...(who.user && { responsibleUserId: who.user.id }),
    });
    // A file is chosen next; a login at Fortnox begins at the close's own page.
    return c.redirect(`/bokslut/${id}${close.settings?.source === 'sie' ? '/datakalla' : ''}`, 303);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showNewClose(c, who, fields, error.details);
  }
}

/** The year before, with what most closes have. */
function defaults(): Fields {
  const year = new Date().getFullYear() - 1;
  return { from: `${year}-01-01`, to: `${year}-12-31`, source: 'fortnox', materiality: '100' };
}

/** Eighteen months, the longest year that the law knows (BFL 3:3). */
const longestYearDays = 549;

/** @throws Problem `engagements.invalid` naming everything that is wrong */
function readClose(fields: Fields): NewClose {
  const wrong: string[] = [];
  const from = parseIsoDate(fields['from'] ?? '');
  const to = parseIsoDate(fields['to'] ?? '');
  if (!from || !to) wrong.push('Räkenskapsåret behöver två datum.');
  else if (from >= to || daysBetween(from, to) > longestYearDays) {
    wrong.push('Räkenskapsåret ska sluta efter att det börjar och vara högst arton månader.');
  }
  const company = readCompany(fields);
  if (!company) wrong.push('Företaget behöver ett namn och ett organisationsnummer med tio siffror.');
  const materialityOre = readMateriality(fields['materiality'] ?? '');
  if (materialityOre === undefined) wrong.push('Väsentlighetsgränsen är inget belopp.');
  if (!from || !to || !company || materialityOre === undefined || wrong.length > 0) {
    throw new Problem({
      code: 'engagements.invalid',
      what: wrong.join(' '),
      advice: 'Rätta det och försök igen.',
    });
  }
  const source = fields['source'] === 'sie' ? 'sie' : 'fortnox';
  const settings = { source, materialityOre, accountSets: accountSetsIn(fields) } as const;
  return { company, year: { from, to }, settings };
}

function readCompany(fields: Fields): NewClose['company'] | undefined {
  if (fields['companyId']) return { id: fields['companyId'] };
  const name = fields['name']?.trim() ?? '';
  const digits = (fields['organisationNumber'] ?? '').replaceAll(/\D/g, '').slice(-10);
  if (name === '' || digits.length !== 10) return undefined;
  return { name, organisationNumber: `${digits.slice(0, 6)}-${digits.slice(6)}` };
}

function readMateriality(text: string): Ore | undefined {
  const amount = readAmount(text);
  return amount !== undefined && amount >= 0 ? amount : undefined;
}

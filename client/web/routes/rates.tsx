import { parseIsoDate } from '../../../accounting/dates.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { ProblemDetails } from '../../../accounting/problem.ts';
import { swedishDecimal } from '../../../documents/swedish.ts';
import { enterRates, enterRatesFromFile, fetchRates, listRates } from '../../close/rates.ts';
import { statusOfCode } from '../../http/problem-status.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { textFields } from '../form-fields.ts';
import { Empty, Notice, PostButton, ProblemBox } from '../parts/bits.tsx';

type Fields = Readonly<Record<string, string>>;

/** Balansdagskurser: what open items in foreign currency are valued at (ÅRL 4:13). */
export async function showRates(
  page: ClosePage,
  fields: Fields = {},
  problem?: ProblemDetails,
): Promise<Response> {
  const { c, who, close } = page;
  const { yearTo } = close.engagement;
  const { rates, missing } = await listRates(c.var.client, who.caller, close.id);
  const currency = fields['valuta'] ?? c.req.query('valuta')?.slice(0, 3) ?? missing[0] ?? '';
  return showClose(
    page,
    '/bilagor',
    <>
      <p class="crumb">
        <a href={closePath(close.id, '/bilagor')}>Avstämning och bilagor</a>
      </p>
      <h2>Balansdagskurser</h2>
      {problem && <ProblemBox problem={problem} />}
      <p>
        Fordringar och skulder i utländsk valuta värderas till kursen på balansdagen {yearTo}. Kurserna är
        byråns, och används av alla bokslut med samma balansdag.
      </p>
      {missing.length > 0 && (
        <Notice tone="warn">
          <p>
            <strong>Kurs saknas för {missing.join(', ')}.</strong>
          </p>
        </Notice>
      )}
      {c.req.query('sparat') !== undefined && (
        <Notice tone="calm">
          <p role="status">
            <strong>Kursen är sparad.</strong> Bilagorna räknas om vid nästa import.
          </p>
          {close.status?.allowed.includes('import') && (
            <PostButton action={closePath(close.id, '/importera')}>Importera nu</PostButton>
          )}
        </Notice>
      )}
      {c.var.client.rateSource && (
        <PostButton action={closePath(close.id, '/kurser/hamta')}>Hämta balansdagens kurser</PostButton>
      )}
      <section class="card stack">
        <h3>Ange en kurs</h3>
        <form method="post" action={closePath(close.id, '/kurser')} class="row">
          <label>
            Valuta
            <input
              name="valuta"
              required
              maxlength={3}
              pattern="[A-Za-z]{3}"
              value={currency}
              placeholder="EUR"
            />
          </label>
          <label>
            Datum
            <input type="date" name="datum" required value={fields['datum'] ?? yearTo} max={yearTo} />
          </label>
          <label>
            Kronor för en enhet
            <input name="kurs" inputmode="decimal" required placeholder="11,2505" value={fields['kurs']} />
          </label>
          <label>
            Källa
            <input name="kalla" required maxlength={100} placeholder="Riksbanken" value={fields['kalla']} />
          </label>
          <button class="primary">Spara kursen</button>
        </form>
        <details>
          <summary>Läs in kurser ur en fil</summary>
          <form
            method="post"
            action={closePath(close.id, '/kurser')}
            enctype="multipart/form-data"
            class="row"
          >
            <label class="grow">
              Textfil med en kurs per rad: valuta;datum;kurs;källa
              <input type="file" name="fil" required accept=".csv,.txt" />
            </label>
            <button class="secondary">Läs in filen</button>
          </form>
        </details>
      </section>
      <h3>Byråns kurser till och med {yearTo}</h3>
      {rates.length === 0 ? (
        <Empty>Inga kurser än.</Empty>
      ) : (
        <div class="table-wrap" tabindex={0} role="region" aria-label="Byråns kurser">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Valuta</th>
                <th scope="col">Datum</th>
                <th scope="col" class="num">
                  Kronor
                </th>
                <th scope="col">Källa</th>
              </tr>
            </thead>
            <tbody>
              {rates.slice(0, mostShown).map(({ currency: of, date, rate, source }) => (
                <tr>
                  <td>{of}</td>
                  <td>{date}</td>
                  <td class="num">{swedishDecimal(rate)}</td>
                  <td>{source}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>,
    { title: 'Balansdagskurser', status: problem ? statusOfCode(problem.code) : 200 },
  );
}

const mostShown = 200;

/** A rate from the fields, or those of a file. */
export async function takeRates(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const body = await c.req.parseBody();
  const fields = textFields(body);
  const { fil } = body;
  try {
    if (fil instanceof File) {
      if (fil.size === 0) throw new Problem(noFile);
      await enterRatesFromFile(c.var.client, who.caller, new Uint8Array(await fil.arrayBuffer()));
    } else {
      await enterRates(c.var.client, who.caller, [rateOf(fields)]);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showRates(page, fields, error.details);
  }
  return c.redirect(`${closePath(close.id, '/kurser')}?sparat`, 303);
}

/** Rates from the source that the installation has. */
export async function fetchRatesNow(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  try {
    const fetched = await fetchRates(c.var.client, who.caller, close.id);
    if (fetched.length === 0) throw new Problem(noneFetched);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showRates(page, {}, error.details);
  }
  return c.redirect(`${closePath(close.id, '/kurser')}?sparat`, 303);
}

function rateOf({ valuta = '', datum = '', kurs = '', kalla = '' }: Fields) {
  const date = parseIsoDate(datum);
  if (!date || kalla.trim() === '') throw new Problem(incomplete);
  return {
    currency: valuta.trim().toUpperCase(),
    date,
    rate: kurs.trim().replace(',', '.'),
    source: kalla.trim().slice(0, 100),
  };
}

const incomplete = {
  code: 'rates.incomplete',
  what: 'Kursen behöver ett datum och en källa.',
  advice:
    'Ange dagen som kursen gäller för och var den kommer ifrån, till exempel 11,2505 enligt Riksbanken.',
};

const noneFetched = {
  code: 'rates.none-fetched',
  what: 'Källan har ingen kurs att ge för bokslutets öppna poster.',
  advice: 'Ange kurserna, om det finns öppna poster i utländsk valuta.',
};

const noFile = {
  code: 'upload.no-file',
  what: 'Ingen fil är vald.',
  advice: 'Välj en textfil med kurser och försök igen.',
};

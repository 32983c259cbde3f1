import type { Child } from 'hono/jsx';
import type { Invoice, Payment, Voucher } from '../../../accounting/books.ts';
import { formatKronor } from '../../../accounting/money.ts';
import { swedishDecimal } from '../../../documents/swedish.ts';
import { findDocument, findVoucher, noVoucherName } from '../../close/records.ts';
import type { RecordView } from '../../close/records.ts';
import { voucherLines, voucherSource } from '../../close/voucher-source.ts';
import type { VoucherSource } from '../../close/voucher-source.ts';
import { closePath, showClose } from '../close-frame.tsx';
import type { ClosePage } from '../close-frame.tsx';
import { Money, Notice, Pill } from '../parts/bits.tsx';
import { VoucherTable } from '../parts/voucher-table.tsx';
import { documentKinds, documentPath, readVoucherName, voucherPath } from '../record-path.ts';
import type { DocumentKind } from '../record-path.ts';

/** A voucher of the books as the imports had it: what findings, changes and trails lead to. */
export async function showVoucher(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const text = c.req.param('name') ?? '';
  const name = readVoucherName(text);
  if (!name) throw noVoucherName(text);
  const view = await findVoucher(c.var.client, who.caller, close.id, name);
  const source = await voucherSource(c.var.client, who.caller, close.id, name);
  // A large file takes a moment to read: its line is looked for when somebody asks.
  const found =
    source && c.req.query('rad') !== undefined
      ? await voucherLines(c.var.client, who.caller, close.id, name)
      : undefined;
  const title = `Verifikation ${name.series} ${name.number}`;
  return showRecord(
    page,
    title,
    view,
    (voucher) => (
      <>
        <VoucherTable adjustment={voucher} names={view.accountNames}>
          {voucher.edited && <Pill tone="warn">Har strukna rader</Pill>}
        </VoucherTable>
        <Reference id={close.id} voucher={voucher} />
      </>
    ),
    source && <Source id={close.id} source={source} lines={found?.lines} />,
  );
}

/** Which file it was read from, and where it stands there. */
const Source = ({
  id,
  source: { seq, file },
  lines,
}: {
  readonly id: string;
  readonly source: VoucherSource;
  readonly lines: readonly number[] | undefined;
}) => (
  <p>
    Läst ur <a href={closePath(id, `/kallfiler/${file.sha256}.se`)}>{file.name}</a> i import {seq}
    {lines === undefined ? (
      <>
        {' '}
        · <a href="?rad">Visa vilken rad</a>
      </>
    ) : (
      <>, rad {lines.join(' och ')}</>
    )}
  </p>
);

const references: Readonly<Record<string, DocumentKind>> = {
  INVOICE: 'kundfaktura',
  SUPPLIERINVOICE: 'leverantorsfaktura',
  INVOICEPAYMENT: 'kundinbetalning',
  SUPPLIERPAYMENT: 'leverantorsbetalning',
};

const Reference = ({ id, voucher: { reference } }: { readonly id: string; readonly voucher: Voucher }) => {
  const kind = reference && references[reference.type];
  return kind ? (
    <p>
      Hör till{' '}
      <a href={closePath(id, documentPath(kind, reference.number))}>
        {documentKinds[kind].name.toLowerCase()} {reference.number}
      </a>
      .
    </p>
  ) : null;
};

/** An invoice or a payment as the imports had it. */
export async function showDocument(page: ClosePage): Promise<Response> {
  const { c, who, close } = page;
  const kind = (c.req.param('kind') ?? '') as DocumentKind;
  const number = c.req.param('number') ?? '';
  const { name, ...of } = documentKinds[kind];
  const view = await findDocument(c.var.client, who.caller, close.id, { ...of, number });
  const other = of.ledger === 'receivables' ? 'kundfaktura' : 'leverantorsfaktura';
  return showRecord(page, `${name} ${number}`, view, (document) =>
    'invoiceNumber' in document ? (
      <PaymentFacts id={close.id} payment={document} invoiceKind={other} />
    ) : (
      <InvoiceFacts id={close.id} invoice={document} />
    ),
  );
}

/** The record as it stands, and how it stood in imports before. */
function showRecord<T>(
  page: ClosePage,
  title: string,
  { versions }: RecordView<T>,
  show: (content: T) => unknown,
  source?: Child,
): Promise<Response> {
  const { close } = page;
  const [newest] = versions;
  const last = versions.find(({ content }) => content !== null);
  const earlier = versions.filter((version) => version !== last && version !== newest);
  return showClose(
    page,
    '/import',
    <>
      <p class="crumb">
        <a href={closePath(close.id, '/import')}>Import</a>
      </p>
      <div class="section-head">
        <h2>{title}</h2>
        {newest && newest.sinceSeq > 1 && (
          <Pill tone="warn">
            {newest.content === null ? 'Borttagen' : 'Ny eller ändrad'} i import {newest.sinceSeq}
          </Pill>
        )}
      </div>
      {newest?.content === null && (
        <Notice tone="warn">
          <p>Posten fanns inte med i import {newest.sinceSeq}. Så här såg den ut senast:</p>
        </Notice>
      )}
      {last?.content != null && <section class="card">{show(last.content)}</section>}
      {source}
      {earlier.length > 0 && (
        <details>
          <summary>Som den såg ut förut ({earlier.length})</summary>
          {earlier.map(({ sinceSeq, content }) => (
            <section class="card">
              <h3>Från import {sinceSeq}</h3>
              {content === null ? <p>Fanns inte.</p> : show(content)}
            </section>
          ))}
        </details>
      )}
    </>,
    { title },
  );
}

const InvoiceFacts = ({ id, invoice }: { readonly id: string; readonly invoice: Invoice }) => {
  const { currency, total, balanceToday, taxReduction, voucher } = invoice;
  return (
    <dl class="facts wide">
      <dt>{invoice.ledger === 'receivables' ? 'Kund' : 'Leverantör'}</dt>
      <dd>
        {invoice.partyNumber} {invoice.partyName}
      </dd>
      {invoice.externalNumber && (
        <>
          <dt>Leverantörens fakturanummer</dt>
          <dd>{invoice.externalNumber}</dd>
        </>
      )}
      <dt>Fakturadatum</dt>
      <dd>{invoice.invoiceDate}</dd>
      <dt>Förfaller</dt>
      <dd>{invoice.dueDate}</dd>
      <dt>Belopp</dt>
      <dd>
        {formatKronor(total)} {currency}
        {currency !== 'SEK' && ` till kursen ${swedishDecimal(invoice.currencyRate)}`}
      </dd>
      {taxReduction !== 0 && (
        <>
          <dt>Skattereduktion</dt>
          <dd>{formatKronor(taxReduction)}</dd>
        </>
      )}
      <dt>Kvar att betala i dag</dt>
      <dd>
        {formatKronor(balanceToday)} {currency}
      </dd>
      <dt>Läge</dt>
      <dd>
        {[
          invoice.credit && 'kreditfaktura',
          invoice.booked ? 'bokförd' : 'ej bokförd',
          invoice.cancelled && 'makulerad',
          invoice.finalPayDate && `slutbetald ${invoice.finalPayDate}`,
        ]
          .filter(Boolean)
          .join(', ')}
      </dd>
      {voucher && <VoucherFact id={id} voucher={voucher} />}
    </dl>
  );
};

const PaymentFacts = ({
  id,
  payment,
  invoiceKind,
}: {
  readonly id: string;
  readonly payment: Payment;
  readonly invoiceKind: DocumentKind;
}) => {
  const { invoiceNumber, writeOffs, voucher } = payment;
  return (
    <dl class="facts wide">
      <dt>Betalar</dt>
      <dd>
        <a href={closePath(id, documentPath(invoiceKind, invoiceNumber))}>Faktura {invoiceNumber}</a>
      </dd>
      <dt>Datum</dt>
      <dd>{payment.date}</dd>
      <dt>Belopp</dt>
      <dd>
        <Money ore={payment.amountOre} /> SEK
      </dd>
      {writeOffs.length > 0 && (
        <>
          <dt>Avskrivet</dt>
          <dd>
            {writeOffs.map(({ account, amountOre }) => (
              <>
                <Money ore={amountOre} /> på konto {account}{' '}
              </>
            ))}
          </dd>
        </>
      )}
      <dt>Läge</dt>
      <dd>{payment.booked ? 'bokförd' : 'ej bokförd'}</dd>
      {voucher && <VoucherFact id={id} voucher={voucher} />}
    </dl>
  );
};

const VoucherFact = ({
  id,
  voucher,
}: {
  readonly id: string;
  readonly voucher: NonNullable<Invoice['voucher']>;
}) => (
  <>
    <dt>Verifikation</dt>
    <dd>
      <a href={closePath(id, voucherPath(voucher))}>
        {voucher.series} {voucher.number}
      </a>
    </dd>
  </>
);

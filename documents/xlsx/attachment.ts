import { workbookBytes } from './workbook.ts';
import { marksByInvoice } from '../../accounting/item-marks.ts';
import { ore, sumOre } from '../../accounting/money.ts';
import { aboutRows } from './about.ts';
import { proposalSheet } from './proposals.ts';
import { nameReferences, remark, stepNames, treatments } from '../explanations.ts';
import { attachmentTitle, swedishDecimal } from '../swedish.ts';
import { ageingBuckets, bucketNames } from '../../accounting/ageing.ts';
import { explanationTitles } from '../../accounting/explain/explanation.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { OpenItem } from '../../accounting/open-items.ts';
import type { AttachmentDocument } from '../content.ts';
import type { Worksheet, WorksheetColumn, WorksheetRow } from './workbook.ts';

const column = (title: string, width: number): WorksheetColumn => ({ title, kind: 'text', width });
const amount = (title: string): WorksheetColumn => ({ title, kind: 'amount', width: 18 });
const day = (title: string): WorksheetColumn => ({ title, kind: 'date', width: 13 });

/** The bilaga for 1510 or 2440 as XLSX: a sheet for the reconciliation, one for the open items, and one for each thing told of them. */
export async function attachmentXlsx(document: AttachmentDocument): Promise<Uint8Array> {
  const { attachment } = document;
  const proposed = proposalSheet(attachment);
  return workbookBytes(attachmentTitle(attachment), document.source.fetchedAt, [
    reconciliation(document),
    openItems(attachment),
    ...(attachment.openItems.length === 0 ? [] : [parties(attachment), trail(attachment)]),
    ...(attachment.openItems.some(({ laterPayments }) => laterPayments.length > 0)
      ? [paidLater(attachment)]
      : []),
    ...(attachment.settlementUnknown.length === 0 ? [] : [settlementUnknown(attachment)]),
    ...(attachment.revaluation.length === 0 ? [] : [revaluation(attachment)]),
    ...(proposed ? [proposed] : []),
  ]);
}

function reconciliation(document: AttachmentDocument): Worksheet {
  const { attachment: data } = document;
  const explained = ore(data.differenceOre - data.unexplainedOre);
  const rows: WorksheetRow[] = [
    ...aboutRows(document, document.signOff),
    ['Balansdag', data.balanceDate],
    ['Konton som stäms av', data.accounts.join(', ')],
    [],
    { title: 'Avstämning mot huvudbok' },
    ...Object.entries(data.ledgerByAccount).map(([account, balance]) => [
      `Konto ${account}, UB`,
      '',
      balance,
    ]),
    ['Enligt huvudbok', '', data.ledgerOre],
    ['Enligt specifikation', '', data.specificationOre],
    ['Differens', '', data.differenceOre],
    ['Förklarat', '', explained],
    ['Oförklarat', '', data.unexplainedOre],
    ...Object.entries(data.shownApart).map(([account, balance]) => [
      `Visas för sig: konto ${account}`,
      '',
      balance,
    ]),
  ];
  if (data.explanations.length > 0) {
    rows.push([], { title: 'Förklaringar till differensen' });
    for (const { code, amountOre, references, text } of data.explanations) {
      const about = nameReferences(references);
      rows.push([explanationTitles[code], about === '' ? text : `${about}: ${text}`, amountOre]);
    }
  }
  rows.push([], { title: 'Åldersanalys' });
  for (const bucket of ageingBuckets) {
    rows.push([bucketNames[bucket], '', data.ageing[bucket]]);
  }
  rows.push([bucketNames.credit, '', data.creditBalancesOre]);
  if (document.note !== undefined) rows.push([], { title: 'Kommentar' }, [document.note]);
  if (data.rateMissing.length > 0) rows.push([], ['Kurs saknas för', data.rateMissing.join(', ')]);
  return {
    name: 'Avstämning',
    columns: [column(attachmentTitle(data), 34), column('', 80), amount('Belopp (SEK)')],
    rows,
  };
}

function openItems(attachment: Attachment): Worksheet {
  const supplier = attachment.ledger === 'payables';
  const items = attachment.openItems;
  const marks = marksByInvoice(attachment);
  const row = (item: OpenItem): WorksheetRow => [
    item.partyNumber,
    item.partyName,
    item.invoiceNumber,
    ...(supplier ? [item.externalNumber] : []),
    item.invoiceDate,
    item.dueDate,
    item.currency ?? 'SEK',
    item.total,
    item.paid,
    item.openCurrency,
    item.openOre,
    item.daysOverdue,
    bucketNames[item.ageingBucket],
    item.laterPayments.length === 0
      ? undefined
      : sumOre(item.laterPayments.map(({ amountOre }) => amountOre)),
    remark(item, marks.get(item.invoiceNumber)),
  ];
  const columns: WorksheetColumn[] = [
    column('Part', 10),
    column('Namn', 32),
    column('Faktura', 14),
    ...(supplier ? [column('Leverantörens nr', 18)] : []),
    day('Fakturadatum'),
    day('Förfallodatum'),
    column('Valuta', 8),
    amount('Ursprungligt belopp'),
    amount('Betalt t.o.m. balansdagen'),
    amount('Öppet i valutan'),
    amount('Öppet (SEK)'),
    { title: 'Dagar', kind: 'whole', width: 8 },
    column('Ålder', 15),
    amount('Betalt efter balansdagen'),
    column('Anmärkning', 30),
  ];
  const open = columns.findIndex(({ title }) => title === 'Öppet (SEK)');
  const total = columns.map((_, index) =>
    index === 0 ? 'Totalt' : index === open ? attachment.specificationOre : undefined,
  );
  return {
    name: 'Öppna poster',
    columns,
    rows: [...items.map(row), { total, sum: [open] }],
    landscape: true,
  };
}

function parties(data: Attachment): Worksheet {
  const rows: WorksheetRow[] = data.parties.map(({ partyNumber, partyName, items, openOre }) => [
    partyNumber,
    partyName,
    items,
    openOre,
  ]);
  return {
    name: 'Per part',
    columns: [
      column('Part', 12),
      column('Namn', 44),
      { title: 'Antal', kind: 'whole', width: 8 },
      amount('Öppet (SEK)'),
    ],
    rows: [...rows, { total: ['Totalt', undefined, undefined, data.specificationOre], sum: [3] }],
  };
}

/** What made each open amount what it is, step by step, so that every öre can be followed back to Fortnox. */
function trail(data: Attachment): Worksheet {
  const rows = data.openItems.flatMap((item) =>
    item.trail.map(({ kind, number, date, voucher, amountOre }): WorksheetRow => [
      item.partyNumber,
      item.invoiceNumber,
      stepNames[kind],
      number,
      date ?? 'okänt',
      voucher === undefined ? '' : `${voucher.series}-${voucher.number}`,
      voucher?.year,
      amountOre,
    ]),
  );
  const blank = Array.from({ length: 6 }, () => undefined);
  return {
    name: 'Händelser',
    columns: [
      column('Part', 12),
      column('Faktura', 14),
      column('Händelse', 28),
      column('Nummer', 14),
      day('Datum'),
      column('Verifikation', 13),
      day('År från'),
      amount('Belopp (SEK)'),
    ],
    rows: [...rows, { total: ['Totalt', ...blank, data.specificationOre], sum: [7] }],
  };
}

function paidLater(data: Attachment): Worksheet {
  const payments = data.openItems.flatMap((item) => item.laterPayments.map((payment) => ({ item, payment })));
  const rows = payments.map(({ item, payment }) => [
    item.partyNumber,
    item.partyName,
    item.invoiceNumber,
    item.openOre,
    payment.date,
    payment.amountOre,
  ]);
  const paid = sumOre(payments.map(({ payment }) => payment.amountOre));
  return {
    name: 'Betalt efter balansdagen',
    columns: [
      column('Part', 12),
      column('Namn', 36),
      column('Faktura', 14),
      amount('Öppet på balansdagen'),
      day('Betalningsdatum'),
      amount('Betalt (SEK)'),
    ],
    rows: [...rows, { total: ['Totalt', undefined, undefined, undefined, undefined, paid], sum: [5] }],
  };
}

function settlementUnknown(data: Attachment): Worksheet {
  return {
    name: 'Betaldatum okänt',
    columns: [
      column('Part', 12),
      column('Namn', 36),
      column('Faktura', 14),
      amount('Belopp som saknas'),
      day('Slutbetaldatum'),
      column('Behandling', 76),
    ],
    rows: data.settlementUnknown.map((item) => [
      item.partyNumber,
      item.partyName,
      item.invoiceNumber,
      item.amountOre,
      item.finalPayDate ?? 'saknas',
      treatments[item.treatedAs],
    ]),
  };
}

function revaluation(data: Attachment): Worksheet {
  const rows = data.revaluation.map((item) => [
    item.partyNumber,
    item.invoiceNumber,
    item.currency,
    item.openCurrency,
    swedishDecimal(item.rate),
    item.rateDate,
    item.rateSource,
    item.bookedOre,
    item.revaluedOre,
    item.differenceOre,
  ]);
  const difference = sumOre(data.revaluation.map(({ differenceOre }) => differenceOre));
  const blank = Array.from({ length: 8 }, () => undefined);
  return {
    name: 'Omräkning',
    columns: [
      column('Part', 12),
      column('Faktura', 14),
      column('Valuta', 8),
      amount('Öppet i valutan'),
      column('Kurs', 12),
      day('Kursdatum'),
      column('Kurskälla', 24),
      amount('Bokfört (SEK)'),
      amount('Omräknat (SEK)'),
      amount('Kursdifferens (SEK)'),
    ],
    rows: [...rows, { total: ['Totalt', ...blank, difference], sum: [9] }],
    landscape: true,
  };
}

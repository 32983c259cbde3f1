import type { ItemMark, MarkKind } from '../accounting/item-marks.ts';
import type { OpenItem, OpenItemFlag, TrailStep } from '../accounting/open-items.ts';
import type { ProposalCode } from '../accounting/proposals/proposal.ts';
import type { SettlementTreatment } from '../accounting/settlement-unknown.ts';
import { formatKronor } from '../accounting/money.ts';

/** Swedish for what the attachment's data says in codes; the explanations' own sentences come with the data. */

const documents: Readonly<Record<string, string>> = {
  invoice: 'kundfaktura',
  payment: 'kundinbetalning',
  supplierInvoice: 'leverantörsfaktura',
  supplierPayment: 'leverantörsbetalning',
  account: 'konto',
};

/** A reference in words: "A-12" is "verifikation A-12", "A-12@2" the same of another year, "invoice 1007" is "kundfaktura 1007". */
export function nameReference(reference: string): string {
  const space = reference.indexOf(' ');
  const kind = space < 0 ? undefined : documents[reference.slice(0, space)];
  if (kind !== undefined) return `${kind} ${reference.slice(space + 1)}`;
  const at = reference.lastIndexOf('@');
  if (at < 0) return `verifikation ${reference}`;
  return `verifikation ${reference.slice(0, at)} (annat räkenskapsår)`;
}

export const nameReferences = (references: readonly string[]): string =>
  references.map(nameReference).join(', ');

const flagNames: Readonly<Record<OpenItemFlag, string>> = {
  credit: 'Kreditfaktura',
  advance: 'Förskott',
  overpaid: 'Överbetald',
  foreignCurrency: 'Utländsk valuta',
  settlementUnknown: 'Betaldatum okänt',
  unbookedPayment: 'Har obokförd betalning',
  writtenOffLater: 'Avskriven efter balansdagen',
  creditedLater: 'Krediterad efter balansdagen',
};

export const markNames: Readonly<Record<MarkKind, string>> = {
  doubtful: 'Osäker',
  disputed: 'Tvistig',
  lost: 'Konstaterad förlust',
};

/** The remark on an open item: what a person has said of it, its flags and the tax agency's share, in words. */
export function remark({ flags, taxReduction }: OpenItem, mark?: ItemMark): string {
  if (flags.length === 0 && taxReduction === undefined && mark === undefined) return '';
  const said = mark?.kind === undefined ? [] : [markNames[mark.kind]];
  const share = taxReduction === undefined ? [] : [`Skattereduktion ${formatKronor(taxReduction)}`];
  const remarks = [...said, ...flags.map((flag) => flagNames[flag]), ...share].join(', ');
  return [remarks, mark?.note ?? ''].filter((part) => part !== '').join('. ');
}

/** How an invoice whose settlement date is unknown was treated. */
export const treatments: Readonly<Record<SettlementTreatment, string>> = {
  settled: 'Räknas som betald: slutbetaldatum enligt Fortnox är senast balansdagen',
  open: 'Räknas som öppen: slutbetaldatum enligt Fortnox är efter balansdagen',
  ask: 'Räknas inte som öppen: datum saknas och måste utredas',
};

/** A step of an open item's trail. */
export const stepNames: Readonly<Record<TrailStep['kind'], string>> = {
  invoice: 'Faktura',
  creditNote: 'Kreditfaktura',
  taxReduction: 'Skattereduktion (ROT/RUT)',
  payment: 'Betalning',
  writeOff: 'Avskrivning',
  settlementUnknown: 'Reglerad, datum okänt',
};

export const proposalTitles: Readonly<Record<ProposalCode, string>> = {
  revaluation: 'Omräkning till balansdagens kurs',
  cashMethod: 'Uppbokning vid kontantmetoden',
  doubtfulReceivable: 'Nedskrivning av osäker fordran',
  doubtfulTransfer: 'Omföring av osäker fordran',
  disputedTransfer: 'Omföring av tvistig post',
  confirmedLoss: 'Konstaterad kundförlust',
  difference: 'Rättelse av differens',
  reversal: 'Återföring av förra årets bokslutspost',
};

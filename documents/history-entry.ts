import { attachmentKind } from '../accounting/attachment-kind.ts';
import { formatKronor, ore } from '../accounting/money.ts';
import type { HistoryDocument } from './content.ts';

const words: Readonly<Record<string, string>> = {
  'engagement.started': 'Bokslutet påbörjades',
  'engagement.reopened': 'Bokslutet öppnades på nytt',
  'settings.account-sets-set': 'Kontona som reskontrorna stäms av mot ändrades',
  'settings.materiality-set': 'Väsentlighetsgränsen ändrades',
  'login.stored': 'Inloggning till Fortnox',
  'login.confirmed': 'Företag och räkenskapsår bekräftades',
  'login.verified': 'Inloggningen till Fortnox kontrollerades: företag, räkenskapsår och behörigheter',
  'login.disconnected': 'Företaget kopplades från Fortnox',
  'login.ended': 'Inloggningen till Fortnox avslutades',
  'import.requested': 'En ny inläsning av bokföringen begärdes',
  'books.imported': 'Bokföringen lästes in',
  'watch.started': 'Bevakning av bokföringen varje natt slogs på',
  'watch.stopped': 'Bevakningen av bokföringen slogs av',
  'step.retried': 'Ett steg försöktes på nytt',
  'attachments.generated': 'Bilagorna togs fram',
  'attachments.carried-forward': 'Egna bilagor togs med från föregående års bokslut',
  'attachments.own-saved': 'En egen bilaga sparades',
  'attachments.own-withdrawn': 'En egen bilaga togs bort ur bokslutet',
  'attachments.file-uploaded': 'Ett underlag laddades upp',
  'attachments.note-saved': 'En anteckning sparades i en bilaga',
  'attachments.item-marked': 'En öppen post märktes i en bilaga',
  'attachments.offer-accepted': 'En bilagas nya siffror togs över',
  'attachments.offer-declined': 'En bilaga behölls mot nya siffror',
  'attachments.prepared': 'En bilaga signerades som upprättad',
  'attachments.reviewed': 'En bilaga signerades som granskad',
  'adjustments.saved': 'Bokslutsverifikationerna sparades',
  'approval.requested': 'Godkännande av bokslutsverifikationerna begärdes',
  'adjustments.approved': 'Bokslutsverifikationerna godkändes',
  'adjustments.file-uploaded': 'Ett underlag till en bokslutsverifikation laddades upp',
  'proposals.declined': 'Ett förslag avböjdes',
  'proposals.restored': 'Ett avböjt förslag togs fram igen',
  'export.opened': 'Överföringen till Fortnox påbörjades',
  'export.ledger-changed': 'Överföringen stannade: bokföringen hade ändrats sedan inläsningen',
  'export.ledger-change-accepted': 'Ändringarna i bokföringen godtogs',
  'voucher.named': 'En av flera verifikationer i Fortnox valdes som den sända',
  'voucher.exported': 'En bokslutsverifikation fördes över till Fortnox',
  'export.given-up': 'Överföringen avslutades i förtid',
  'export.closed': 'Överföringen till Fortnox avslutades',
  'attachments.linked': 'Bilagorna kopplades till verifikationerna i Fortnox',
  'attachments.not-linked': 'Bilagorna kunde inte kopplas till verifikationerna i Fortnox',
  'notification.sent-again': 'Ett meddelande skickades på nytt',
  'binder.stored': 'Årsakten sattes samman',
  'close.cancel-requested': 'Avbrott av bokslutet begärdes',
  'close.resumed': 'Bokslutet återupptogs efter en återställning av databasen eller arbetsflödet',
  'engagement.completed': 'Bokslutet avslutades',
  'engagement.cancelled': 'Bokslutet avbröts',
};

/** A line of the processing history in words: what was done, and which revision, snapshot or voucher it concerned. */
export function historyEntry(
  { at, event, details }: { readonly at: Date; readonly event: string; readonly details: unknown },
  who: string,
): HistoryDocument['entries'][number] {
  const concerns = concernsOf({ ...(details as object) });
  return {
    at: at.toISOString(),
    who,
    what: words[event] ?? event,
    ...(concerns !== undefined && { concerns }),
  };
}

const reasons: Readonly<Record<string, string>> = {
  expired: 'gick ut',
  revoked: 'återkallad i Fortnox',
  disconnected: 'frånkopplad',
  refused: 'godtogs inte',
};

const marks: Readonly<Record<string, string>> = {
  doubtful: 'osäker',
  disputed: 'tvistig',
  lost: 'konstaterad förlust',
};

/** What each detail is called; null says nothing to a reader, or not in this event. */
const told: Readonly<Record<string, (value: string | number) => string | null>> = {
  accountGroup: (group) => attachmentName(String(group)),
  invoice: (number) => `faktura ${number}`,
  mark: (kind) => marks[kind] ?? null,
  version: (version) => `version ${version}`,
  revision: (revision) => `revision ${revision}`,
  seq: (seq) => `import ${seq}`,
  source: (source) => (source === 'sie' ? 'från SIE-fil' : 'från Fortnox'),
  written: (count) => `${count} nya eller ändrade poster`,
  run: (run) => `omgång ${run}`,
  series: (series) => `serie ${series}`,
  voucher: (voucher) => `verifikation ${voucher}`,
  vouchers: (count) => `${count} verifikationer`,
  withdrawn: (count) => `${count} togs tillbaka`,
  exported: (count) => `${count} fördes över`,
  marker: (marker) => `märke ${marker}`,
  beforeOre: (amount) => `från ${kronor(amount)}`,
  materialityOre: (amount) => `till ${kronor(amount)}`,
  receivables: (accounts) => `kundfordringar: ${accounts === '' ? 'de vanliga' : accounts}`,
  payables: (accounts) => `leverantörsskulder: ${accounts === '' ? 'de vanliga' : accounts}`,
  reason: (reason) => `orsak: ${reasons[reason] ?? reason}`,
  code: (code) => `orsak: ${code}`,
};

function concernsOf(about: Readonly<Record<string, unknown>>): string | undefined {
  const parts = Object.entries(told).flatMap(([key, name]) => {
    const value = about[key];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    return name(value) ?? [];
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}

const kronor = (amount: string | number): string => `${formatKronor(ore(Number(amount)))} kr`;

function attachmentName(group: string): string {
  switch (attachmentKind(group)) {
    case 'main':
      return `huvudbilaga ${group}`;
    case 'own':
      return `egen bilaga ${group.slice(group.indexOf('-') + 1)}`;
    case 'ledger':
      return `bilaga ${group}`;
  }
}

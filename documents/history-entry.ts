import type { HistoryDocument } from './content.ts';

const words: Readonly<Record<string, string>> = {
  'engagement.started': 'Bokslutet påbörjades',
  'engagement.reopened': 'Bokslutet öppnades på nytt',
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
  'attachments.offer-accepted': 'En bilagas nya siffror togs över',
  'attachments.offer-declined': 'En bilaga behölls mot nya siffror',
  'attachments.prepared': 'En bilaga signerades som upprättad',
  'attachments.reviewed': 'En bilaga signerades som granskad',
  'adjustments.saved': 'Bokslutsverifikationerna sparades',
  'adjustments.approved': 'Bokslutsverifikationerna godkändes',
  'export.opened': 'Överföringen till Fortnox påbörjades',
  'voucher.exported': 'En bokslutsverifikation fördes över till Fortnox',
  'export.given-up': 'Överföringen avslutades i förtid',
  'export.closed': 'Överföringen till Fortnox avslutades',
  'attachments.linked': 'Bilagorna kopplades till verifikationerna i Fortnox',
  'attachments.not-linked': 'Bilagorna kunde inte kopplas till verifikationerna i Fortnox',
  'binder.stored': 'Årsakten sattes samman',
  'close.cancel-requested': 'Avbrott av bokslutet begärdes',
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

function concernsOf(about: Readonly<Record<string, unknown>>): string | undefined {
  const parts = [
    ['bilaga', about['accountGroup']],
    ['version', about['version']],
    ['revision', about['revision']],
    ['inläsning', about['seq']],
    ['serie', about['series']],
    ['verifikation', about['voucher']],
    ['märke', about['marker']],
    ['orsak', about['reason'] ?? about['code']],
  ].filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return parts.length === 0
    ? undefined
    : parts.map(([name, value]) => `${String(name)} ${String(value)}`).join(', ');
}

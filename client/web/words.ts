import type { ExportStatus } from '../../db/schema/export.ts';
import type { Phase } from '../../workflows/messages.ts';

/** Swedish for what the program says in codes: the words of the trade, in one place. */

export const phaseNames: Readonly<Record<Phase, string>> = {
  awaitingConnection: 'Väntar på anslutning',
  importing: 'Importerar',
  generatingAttachments: 'Tar fram bilagor',
  adjusting: 'Justeras',
  exporting: 'Exporterar',
  completing: 'Sätter samman årsakten',
  completed: 'Klart',
  cancelled: 'Avbrutet',
};

export type Tone = 'calm' | 'busy' | 'good' | 'warn' | 'bad';

export const phaseTones: Readonly<Record<Phase, Tone>> = {
  awaitingConnection: 'warn',
  importing: 'busy',
  generatingAttachments: 'busy',
  adjusting: 'calm',
  exporting: 'busy',
  completing: 'busy',
  completed: 'good',
  cancelled: 'calm',
};

/** A step of the flow at work; its parts as the step tells them. */
const stepNames: Readonly<Record<string, string>> = {
  verifyConnection: 'Kontrollerar inloggningen',
  importBooks: 'Hämtar bokföringen',
  generateAttachments: 'Tar fram bilagor',
  openExport: 'Kontrollerar före överföringen',
  sendVoucher: 'Skickar en verifikation',
  findVoucher: 'Söker efter verifikationen i Fortnox',
  giveUpExport: 'Avslutar överföringen',
  linkAttachments: 'Kopplar bilagorna till verifikationerna i Fortnox',
  closeExport: 'Avslutar överföringen',
  assembleBinder: 'Sätter samman årsakten',
  endEngagement: 'Avslutar bokslutet',
};

const partNames: Readonly<Record<string, string>> = {
  registers: 'konton, serier och räkenskapsår',
  vouchers: 'verifikationer',
  'SIE files': 'SIE-filer',
  'invoices and payments': 'fakturor och betalningar',
  'edited vouchers': 'ändrade verifikationer',
  documents: 'underlag',
  storing: 'sparar',
  attachments: 'bilagor',
  reading: 'läser',
  rendering: 'skapar dokument',
};

export const stepName = (step: string): string => stepNames[step] ?? step;
export const partName = (part: string): string => partNames[part] ?? part;

export const exportStatusNames: Readonly<Record<ExportStatus, string>> = {
  planned: 'Väntar',
  sending: 'Skickas',
  unknown: 'Svaret uteblev: eftersöks i Fortnox',
  ambiguous: 'Flera träffar i Fortnox: utred',
  posted: 'Bokförd, kontrolleras',
  differs: 'Skiljer sig i Fortnox: utred',
  confirmed: 'Bokförd och kontrollerad',
  refused: 'Nekad av Fortnox',
  withdrawn: 'Återtagen, inte skickad',
};

export const exportTones: Readonly<Record<ExportStatus, Tone>> = {
  planned: 'calm',
  sending: 'busy',
  unknown: 'warn',
  ambiguous: 'bad',
  posted: 'busy',
  differs: 'bad',
  confirmed: 'good',
  refused: 'bad',
  withdrawn: 'calm',
};

export const severityNames = { error: 'Fel', warning: 'Varning', info: 'Upplysning' } as const;
export const severityTones = { error: 'bad', warning: 'warn', info: 'calm' } as const;

export const endReasons: Readonly<Record<string, string>> = {
  expired: 'har gått ut',
  revoked: 'är återkallad i Fortnox',
  disconnected: 'är frånkopplad',
  refused: 'godtogs inte',
};

const eventNames: Readonly<Record<string, string>> = {
  'engagement.started': 'Bokslutet påbörjades',
  'engagement.reopened': 'Bokslutet öppnades på nytt',
  'engagement.completed': 'Bokslutet avslutades',
  'engagement.cancelled': 'Bokslutet avbröts',
  'login.stored': 'Inloggning till Fortnox',
  'login.confirmed': 'Företag och räkenskapsår bekräftades',
  'login.verified': 'Inloggningen till Fortnox kontrollerades',
  'login.disconnected': 'Företaget kopplades från Fortnox',
  'login.ended': 'Inloggningen till Fortnox avslutades',
  'import.requested': 'En ny import begärdes',
  'books.imported': 'Bokföringen lästes in',
  'attachments.generated': 'Bilagorna togs fram',
  'adjustments.saved': 'Bokslutsverifikationerna sparades',
  'adjustments.approved': 'Bokslutsverifikationerna godkändes',
  'step.retried': 'Ett steg begärdes på nytt',
  'close.cancel-requested': 'Bokslutet begärdes avbrutet',
  'export.opened': 'Överföringen till Fortnox påbörjades',
  'voucher.exported': 'En bokslutsverifikation fördes över till Fortnox',
  'export.given-up': 'Överföringen avslutades i förtid',
  'export.closed': 'Överföringen till Fortnox avslutades',
  'attachments.linked': 'Bilagorna kopplades till verifikationerna i Fortnox',
  'attachments.not-linked': 'Bilagorna kunde inte kopplas till verifikationerna i Fortnox',
  'binder.stored': 'Årsakten sattes samman',
};

export const eventName = (event: string): string => eventNames[event] ?? event;

const recordNames: Readonly<Record<string, string>> = {
  voucher: 'verifikationer',
  account: 'konton',
  series: 'verifikationsserier',
  invoice: 'fakturor',
  payment: 'betalningar',
  balance: 'balanser',
};

export const recordName = (kind: string): string => recordNames[kind] ?? kind;

import { formatKronor, ore } from '../../accounting/money.ts';
import { swedishWhole } from '../../documents/swedish.ts';
import type { MarkKind } from '../../accounting/item-marks.ts';
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
  'SIE files': 'räkenskapsårens verifikationer (SIE)',
  'account balances': 'stickprov på saldon',
  vouchers: 'verifikationslistan',
  'invoices and payments': 'fakturor och betalningar',
  documents: 'underlag till öppna poster',
  'edited vouchers': 'ändrade verifikationer',
  storing: 'sparar',
  attachments: 'bilagor',
  reading: 'läser',
  rendering: 'skapar dokument',
};

/** The parts of an import from Fortnox, in the order in which they come. */
export const importParts = [
  'registers',
  'SIE files',
  'account balances',
  'vouchers',
  'invoices and payments',
  'documents',
  'edited vouchers',
  'storing',
] as const;

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

/** What stands still, by how the problem's code begins; the longest that fits counts. The close itself tells the whole. */
const attentionNames: Readonly<Record<string, string>> = {
  'login.': 'Logga in hos Fortnox på nytt',
  'connection.': 'Behörighet saknas i Fortnox',
  'login.wrong-company': 'Fel företag i Fortnox',
  'connection.year-missing': 'Räkenskapsåret saknas i Fortnox',
  'import.': 'Importen stannade',
  'sie.': 'SIE-filen går inte att läsa',
  'approval.': 'Godkänn på nytt',
  'export.': 'Överföringen stannade',
  'export.ledger-changed': 'Bokföringen ändrad efter godkännandet',
  'export.series-': 'Välj en annan verifikationsserie',
  'export.ambiguous': 'Utred en verifikation i Fortnox',
  'export.differs': 'Utred en verifikation i Fortnox',
  'fortnox.': 'Nekat av Fortnox',
  'fortnox.period-locked': 'Perioden är låst i Fortnox',
  'fortnox.account-': 'Konto saknas eller är spärrat',
  'fortnox.series-': 'Välj en annan verifikationsserie',
  'fortnox.unavailable': 'Fortnox svarar inte',
  'fortnox.timeout': 'Fortnox svarar inte',
  'fortnox.connection': 'Fortnox svarar inte',
  'fortnox.rate-limited': 'Fortnox tar inte emot fler frågor just nu',
  'fortnox.license-missing': 'Licens saknas i Fortnox',
};

export const attentionName = (code: string): string =>
  attentionNames[
    Object.keys(attentionNames)
      .filter((start) => code.startsWith(start))
      .toSorted((a, b) => b.length - a.length)[0] ?? ''
  ] ?? 'Ett steg stannade';

const recordNames: Readonly<Record<string, string>> = {
  voucher: 'verifikationer',
  account: 'konton',
  series: 'verifikationsserier',
  invoice: 'fakturor',
  payment: 'betalningar',
  balance: 'balanser',
};

export const recordName = (kind: string): string => recordNames[kind] ?? kind;

/** A person's judgement of an open item. */
export const markNames: Readonly<Record<MarkKind, string>> = {
  doubtful: 'Osäker',
  disputed: 'Tvistig',
  lost: 'Konstaterad förlust',
};

const fileKinds: Readonly<Record<string, string>> = {
  attachment: 'Bilaga',
  order: 'Bokföringsorder',
  sie: 'Bokföringsorder, SIE 4I',
  'sie-source': 'Bokföring, SIE',
  upload: 'Uppladdat underlag',
  binder: 'Årsakt',
};

export const fileKindName = (kind: string): string => fileKinds[kind] ?? kind;

const figureNames: Readonly<Record<string, string>> = {
  count: 'antal',
  gaps: 'luckor',
  days: 'dagar',
  rows: 'rader',
  explanations: 'förklaringar',
};

/** A figure of a finding, "skillnad 12,50"; amounts have names that end in `Ore`. */
export function findingFigure(name: string, value: number): string {
  if (!name.endsWith('Ore')) return `${figureNames[name] ?? name} ${swedishWhole(value)}`;
  return `${amountNames[name] ?? name.slice(0, -3)} ${formatKronor(ore(value))} kr`;
}

const amountNames: Readonly<Record<string, string>> = {
  sumOre: 'summa',
  differenceOre: 'skillnad',
  differencesOre: 'skillnader sammanlagt',
  ledgerOre: 'bokföring',
  specificationOre: 'reskontra',
  unexplainedOre: 'oförklarat',
  explainedOre: 'förklarat',
};

import type { IsoDate } from '../../accounting/dates.ts';
import { movedSentences } from './moved-figures.ts';

type Details = Readonly<Record<string, unknown>>;

/** What a kind of notification says: Swedish to people, ids, codes and dates to programs. Never an amount or a name. */
interface Kind {
  /** The fields of its details that leave the house. */
  readonly fields: readonly string[];
  readonly subject: (details: Details) => string;
  readonly text: (details: Details) => string;
  /** Whom mail goes to; left out: who answers for the close, else the firm's administrators. */
  readonly to?: 'approvers';
}

const loginEnds: Readonly<Record<string, string>> = {
  expired: 'har gått ut',
  revoked: 'är återkallad i Fortnox',
  refused: 'gällde ett annat företag eller år och har avslutats',
  disconnected: 'har kopplats från',
};

const kinds: Readonly<Record<string, Kind>> = {
  'login.expires': {
    fields: ['daysLeft', 'expiresAt'],
    subject: ({ daysLeft }) =>
      `inloggningen till Fortnox går ut om ${daysLeft === 1 ? '1 dag' : `${String(daysLeft)} dagar`}`,
    text: ({ expiresAt }) =>
      `Inloggningen till Fortnox gäller till ${swedishDay(expiresAt)}. Den förnyas när bokföringen importeras eller bokföringsordern exporteras.`,
  },
  'login.ended': {
    fields: ['reason'],
    subject: () => 'inloggningen till Fortnox gäller inte längre',
    text: ({ reason }) =>
      `Inloggningen till Fortnox ${loginEnds[String(reason)] ?? 'har avslutats'}. Logga in igen när något ska importeras eller exporteras; det som är gjort finns kvar.`,
  },
  'close.attention': {
    fields: ['code', 'step', 'since'],
    subject: () => 'bokslutet behöver din hjälp',
    text: ({ code }) =>
      `Bokslutet kommer inte vidare utan dig (kod ${String(code)}). På sidan står vad som har hänt och vad du kan göra.`,
  },
  'approval.wanted': {
    fields: ['revision'],
    subject: () => 'bokslutet väntar på ditt godkännande',
    text: ({ revision }) =>
      `Revision ${String(revision)} av bokslutsverifikationerna är klar att granskas och godkännas.`,
    to: 'approvers',
  },
  'export.completed': {
    fields: ['orderId'],
    subject: () => 'bokföringsordern är överförd',
    text: () =>
      'Bokföringsordern är överförd och varje verifikation kontrollerad. Verifikationsnumren står på sidan.',
  },
  'close.completed': {
    fields: ['run'],
    subject: () => 'bokslutet är klart',
    text: () => 'Bokslutet är klart och pärmen är sammanställd.',
  },
  'close.cancelled': {
    fields: ['run'],
    subject: () => 'bokslutet är avbrutet',
    text: () => 'Bokslutet har avbrutits. Ingenting har överförts.',
  },
  'watch.figures-moved': {
    fields: ['snapshotId'],
    subject: () => 'underlag har ändrats efter signering eller godkännande',
    text: (details) =>
      [
        'Bokföringen har ändrats så att något som är signerat eller godkänt inte längre stämmer.',
        ...movedSentences(details),
        'Beloppen står på sidan.',
      ].join('\n'),
  },
};

const unknownKind: Kind = {
  fields: [],
  subject: () => 'något har hänt i bokslutet',
  text: () => 'Se sidan för vad som har hänt.',
};

/** True when mail about it goes to those who may approve. */
export const isForApprovers = (kind: string): boolean => kindOf(kind).to === 'approvers';

const kindOf = (kind: string): Kind => kinds[kind] ?? unknownKind;

/** A notification with what its receivers need to find the close. */
export interface Told {
  readonly id: string;
  readonly kind: string;
  readonly createdAt: Date;
  readonly details: Details;
  readonly engagementId: string | null;
  readonly connectionId: string | null;
  /** Of the close that it is about, or that its receiver is most likely to open. */
  readonly about?: { readonly engagementId: string; readonly balanceDate: IsoDate };
}

/** A mail's subject and text, with a link to the close. */
export function mailText(told: Told, publicUrl: URL): { readonly subject: string; readonly text: string } {
  const { subject, text } = kindOf(told.kind);
  const { about } = told;
  const page = isForApprovers(told.kind) ? '/godkann' : '';
  const link = new URL(about ? `bokslut/${about.engagementId}${page}` : '', publicUrl).href;
  return {
    subject: `Bokslut${about ? ` per ${about.balanceDate}` : ''}: ${subject(told.details)}`,
    text: [
      text(told.details),
      link,
      isForApprovers(told.kind)
        ? 'Du får meddelandet som en av dem på byrån som kan godkänna.'
        : 'Du får meddelandet som ansvarig för bokslutet eller administratör på byrån.',
    ].join('\n\n'),
  };
}

/** The body of a webhook: type, timestamp and data, as the Standard Webhooks scheme recommends. */
export function webhookBody({ kind, createdAt, details, engagementId, connectionId }: Told): string {
  const kept = kindOf(kind).fields.flatMap((name) => (name in details ? [[name, details[name]]] : []));
  return JSON.stringify({
    type: kind,
    timestamp: createdAt.toISOString(),
    data: {
      ...(engagementId !== null && { engagementId }),
      ...(connectionId !== null && { connectionId }),
      ...Object.fromEntries(kept),
    },
  });
}

const swedishDay = (moment: unknown): string =>
  new Date(String(moment)).toLocaleDateString('sv-SE', { timeZone: 'Europe/Stockholm' });

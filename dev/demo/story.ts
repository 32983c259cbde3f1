import type { Adjustment } from '../../accounting/adjustment.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';
import type { ExportVoucher } from '../../db/stores/exports.ts';
import type { Phase } from '../../workflows/messages.ts';
import type { House } from '../local-house.ts';
import * as accountant from './accountant.ts';
import type { Firm } from './accountant.ts';
import { chooseSeries, decide } from './adjust.ts';
import { leaves } from './follow.ts';
import { isPosted } from './fortnox-inside.ts';
import type { FortnoxBooks, FortnoxInside } from './fortnox-inside.ts';
import type { Narrator } from './narrator.ts';
import {
  aboutAttachment,
  aboutCounts,
  aboutDecision,
  aboutSeries,
  aboutVoucher,
  whyNothing,
} from './words.ts';

export interface Stage {
  readonly house: House;
  readonly fortnox: FortnoxInside;
  readonly narrator: Narrator;
  /** Rates that the accountant has looked up, beside those of a company file. */
  readonly rates: FortnoxBooks['rates'];
  /** Called when the attachments are there: whatever comes later, they are written. */
  readonly onAttachments: (attachments: readonly Attachment[], balanceDate: IsoDate) => void;
  /** Called at moments that are worth a picture. */
  readonly onScene: (scene: Scene, firm: Firm, engagementId: string) => Promise<void>;
}

export type Scene = 'connect' | 'adjusting' | 'worker-killed' | 'completed';

/** How a close went, for the checks and the figures. */
export interface Told {
  readonly firm: Firm;
  readonly engagementId: string;
  readonly connectionId: string;
  /** As approved for transfer. */
  readonly approved: readonly Adjustment[];
  readonly series: string;
  /** Vouchers that Fortnox had committed when the worker was killed; undefined when none was killed. */
  readonly committedAtKill: number | undefined;
  readonly exported: readonly ExportVoucher[];
}

/**
 * One close from login to binder, with the accountants' part played.
 * @throws Problem what a person would have to mend; the close has stopped there
 */
export async function tell(stage: Stage): Promise<Told> {
  const { house, narrator } = stage;
  const firm = await accountant.foundFirm(house.client);
  const { engagementId, connectionId } = await connect(stage, firm);
  const anna = firm.anna.of(engagementId);
  const leaving = async (...phases: Phase[]): Promise<void> => {
    await leaves(house.client, engagementId, phases, narrator.progress);
  };

  await leaving('awaitingConnection');
  narrator.say('The login is good for 30 days; a workflow of its own watches over it.');
  narrator.step('import', 'Import the books: SIE 4, accounts, invoices, payments, series, locked period');
  await leaving('importing');
  narrator.step('attachments', 'Generate attachments (bilagor) for receivables 1510 and payables 2440');
  await leaving('generatingAttachments');

  const { snapshot, series, accounts } = await anna.preflight();
  const { closing, lockedUntil } = snapshot.header;
  narrator.say(`Snapshot ${snapshot.hash.slice(0, 12)}…: ${aboutCounts(snapshot.counts)}`);
  const attachments = (await anna.attachments()).map(({ data }) => data);
  for (const attachment of attachments) for (const line of aboutAttachment(attachment)) narrator.say(line);
  stage.onAttachments(attachments, closing.to);
  await stage.onScene('adjusting', firm, engagementId);

  narrator.step('adjust', 'Adjust (bokslutsverifikationer)');
  const decisions = decide(attachments, { accounts, year: closing, lockedUntil });
  for (const decision of decisions) for (const line of aboutDecision(decision)) narrator.say(line);
  if (decisions.length === 0) narrator.say(whyNothing(lockedUntil, closing.to));
  const approved = decisions.map(({ adjustment }) => adjustment);
  await anna.saveAdjustments({ expectedRevision: 0, adjustments: approved });
  narrator.say('Anna saves revision 1: balanced, accounts active, dates within the open part of the year.');

  narrator.step('approve', 'Approve (godkänn) into a voucher series (verifikationsserie)');
  for (const line of aboutSeries(series)) narrator.say(line);
  const chosen = chooseSeries(series);
  if (!chosen) throw new Problem(noManualSeries);
  await accountant.approve(firm.bo.of(engagementId), chosen.code);
  narrator.say(
    `Bo, who did not prepare it (four eyes), approves revision 1 into ${chosen.code} ${chosen.description}.`,
  );

  narrator.step('export', 'Export to Fortnox, each voucher exactly once');
  const exporting = leaving('adjusting', 'exporting');
  const committedAtKill = await replaceKilled(stage, firm, engagementId, exporting);
  await exporting;
  const exported = (await anna.exports()).flatMap(({ vouchers }) => vouchers);
  for (const voucher of exported) narrator.say(aboutVoucher(voucher));

  narrator.step('complete', 'Complete: the binder (årsakt)');
  await leaving('completing');
  await stage.onScene('completed', firm, engagementId);
  return { firm, engagementId, connectionId, approved, series: chosen.code, committedAtKill, exported };
}

async function connect(stage: Stage, firm: Firm): Promise<{ engagementId: string; connectionId: string }> {
  const { house, narrator, fortnox } = stage;
  const { anna, apiKey } = firm;
  const books = await fortnox.books();
  narrator.step('connect', 'Connect (Importera från Fortnox)');
  const engagementId = await accountant.startClose(anna, books);
  const rates = [...books.rates, ...stage.rates];
  await accountant.enterRates(anna, rates);
  for (const { currency, rate, date, source } of rates) {
    narrator.say(`Anna enters an exchange rate (kurs): ${currency} ${rate} on ${date}, ${source}`);
  }
  await stage.onScene('connect', firm, engagementId);
  const door = { url: house.url, apiKey };
  const login = await accountant.logIn(door, engagementId, fortnox);
  narrator.say(
    `Anna logs in at Fortnox and consents. Fortnox says: ${login.companyName}, ${login.organisationNumber},`,
  );
  narrator.say(
    `financial year (räkenskapsår) ${login.yearFrom} to ${login.yearTo}. She confirms that it is the right one.`,
  );
  await accountant.confirmLogin(door, engagementId, login.connectionId);
  return { engagementId, connectionId: login.connectionId };
}

/**
 * The worker has a crash point: it dies right after Fortnox has committed the first voucher. Another one goes on.
 * Answers how many vouchers Fortnox held then; undefined when the export ended, one way or the other, without that.
 */
async function replaceKilled(
  { house, narrator, fortnox, onScene }: Stage,
  firm: Firm,
  engagementId: string,
  exporting: Promise<void>,
): Promise<number | undefined> {
  const over = exporting.then(
    () => undefined,
    () => undefined,
  );
  const how = await Promise.race([house.worker().ended, over]);
  if (how === undefined) return undefined;
  const committed = (await fortnox.requests()).filter(isPosted).length;
  narrator.say(
    `The worker dies (${how}) after Fortnox has committed a voucher, before anything of it is written down.`,
  );
  await onScene('worker-killed', firm, engagementId);
  narrator.progress('starting another worker');
  await house.startWorker();
  narrator.say(
    'Another worker goes on. Nobody knows what became of the voucher: it looks in Fortnox for its mark first.',
  );
  return committed;
}

const noManualSeries = {
  code: 'approval.series-missing',
  what: 'Räkenskapsåret har ingen manuell verifikationsserie.',
  advice: 'Lägg upp en manuell verifikationsserie i Fortnox och importera igen.',
};

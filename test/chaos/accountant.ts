import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Adjustment } from '../../accounting/adjustment.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { Problem } from '../../accounting/problem.ts';
import { saveAdjustments } from '../../client/close/adjustments.ts';
import { approvable, approveAdjustments } from '../../client/close/approval.ts';
import type { ApprovalToGive } from '../../client/close/approval.ts';
import type { Caller } from '../../client/close/context.ts';
import { startEngagement } from '../../client/close/engagements.ts';
import { beginLogin, confirmLogin, disconnect, finishLogin } from '../../client/close/fortnox-login.ts';
import { requestImport, retryStep } from '../../client/close/messages.ts';
import { closeStatus } from '../../client/close/status.ts';
import { findOrderOfApproval } from '../../db/stores/exports.ts';
import { createFirm } from '../../db/stores/firms.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import { canaryName, databaseNumber, organisationNumber } from './house.ts';
import type { House } from './house.ts';

/** A close that does not get on in this time stands still. */
const patienceMs = 400_000;
const lookEveryMs = 900;

/**
 * The accountant of one close: does what a person does, once for every thing that is wanted, and again when the answer was an error
 * of the house (a database that restarts), never when it was a Problem, which says no. Mends what is put before a person.
 */
export class Accountant {
  readonly house: House;
  readonly index: number;
  readonly tenant: number;
  readonly caller: Caller;
  engagementId = '';
  connectionId: string | undefined;
  /** What was approved, by text: each must stand in Fortnox once. */
  readonly approved = new Set<string>();
  readonly approvalIds: string[] = [];
  /** Approvals that the close called stale, so that they were given anew. */
  stale = 0;
  imports = 0;
  /** Codes that were put before a person. */
  readonly attentions: string[] = [];
  /** Instead of `retry` at the first attention. */
  insteadOfRetry: ((status: CloseStatus) => Promise<void>) | undefined;
  /** How an approval is given, and its id; a fault may take another way. */
  giveApproval = async (give: ApprovalToGive): Promise<string> =>
    (await this.again(() => approveAdjustments(this.house.client, this.caller, this.engagementId, give))).id;
  /** The books had changed: they were imported again, and what was approved before came to nothing. */
  #superseded = false;
  #deadlineMs = performance.now() + patienceMs;

  constructor(house: House, index: number) {
    this.house = house;
    this.index = index;
    this.tenant = databaseNumber(index);
    this.caller = { firmId: randomUUID(), actor: 'system' };
  }

  async begin(): Promise<void> {
    const { database } = this.house.client;
    await database.forFirm(this.caller.firmId, (tx) => createFirm(tx, { name: 'Byrån Kanariefågel AB' }));
    const { id } = await startEngagement(this.house.client, this.caller, {
      company: { name: canaryName(this.index), organisationNumber },
      year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
      settings: { source: 'fortnox', materialityOre: ore(100_00) },
    });
    this.engagementId = id;
    this.imports = 1;
    this.#deadlineMs = performance.now() + patienceMs;
  }

  async logIn(): Promise<void> {
    const { client, control } = this.house;
    await this.#untilDone(async () => {
      const url = await beginLogin(client, this.caller, this.engagementId);
      const { connectionId } = await finishLogin(client, await control.consent(url, this.tenant));
      this.connectionId = connectionId;
      await confirmLogin(client, this.caller, this.engagementId, connectionId);
    });
  }

  /** Comes back from Fortnox and confirms nothing: the login takes the place of the one before, and no close goes on with it. */
  async logInUnconfirmed(): Promise<void> {
    const { client, control } = this.house;
    await this.#untilDone(async () => {
      const url = await beginLogin(client, this.caller, this.engagementId);
      await finishLogin(client, await control.consent(url, this.tenant));
    });
  }

  async disconnect(): Promise<void> {
    const { connectionId } = this;
    if (connectionId !== undefined)
      await this.again(() => disconnect(this.house.client, this.caller, connectionId));
  }

  /** From the login to the point where adjustments can be made. */
  adjusting = (): Promise<CloseStatus> => this.follow(({ phase }) => phase === 'adjusting');

  async importAgain(): Promise<void> {
    const requestId = randomUUID();
    const before = this.imports;
    await this.again(() => requestImport(this.house.client, this.caller, this.engagementId, requestId));
    this.imports += 1;
    await this.follow(async ({ phase }) => phase === 'adjusting' && (await this.#snapshots()) > before);
  }

  /** Saves adjustments, approves them and follows the export to its end. */
  async approve(texts: readonly string[], final = true): Promise<void> {
    await this.save(texts);
    for (const text of texts) this.approved.add(text);
    for (;;) {
      this.#superseded = false;
      const id = await this.giveApproval(await this.approval(randomUUID(), final));
      this.approvalIds.push(id);
      const { phase, attention } = await this.follow(
        async (now) =>
          now.phase === 'completed' ||
          this.#superseded ||
          (now.phase === 'adjusting' && (now.attention !== null || (await this.#isExported(id)))),
      );
      if (phase === 'completed' || (attention === null && !this.#superseded)) return;
      if (attention) this.attentions.push(attention.code);
      this.stale += 1;
    }
  }

  /** What there is to be approved now. */
  async approval(id: string, final: boolean): Promise<ApprovalToGive> {
    const { revision, snapshot } = await this.again(() =>
      approvable(this.house.client, this.caller, this.engagementId),
    );
    if (!revision) throw new Error('nothing is saved');
    return {
      id,
      revision: revision.revision,
      revisionHash: revision.hash,
      snapshotId: snapshot.id,
      series: 'K',
      final,
    };
  }

  async save(texts: readonly string[]): Promise<void> {
    const adjustments = texts.map(adjustmentOf);
    await this.again(async () => {
      const { revision } = await approvable(this.house.client, this.caller, this.engagementId);
      const saved = revision?.data.map(({ id }) => id).join();
      // An answer that was lost is no reason to save a second time.
      if (saved === adjustments.map(({ id }) => id).join()) return;
      await saveAdjustments(this.house.client, this.caller, this.engagementId, {
        expectedRevision: revision?.revision ?? 0,
        adjustments,
      });
    });
  }

  /** Looks at the close until it stands as wanted, and does what it asks a person for. */
  async follow(wanted: (status: CloseStatus) => boolean | Promise<boolean>): Promise<CloseStatus> {
    for (;;) {
      const status = await this.again(() => closeStatus(this.house.client, this.caller, this.engagementId));
      if (await this.again(async () => wanted(status))) return status;
      await this.#mend(status);
      this.#refuseToWaitForEver(`${status.phase} ${status.attention?.code ?? ''} ${status.doing}`);
      await sleep(lookEveryMs);
    }
  }

  async #mend(status: CloseStatus): Promise<void> {
    const { login, attention, allowed, phase } = status;
    const isOver = login.state === 'expired' || login.state === 'revoked';
    // Until the close has heard of the newest login, it tells of the one before.
    if (isOver && login.connectionId === this.connectionId && phase !== 'adjusting') {
      this.attentions.push(`login ${login.state}`);
      return this.logIn();
    }
    if (!attention || !allowed.includes('retry')) return undefined;
    this.attentions.push(attention.code);
    const instead = this.insteadOfRetry;
    this.insteadOfRetry = undefined;
    if (instead) return instead(status);
    if (attention.what.includes('[export.ledger-changed]')) {
      await this.importAgain();
      this.#superseded = true;
      return undefined;
    }
    try {
      await this.again(() => retryStep(this.house.client, this.caller, this.engagementId));
    } catch (error) {
      // Meanwhile it went on by itself.
      if (!(error instanceof Problem) || error.code !== 'close.retry-not-now') throw error;
    }
    return undefined;
  }

  async #isExported(approvalId: string): Promise<boolean> {
    const order = await this.house.client.database.forFirm(this.caller.firmId, (tx) =>
      findOrderOfApproval(tx, approvalId),
    );
    return order?.finishedAt != null;
  }

  async #snapshots(): Promise<number> {
    const [row] = await this.house.admin<{ count: number }[]>`
      select count(*)::int as count from snapshots where engagement_id = ${this.engagementId}`;
    return row?.count ?? 0;
  }

  /** Repeats what failed by an error of the house. */
  async again<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (error instanceof Problem && !isPassing(error)) throw error;
        this.#refuseToWaitForEver(String(error));
        await sleep(lookEveryMs);
      }
    }
  }

  /** As `again`, for what a person begins anew after any refusal. */
  async #untilDone(act: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        this.#refuseToWaitForEver(String(error));
        await sleep(lookEveryMs);
      }
    }
  }

  #refuseToWaitForEver(last: string): void {
    if (performance.now() > this.#deadlineMs) throw new Error(`the close stands still: ${last}`);
  }
}

/** Fortnox or the house is away for a moment; the close has ended is no such thing. */
const isPassing = ({ code }: Problem): boolean => code.startsWith('fortnox.') || code === 'close.no-answer';

export const adjustmentOf = (text: string): Adjustment => ({
  id: text,
  date: isoDate('2025-12-31'),
  text,
  rows: [
    { account: '1930', amountOre: ore(-125_50), text: '' },
    { account: '3740', amountOre: ore(125_50), text: 'Öresutjämning' },
  ],
  transfer: true,
});

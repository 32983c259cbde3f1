import type { MainAttachment } from '../../accounting/account-groups.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import type { AccountNumber } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { WorkedOn } from '../../accounting/figures.ts';
import { isNoise } from '../../accounting/materiality.ts';
import type { Ore } from '../../accounting/money.ts';
import { ownDifference, ownTotal } from '../../accounting/own-attachment.ts';
import type { OwnAttachment } from '../../accounting/own-attachment.ts';
import { Problem } from '../../accounting/problem.ts';
import { closingInBooks, countSupport } from '../../accounting/support.ts';
import type { AccountSupport, Support, SupportCount } from '../../accounting/support.ts';
import { currentAttachments } from '../../db/stores/attachments.ts';
import { getEngagement, lockEngagement, updateSettings } from '../../db/stores/engagements.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { signOffStates } from '../../db/stores/sign-off-states.ts';
import type { SignOffState } from '../../db/stores/sign-off-states.ts';
import { attachmentTitle } from '../../documents/swedish.ts';
import type { Caller, ClientContext } from './context.ts';
import { readSignOffs } from './sign-offs.ts';
import type { SignOffView } from './sign-offs.ts';

/** The main attachment (huvudbilaga) of a group, with what supports each of its accounts. */
export interface MainAttachmentView {
  readonly accountGroup: string;
  readonly version: number;
  readonly data: MainAttachment & WorkedOn;
  readonly signOff: SignOffView;
  readonly accounts: readonly AccountSupport[];
}

/** A difference that some attachment leaves, and whether it is below the engagement's materiality. */
export interface RemainingDifference {
  readonly accountGroup: string;
  readonly differenceOre: Ore;
  readonly unexplainedOre: Ore;
  readonly noise: boolean;
}

/** An attachment that specifies accounts, as a list shows it. */
export interface SupportLine {
  readonly accountGroup: string;
  readonly title: string;
  readonly accounts: readonly AccountNumber[];
  /** What it specifies the accounts with, by the attachment's own sign, and what remains to the ledger. */
  readonly specificationOre: Ore;
  readonly differenceOre: Ore;
  readonly unexplainedOre: Ore;
  /** Open items or rows, and files. */
  readonly rows: number;
  readonly files: number;
  /** The balance date that an own attachment was carried forward from; a draft until a person has saved it. */
  readonly carriedFrom?: IsoDate;
  readonly signOff: SignOffView;
}

/** The balance sheet's support at one look. */
export interface SupportOverview {
  readonly materialityOre: Ore;
  /** N of M balance-sheet accounts are supported and signed. */
  readonly count: SupportCount;
  readonly mains: readonly MainAttachmentView[];
  /** The ledgers' attachments and people's own. */
  readonly supports: readonly SupportLine[];
  readonly differences: readonly RemainingDifference[];
}

/** Empty before the first import. */
export async function supportOverview(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<SupportOverview> {
  return database.forFirm(firmId, async (tx) => {
    const { materialityOre } = (await getEngagement(tx, engagementId)).settings;
    const states = await signOffStates(tx, engagementId);
    const signOffs = new Map((await readSignOffs(tx, states)).map((view) => [view.accountGroup, view]));
    const mains = states.filter(({ accountGroup }) => attachmentKind(accountGroup) === 'main');
    const supports = states.flatMap((state) =>
      supportOf(state, signOffs.get(state.accountGroup)?.signed ?? false),
    );
    const balances = mains.flatMap(({ current, offer }) =>
      closingInBooks((offer ?? current).data as MainAttachmentView['data']),
    );
    const count = countSupport(balances, supports, materialityOre);
    const byAccount = new Map(count.accounts.map((account) => [account.account, account]));
    return {
      materialityOre,
      count,
      mains: mains.map(({ accountGroup, current }) => {
        const data = current.data as MainAttachmentView['data'];
        return {
          accountGroup,
          version: current.version,
          data,
          signOff: signOffs.get(accountGroup)!,
          accounts: data.accounts
            .map(({ number }) => byAccount.get(number))
            .filter((account) => account !== undefined),
        };
      }),
      supports: states.flatMap((state) => lineOf(state, signOffs.get(state.accountGroup)!)),
      differences: states.flatMap((state) => differenceOf(state, materialityOre)),
    };
  });
}

export async function readMateriality(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<Ore> {
  const { settings } = await database.forFirm(firmId, (tx) => getEngagement(tx, engagementId));
  return settings.materialityOre;
}

/** The main attachments (huvudbilagor) alone. */
export async function listMains(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<MainAttachment[]> {
  const mains = await database.forFirm(firmId, (tx) => currentAttachments(tx, engagementId, 'main'));
  return mains.map(({ data }) => data as MainAttachment);
}

/**
 * Sets the amount below which a difference is noise for the engagement.
 * @param seenOre what it was when the person saw it
 * @throws Problem `settings.materiality-invalid`, `settings.conflict`
 */
export async function setMateriality(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  materialityOre: Ore,
  seenOre?: Ore,
): Promise<void> {
  if (!Number.isSafeInteger(materialityOre) || materialityOre < 0) throw new Problem(materialityInvalid);
  await database.forFirm(caller.firmId, async (tx) => {
    const { settings } = await lockEngagement(tx, engagementId);
    if (seenOre !== undefined && seenOre !== settings.materialityOre) throw new Problem(conflict);
    await updateSettings(tx, engagementId, { ...settings, materialityOre });
    await recordHistory(tx, {
      actor: caller.actor,
      event: 'settings.materiality-set',
      engagementId,
      details: { beforeOre: settings.materialityOre, materialityOre },
    });
  });
}

/** What an attachment supports; an account that is shown apart stands on nothing of it. */
function supportOf({ accountGroup, current, offer }: SignOffState, signed: boolean): Support[] {
  // While an offer waits, the books say something else than what was worked on: nothing is settled.
  const isSettled = signed && offer === undefined;
  switch (attachmentKind(accountGroup)) {
    case 'main':
      return [];
    case 'ledger': {
      const { accounts, unexplainedOre } = current.data as Attachment;
      return [{ accountGroup, accounts, restOre: unexplainedOre, signed: isSettled }];
    }
    case 'own': {
      const own = current.data as OwnAttachment;
      if (own.withdrawn || own.carriedFrom !== undefined) return [];
      return [{ accountGroup, accounts: own.accounts, restOre: ownDifference(own), signed: isSettled }];
    }
  }
}

function lineOf({ accountGroup, current }: SignOffState, view: SignOffView): SupportLine[] {
  switch (attachmentKind(accountGroup)) {
    case 'main':
      return [];
    case 'ledger': {
      const attachment = current.data as Attachment;
      const { accounts, specificationOre, differenceOre, unexplainedOre, openItems } = attachment;
      const figures = { accounts, specificationOre, differenceOre, unexplainedOre, rows: openItems.length };
      return [{ accountGroup, title: attachmentTitle(attachment), ...figures, files: 0, signOff: view }];
    }
    case 'own': {
      const own = current.data as OwnAttachment;
      if (own.withdrawn) return [];
      const differenceOre = ownDifference(own);
      return [
        {
          accountGroup,
          title: own.title,
          accounts: own.accounts,
          specificationOre: ownTotal(own),
          differenceOre,
          unexplainedOre: differenceOre,
          rows: own.rows.length,
          files: own.files.length,
          ...(own.carriedFrom !== undefined && { carriedFrom: own.carriedFrom }),
          signOff: view,
        },
      ];
    }
  }
}

function differenceOf({ accountGroup, current }: SignOffState, materialityOre: Ore): RemainingDifference[] {
  switch (attachmentKind(accountGroup)) {
    case 'main':
      return [];
    case 'ledger': {
      const { differenceOre, unexplainedOre } = current.data as Attachment;
      const noise = isNoise(differenceOre, materialityOre);
      return differenceOre === 0 ? [] : [{ accountGroup, differenceOre, unexplainedOre, noise }];
    }
    case 'own': {
      const own = current.data as OwnAttachment;
      const differenceOre = ownDifference(own);
      const noise = isNoise(differenceOre, materialityOre);
      return own.withdrawn || differenceOre === 0
        ? []
        : [{ accountGroup, differenceOre, unexplainedOre: differenceOre, noise }];
    }
  }
}

const conflict = {
  code: 'settings.conflict',
  what: 'Någon annan har ändrat beloppet sedan du läste det.',
  advice: 'Läs in det på nytt och ändra igen.',
};

const materialityInvalid = {
  code: 'settings.materiality-invalid',
  what: 'Väsentlighetsgränsen är inget belopp.',
  advice: 'Ange gränsen som ett belopp i hela öre, noll eller mer.',
};

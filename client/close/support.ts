import type { MainAttachment } from '../../accounting/account-groups.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import { isNoise } from '../../accounting/materiality.ts';
import type { Ore } from '../../accounting/money.ts';
import { ownDifference } from '../../accounting/own-attachment.ts';
import type { OwnAttachment } from '../../accounting/own-attachment.ts';
import { Problem } from '../../accounting/problem.ts';
import { countSupport } from '../../accounting/support.ts';
import type { AccountSupport, Support, SupportCount } from '../../accounting/support.ts';
import { getEngagement, lockEngagement, updateSettings } from '../../db/stores/engagements.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { signOffStates } from '../../db/stores/sign-off-states.ts';
import type { SignOffState } from '../../db/stores/sign-off-states.ts';
import type { Caller, ClientContext } from './context.ts';
import { readSignOffs } from './sign-offs.ts';
import type { SignOffView } from './sign-offs.ts';

/** The main attachment (huvudbilaga) of a group, with what supports each of its accounts. */
export interface MainAttachmentView {
  readonly accountGroup: string;
  readonly version: number;
  readonly data: MainAttachment & { readonly note?: string };
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

/** The balance sheet's support at one look. */
export interface SupportOverview {
  readonly materialityOre: Ore;
  /** N of M balance-sheet accounts are supported and signed. */
  readonly count: SupportCount;
  readonly mains: readonly MainAttachmentView[];
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
    const count = countSupport(
      mains.map(({ current }) => current.data as MainAttachment),
      supports,
      materialityOre,
    );
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
      differences: states.flatMap((state) => differenceOf(state, materialityOre)),
    };
  });
}

/**
 * Sets the amount below which a difference is noise for the engagement.
 * @throws Problem `settings.materiality-invalid`
 */
export async function setMateriality(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  materialityOre: Ore,
): Promise<void> {
  if (!Number.isSafeInteger(materialityOre) || materialityOre < 0) throw new Problem(materialityInvalid);
  await database.forFirm(caller.firmId, async (tx) => {
    const { settings } = await lockEngagement(tx, engagementId);
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

const materialityInvalid = {
  code: 'settings.materiality-invalid',
  what: 'Väsentlighetsgränsen är inget belopp.',
  advice: 'Ange gränsen som ett belopp i hela öre, noll eller mer.',
};

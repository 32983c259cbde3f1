import { z } from 'zod';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import { figureName } from '../../accounting/figures.ts';

const mover = z.object({
  voucher: z.string(),
  change: z.enum(['added', 'changed', 'removed']),
  account: z.string(),
});
const opening = z.object({ account: z.string(), yearFrom: z.string() });
const movers = { vouchers: z.array(mover), openingBalances: z.array(opening).default([]) };
/** What the details of `watch.figures-moved` hold (activities/report-moves.ts). */
const movedFigures = z.object({
  attachments: z
    .array(
      z.object({
        accountGroup: z.string(),
        moved: z.array(z.object({ figure: z.string() })),
        ...movers,
        documents: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  approval: z.object({ revision: z.number(), ...movers }).optional(),
});
type Details = z.output<typeof movedFigures>;
type Named = Pick<z.output<typeof mover>, 'voucher' | 'change'>;

const changeNames = { added: 'ny', changed: 'ändrad', removed: 'borttagen' } as const;
const mostNamed = 5;

/**
 * Which signed or approved figures have moved and which records moved them, a sentence for each; never an amount. None
 * for details of another shape: a mail that says less is better than none.
 */
export function movedSentences(details: Readonly<Record<string, unknown>>): string[] {
  const known = movedFigures.safeParse(details);
  if (!known.success) return [];
  const { attachments, approval } = known.data;
  return [
    ...attachments.map(({ accountGroup, moved, vouchers, openingBalances, documents }) => {
      const figures = listed(moved.map(({ figure }) => figureName(figure)));
      const names = [
        ...vouchers.map(named),
        ...openingBalances.map(openingName),
        ...documents.map(documentName),
      ];
      const by = names.length === 0 ? '' : `, av ${listed(unique(names))}`;
      return `${attachmentName(accountGroup)} är signerad, och ${figures} har ändrats${by}.`;
    }),
    ...(approval
      ? [`Revision ${approval.revision} är godkänd, och sedan dess har ${sinceApproval(approval)}.`]
      : []),
  ];
}

function sinceApproval({ vouchers, openingBalances }: NonNullable<Details['approval']>): string {
  const moved = vouchers.length > 0 && `${listed(unique(vouchers.map(named)))} rört ${accountsOf(vouchers)}`;
  const opened = openingBalances.length > 0 && `${listed(openingBalances.map(openingName))} ändrats`;
  return [moved, opened].filter((part) => part !== false).join(', och ');
}

const named = ({ voucher, change }: Named): string => `verifikation ${voucher} (${changeNames[change]})`;

const openingName = ({ account, yearFrom }: z.output<typeof opening>): string =>
  `ingående balans ${account} per ${yearFrom}`;

/** `invoice receivables/1007`: the ledger is told by the attachment already. */
function documentName(document: string): string {
  const [kind, key = ''] = document.split(' ');
  return `${kind === 'invoice' ? 'faktura' : 'betalning'} ${key.slice(key.indexOf('/') + 1)}`;
}

function attachmentName(accountGroup: string): string {
  switch (attachmentKind(accountGroup)) {
    case 'main':
      return `Huvudbilaga ${accountGroup}`;
    case 'ledger':
      return `Bilaga ${accountGroup}`;
    case 'own':
      return `Egen bilaga ${accountGroup.replace('own-', '')}`;
  }
}

function accountsOf(vouchers: readonly { readonly account: string }[]): string {
  return `konto ${listed(unique(vouchers.map(({ account }) => account)))}`;
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** "a, b och c"; of many the first, and how many more. */
function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, mostNamed);
  const more = texts.length - shown.length;
  const all = more > 0 ? [...shown, `${more} till`] : shown;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} och ${all.at(-1)}`;
}

import { z } from 'zod';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import { figureName } from '../../accounting/figures.ts';

const mover = z.object({
  voucher: z.string(),
  change: z.enum(['added', 'changed', 'removed']),
  account: z.string(),
});
/** What the details of `watch.figures-moved` hold (activities/report-moves.ts). */
const movedFigures = z.object({
  attachments: z
    .array(
      z.object({
        accountGroup: z.string(),
        moved: z.array(z.object({ figure: z.string() })),
        vouchers: z.array(mover),
        documents: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  approval: z.object({ revision: z.number(), vouchers: z.array(mover) }).optional(),
});
type Named = Pick<z.output<typeof mover>, 'voucher' | 'change'>;

const changeNames = { added: 'ny', changed: 'ändrad', removed: 'borttagen' } as const;
const mostNamed = 5;

/**
 * Which signed or approved figures have moved and which vouchers moved them, a sentence for each; never an amount. None
 * for details of another shape: a mail that says less is better than none.
 */
export function movedSentences(details: Readonly<Record<string, unknown>>): string[] {
  const known = movedFigures.safeParse(details);
  if (!known.success) return [];
  const { attachments, approval } = known.data;
  return [
    ...attachments.map(({ accountGroup, moved, vouchers, documents }) => {
      const figures = listed(moved.map(({ figure }) => figureName(figure)));
      const movers = [...new Set([...vouchers.map(named), ...documents.map(documentName)])];
      const by = movers.length === 0 ? '' : `, av ${listed(movers)}`;
      return `${attachmentName(accountGroup)} är signerad, och ${figures} har ändrats${by}.`;
    }),
    ...(approval
      ? [
          `Revision ${approval.revision} är godkänd, och sedan dess har ${listed(unique(approval.vouchers.map(named)))} rört ${accountsOf(approval.vouchers)}.`,
        ]
      : []),
  ];
}

const named = ({ voucher, change }: Named): string => `verifikation ${voucher} (${changeNames[change]})`;

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

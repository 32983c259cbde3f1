import { z } from '@hono/zod-openapi';
import type { Attachment } from '../../../accounting/attachment.ts';
import { exchangeForm } from '../../../accounting/exchange-form.ts';
import { markKinds } from '../../../accounting/item-marks.ts';
import { day, ore } from '../schemas.ts';
import { presentTrail, trail } from './trail.ts';

/** The attachment of a ledger as data: the form that other programs read, and each open item's trail. */

const sign = 'Öre; a claim is positive in 1510, a debt in 2440';
const amount = ore.openapi({ description: sign });
const byAccount = z.record(z.string(), amount);
const foreign = z.int().openapi({ description: 'Hundredths of the currency' });

export const attachmentData = z
  .object({
    openItems: z.array(
      z.object({
        invoiceNumber: z.string(),
        partyNumber: z.string(),
        openOre: amount,
        currency: z.string().optional(),
        openCurrency: foreign.optional(),
        dueDate: day,
        daysOverdue: z.int(),
        ageingBucket: z.string(),
        laterPayments: z.array(z.object({ date: day, amountOre: amount })),
        flags: z.array(z.string()),
        mark: z.enum(markKinds).optional(),
        note: z.string().optional(),
        trail,
      }),
    ),
    specificationOre: amount,
    ledgerOre: amount,
    ledgerByAccount: byAccount,
    shownApart: byAccount,
    differenceOre: amount.openapi({
      description: 'Ledger − specification: the explanations and the unexplained',
    }),
    explanations: z.array(z.object({ code: z.string(), amountOre: amount, references: z.array(z.string()) })),
    unexplainedOre: amount,
    ageing: z.record(z.string(), amount),
    creditBalancesOre: amount,
    settlementUnknown: z.array(
      z.object({
        invoiceNumber: z.string(),
        partyNumber: z.string(),
        amountOre: amount,
        finalPayDate: day.nullable(),
        treatedAs: z.enum(['settled', 'open', 'ask']),
      }),
    ),
    revaluation: z.array(
      z.object({
        invoiceNumber: z.string(),
        partyNumber: z.string(),
        currency: z.string(),
        openCurrency: foreign,
        rate: z.string().openapi({ description: 'SEK for one unit', example: '11.2505' }),
        rateDate: day,
        bookedOre: amount,
        revaluedOre: amount,
        differenceOre: amount,
      }),
    ),
    rateMissing: z.array(z.string()).openapi({ description: 'Currencies' }),
    proposals: z.array(
      z.object({
        code: z.string(),
        date: day,
        reversalDate: day.nullable(),
        rows: z.array(
          z.object({ account: z.union([z.int(), z.string()]), debitOre: z.int(), creditOre: z.int() }),
        ),
      }),
    ),
  })
  .openapi('Attachment');

export function presentAttachment(attachment: Attachment): z.input<typeof attachmentData> {
  const form = exchangeForm(attachment);
  return {
    ...form,
    openItems: form.openItems.map((item, at) => ({
      ...item,
      laterPayments: [...item.laterPayments],
      flags: [...item.flags],
      trail: presentTrail(attachment.openItems[at]!),
    })),
    explanations: form.explanations.map((one) => ({ ...one, references: [...one.references] })),
    rateMissing: [...form.rateMissing],
  };
}

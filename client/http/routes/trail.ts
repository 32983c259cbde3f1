import { z } from '@hono/zod-openapi';
import type { OpenItem } from '../../../accounting/open-items.ts';
import { day, ore } from '../schemas.ts';

export const trail = z
  .array(
    z.object({
      date: day.nullable().openapi({ description: 'Null: nobody knows when' }),
      kind: z.string(),
      number: z.string(),
      amountOre: ore,
      voucher: z.object({ series: z.string(), number: z.int(), year: day }).optional(),
    }),
  )
  .openapi({ description: 'The steps that made the open amount; they add up to it' });

export const presentTrail = (item: OpenItem): z.input<typeof trail> =>
  item.trail.map((step) => ({ ...step }));

import { accent, alarm, band } from './sheet.ts';
import { ageingBuckets, bucketNames } from '../../accounting/ageing.ts';
import { formatKronor } from '../../accounting/money.ts';
import type { Sheet } from './sheet.ts';
import type { Attachment } from '../../accounting/attachment.ts';

const step = 17;

/** The ageing as horizontal bars, longest = the largest amount; draws at the sheet's `y` and gives its height. */
export function drawAgeing(sheet: Sheet, data: Attachment, left: number, width: number): number {
  const bars = [
    ...ageingBuckets.map((bucket) => ({
      name: bucketNames[bucket],
      amountOre: data.ageing[bucket],
    })),
    { name: bucketNames.credit, amountOre: data.creditBalancesOre },
  ];
  const largest = Math.max(1, ...bars.map(({ amountOre }) => Math.abs(amountOre)));
  const from = left + 74;
  const room = width - 74 - 88;
  bars.forEach(({ name, amountOre }, index) => {
    const y = sheet.y + index * step;
    sheet.write(name, left, y, { size: 8 });
    sheet.fill(from, y + 1, room, 9, band);
    const length = (room * Math.abs(amountOre)) / largest;
    if (length > 0) sheet.fill(from, y + 1, Math.max(length, 0.8), 9, amountOre < 0 ? alarm : accent);
    sheet.writeRight(formatKronor(amountOre), left + width, y, { size: 8 });
  });
  return bars.length * step;
}

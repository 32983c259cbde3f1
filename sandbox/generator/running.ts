import { addDays } from '../clock.ts';
import { book, type Draft, type Row } from './draft.ts';

interface Entry {
  date: string;
  text: string;
  rows: Row[];
}

/** What comes back every month: rent, salaries, taxes on them, and the bank's fee each quarter. */
function monthly(): Entry[] {
  const entries: Entry[] = [];
  for (let month = 0; month < 26; month++) {
    const year = 2024 + Math.floor(month / 12);
    const day = (of: number) =>
      `${year}-${String((month % 12) + 1).padStart(2, '0')}-${String(of).padStart(2, '0')}`;
    entries.push(
      {
        date: day(25),
        text: 'Löner',
        rows: [
          ['7010', 6_400_000],
          ['2710', -1_920_000],
          ['1930', -4_480_000],
          ['7510', 2_010_880],
          ['2731', -2_010_880],
        ],
      },
      {
        date: day(27),
        text: 'Lokalhyra nästa månad',
        rows: [
          ['5010', 1_400_000],
          ['2641', 350_000],
          ['1930', -1_750_000],
        ],
      },
    );
    if (month > 0) {
      entries.push({
        date: day(12),
        text: 'Skatter och avgifter',
        rows: [
          ['2710', 1_920_000],
          ['2731', 2_010_880],
          ['1930', -3_930_880],
        ],
      });
    }
    if (month % 3 === 2) {
      entries.push({
        date: day(28),
        text: 'Bankavgifter',
        rows: [
          ['6570', 45_000],
          ['1930', -45_000],
        ],
      });
    }
  }
  return entries;
}

/** Small purchases and sales by card, as many as are wanted. */
function small(draft: Draft): Entry {
  const { random } = draft;
  const date = addDays('2024-01-03', random.int(0, 800));
  const net = random.int(100, 2_400) * 100;
  const vat = net / 4;
  if (random.chance(0.6)) {
    return {
      date,
      text: 'Kortförsäljning',
      rows: [
        ['1930', net + vat],
        ['3001', -net],
        ['2611', -vat],
      ],
    };
  }
  const [account, text] = random.pick<readonly [string, string]>([
    ['6110', 'Kontorsmateriel'],
    ['5410', 'Förbrukningsinventarier'],
    ['6212', 'Mobiltelefon'],
    ['5800', 'Resor'],
    ['6540', 'IT-tjänster'],
  ]);
  return {
    date,
    text,
    rows: [
      [account, net],
      ['2641', vat],
      ['1930', -(net + vat)],
    ],
  };
}

/** Books manual vouchers in series A until there are `count` of them. */
export function addRunningVouchers(draft: Draft, count: number): void {
  const entries = monthly().slice(0, Math.max(count, 0));
  while (entries.length < count) entries.push(small(draft));
  for (const { date, text, rows } of entries) book(draft, 'A', date, text, rows);
}

/** Each quarter's VAT is moved to 2650 and paid on the 12th of the second month after it. */
export function settleVat(draft: Draft): void {
  for (let quarter = 0; quarter < 8; quarter++) {
    const year = 2024 + Math.floor(quarter / 4);
    const first = `${year}-${String((quarter % 4) * 3 + 1).padStart(2, '0')}-01`;
    const next = addDays(first, 95).slice(0, 8) + '01';
    const last = addDays(next, -1);
    const sums = new Map<string, number>();
    for (const voucher of draft.vouchers) {
      if (voucher.date < first || voucher.date > last) continue;
      for (const row of voucher.rows) {
        if (row.removed || !/^26[1-4]/.test(row.account)) continue;
        sums.set(row.account, (sums.get(row.account) ?? 0) + row.debit - row.credit);
      }
    }
    const total = [...sums.values()].reduce((left, sum) => left + sum, 0);
    if (total === 0) continue;
    const rows = [...sums]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([account, sum]): Row => [account, -sum]);
    book(draft, 'A', last, `Momsredovisning kvartal ${(quarter % 4) + 1}`, [...rows, ['2650', total]]);
    const payDay = addDays(next, 42).slice(0, 8) + '12';
    if (payDay <= draft.today) {
      book(draft, 'A', payDay, 'Moms', [
        ['2650', -total],
        ['1930', total],
      ]);
    }
  }
}

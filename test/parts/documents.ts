import { isoDate, addDays } from '../../accounting/dates.ts';
import { ore, sumOre } from '../../accounting/money.ts';
import type { Attachment, PartyTotal } from '../../accounting/attachment.ts';
import type { OpenItem } from '../../accounting/open-items.ts';
import type {
  AttachmentDocument,
  BinderIndexDocument,
  FindingsDocument,
  HistoryDocument,
  MainAttachmentDocument,
  OrderDocument,
  OwnAttachmentDocument,
  SystemDocumentationDocument,
} from '../../documents/content.ts';

export const balanceDate = isoDate('2025-12-31');

export const frame = {
  letterhead: {
    firmName: 'Revision & Råd i Umeå AB',
    companyName: 'Åkes Östersjöfisk & Rökeri AB',
    organisationNumber: '999999-0012',
    year: { from: isoDate('2025-01-01'), to: balanceDate },
  },
  source: {
    system: 'Fortnox',
    fetchedAt: '2026-01-14T08:12:00Z',
    snapshotHash: '3f2a9c0d51b7e84466a1f0c29d8e7b35a40c12fe9b6d7783215ce0a94f8db617',
  },
} as const;

export const signOff = {
  status: 'approved',
  version: 3,
  prepared: { name: 'Örjan Ängström', at: '2026-01-14T10:05:00Z' },
  approved: { name: 'Zoë Đorđević', at: '2026-01-15T13:40:00Z' },
} as const;

const names = [
  'Äppelviken Livs AB',
  'Restaurang Ängen',
  'Smögens Fiskhall',
  'Łódź Import Sp. z o.o.',
  'Café Őrség Kft.',
];

function item(index: number): OpenItem {
  const overdue = (index * 37) % 130;
  const foreign = index % 11 === 5;
  const credit = index % 13 === 7;
  const amount = ((index * 7919) % 5_000_000) + 1_99;
  const openOre = ore(credit ? -amount : amount);
  const bucket =
    overdue === 0
      ? 'notDue'
      : overdue <= 30
        ? 'd1_30'
        : overdue <= 60
          ? 'd31_60'
          : overdue <= 90
            ? 'd61_90'
            : 'over90';
  const party = Math.floor(index / 4);
  return {
    invoiceNumber: String(1001 + index),
    partyNumber: String(10 + party),
    partyName: names[party % names.length] ?? '',
    invoiceDate: addDays(balanceDate, -overdue - 30),
    dueDate: addDays(balanceDate, -overdue),
    ...(foreign ? { currency: 'EUR', openCurrency: ore(Math.round(openOre / 11)) } : {}),
    total: foreign ? ore(Math.round(openOre / 11)) : openOre,
    paid: ore(0),
    openOre,
    daysOverdue: overdue,
    ageingBucket: credit ? 'credit' : bucket,
    laterPayments: index % 5 === 2 ? [{ date: addDays(balanceDate, 9), amountOre: openOre }] : [],
    flags: [...(credit ? (['credit'] as const) : []), ...(foreign ? (['foreignCurrency'] as const) : [])],
    trail: [
      {
        date: addDays(balanceDate, -overdue - 30),
        kind: credit ? 'creditNote' : 'invoice',
        number: String(1001 + index),
        amountOre: openOre,
        voucher: { series: 'B', number: index + 1, year: isoDate('2025-01-01') },
      },
    ],
  };
}

function totals(items: readonly OpenItem[]): PartyTotal[] {
  const parties = new Map<string, PartyTotal>();
  for (const { partyNumber, partyName, openOre } of items) {
    const held = parties.get(partyNumber);
    const openSum = ore((held?.openOre ?? 0) + openOre);
    parties.set(partyNumber, { partyNumber, partyName, items: (held?.items ?? 0) + 1, openOre: openSum });
  }
  return [...parties.values()];
}

/** An attachment of `count` open items whose figures tie, with every kind of section. */
export function sampleAttachment(count: number): Attachment {
  const openItems = Array.from({ length: count }, (_, index) => item(index));
  const sum = (bucket: string) =>
    sumOre(openItems.filter(({ ageingBucket }) => ageingBucket === bucket).map(({ openOre }) => openOre));
  const specificationOre = sumOre(openItems.map(({ openOre }) => openOre));
  return {
    ledger: 'receivables',
    account: '1510',
    balanceDate,
    accounts: ['1510', '1511', '1512', '1515', '1516'],
    openItems,
    parties: totals(openItems),
    specificationOre,
    ledgerOre: ore(specificationOre - 450_000),
    ledgerByAccount: { '1510': ore(specificationOre - 460_000), '1511': ore(10_000) },
    shownApart: { '1518': ore(300_000), '1519': ore(-1_000_000) },
    differenceOre: ore(-450_000),
    explanations: [
      {
        code: 'manualVoucher',
        amountOre: ore(-600_000),
        references: ['A-1'],
        text: 'Verifikation A-1 2025-12-22 (Insättning bank) är bokförd för hand på kontot utan motsvarighet i reskontran.',
      },
      {
        code: 'invoiceVoucherMismatch',
        amountOre: ore(145_000),
        references: ['B-2', 'invoice 1003'],
        text: 'Verifikation B-2 2025-11-03 bokför 1 450,00 kr mer på kontot än kundfaktura 1003.',
      },
    ],
    unexplainedOre: ore(5_000),
    ageing: {
      notDue: sum('notDue'),
      d1_30: sum('d1_30'),
      d31_60: sum('d31_60'),
      d61_90: sum('d61_90'),
      over90: sum('over90'),
    },
    creditBalancesOre: sum('credit'),
    settlementUnknown: [
      {
        invoiceNumber: '901',
        partyNumber: '10',
        partyName: 'Äppelviken Livs AB',
        amountOre: ore(400_000),
        finalPayDate: isoDate('2025-07-08'),
        treatedAs: 'settled',
      },
      {
        invoiceNumber: '903',
        partyNumber: '11',
        partyName: 'Restaurang Ängen',
        amountOre: ore(250_000),
        finalPayDate: null,
        treatedAs: 'ask',
      },
    ],
    revaluation: [
      {
        invoiceNumber: '1006',
        partyNumber: '11',
        currency: 'EUR',
        openCurrency: ore(3_618),
        rate: '11.2505',
        rateSource: 'Riksbanken',
        rateDate: isoDate('2025-12-30'),
        bookedOre: ore(39_794),
        revaluedOre: ore(40_704),
        differenceOre: ore(910),
      },
    ],
    rateMissing: ['USD'],
    proposals: [
      {
        code: 'revaluation',
        date: balanceDate,
        reversalDate: null,
        rows: [
          { account: '1510', debitOre: ore(910), creditOre: ore(0) },
          { account: '3960', debitOre: ore(0), creditOre: ore(910) },
        ],
        text: 'Omräkning av kundfordringar i utländsk valuta',
        reckoning: [
          'Faktura 1006: 36,18 EUR till kursen 11,2505 (2025-12-30) = 407,04, bokfört 397,94, skillnad 9,10',
        ],
      },
    ],
    suggestions: [
      {
        code: 'confirmedLoss',
        date: balanceDate,
        reversalDate: null,
        rows: [
          { account: '1510', debitOre: ore(0), creditOre: ore(1_250_00) },
          { account: '2611', debitOre: ore(250_00), creditOre: ore(0) },
          { account: '6351', debitOre: ore(1_000_00), creditOre: ore(0) },
        ],
        text: 'Konstaterad kundförlust faktura 1002',
        reckoning: [
          'Faktura 1002, bedömd som konstaterad förlust: 1 250,00, varav moms 250,00 (enligt fakturans verifikation)',
          'Förlust exkl moms 1 000,00, utgående moms som minskas: 2611 250,00',
        ],
      },
    ],
    marks: [
      { invoiceNumber: '1002', kind: 'lost', note: 'Konkursen avslutad utan utdelning' },
      { invoiceNumber: '1003', note: 'Lovar betala i februari' },
    ],
  };
}

export const attachmentDocument = (count: number): AttachmentDocument => ({
  ...frame,
  signOff,
  attachment: sampleAttachment(count),
  note: 'Differensen på 50 kr utreds tillsammans med klienten.',
});

export const orderDocument: OrderDocument = {
  ...frame,
  signOff,
  series: 'Ö',
  revision: 4,
  vouchers: [
    {
      date: balanceDate,
      text: 'Omräkning av kundfordringar i EUR',
      transfer: true,
      booked: { series: 'Ö', number: 1, at: '2026-01-15T14:00:00Z' },
      rows: [
        { account: '1510', accountName: 'Kundfordringar', amountOre: ore(910), text: '' },
        {
          account: '3960',
          accountName: 'Valutakursvinster på fordringar och skulder av rörelsekaraktär',
          amountOre: ore(-910),
          text: 'Kurs 11,2505',
        },
      ],
    },
    {
      date: balanceDate,
      text: 'Nedskrivning av osäker fordran, Restaurang Ängen',
      transfer: true,
      rows: [
        {
          account: '6352',
          accountName: 'Befarade förluster på kundfordringar',
          amountOre: ore(1_000_000),
          text: 'Exkl. moms',
        },
        {
          account: '1519',
          accountName: 'Nedskrivning av kundfordringar',
          amountOre: ore(-1_000_000),
          text: '',
        },
      ],
    },
    {
      date: balanceDate,
      text: 'Upplupen ränta',
      transfer: false,
      rows: [
        { account: '8410', accountName: 'Räntekostnader', amountOre: ore(12_345), text: '' },
        { account: '2960', accountName: 'Upplupna räntekostnader', amountOre: ore(-12_345), text: '' },
      ],
    },
  ],
};

export const historyDocument: HistoryDocument = {
  ...frame,
  entries: [
    { at: '2026-01-14T08:10:00Z', who: 'Örjan Ängström', what: 'Anslöt bolaget till Fortnox.' },
    {
      at: '2026-01-14T08:12:00Z',
      who: 'Bokslut',
      what: 'Läste in bokföringen: 1 204 verifikationer.',
      concerns: 'Underlag 3f2a9c0d',
    },
    {
      at: '2026-01-15T13:40:00Z',
      who: 'Zoë Đorđević',
      what: 'Godkände bokföringsordern.',
      concerns: 'Revision 4',
    },
    {
      at: '2026-01-15T14:00:00Z',
      who: 'Bokslut',
      what: 'Bokförde verifikation Ö1 i Fortnox.',
      concerns: 'Revision 4',
    },
  ],
};

export const findingsDocument: FindingsDocument = {
  ...frame,
  findings: [
    {
      code: 'sie.voucher-unbalanced',
      severity: 'error',
      line: 812,
      message: 'Verifikation A-17 balanserar inte: debet överstiger kredit med 100,00 kr.',
    },
    {
      code: 'sie.opening-balances-unequal',
      severity: 'warning',
      message: 'Summan av ingående balanser är −12 345,67 kr i stället för noll.',
    },
    {
      code: 'sie.account-undeclared',
      severity: 'warning',
      line: 4011,
      message: 'Konto 5999 används men finns inte i kontoplanen.',
    },
    { code: 'sie.series-gap', severity: 'info', message: 'Nummer 18–19 saknas i serie B.' },
  ],
};

export const mainAttachmentDocument: MainAttachmentDocument = {
  ...frame,
  signOff,
  groups: [
    {
      code: '15',
      name: 'Kundfordringar',
      accounts: [
        {
          number: '1510',
          name: 'Kundfordringar',
          openingOre: ore(5_000_000),
          changeOre: ore(1_234_567),
          closingOre: ore(6_234_567),
          supportedBy: 'Bilaga 1510',
        },
        {
          number: '1519',
          name: 'Nedskrivning av kundfordringar',
          openingOre: ore(0),
          changeOre: ore(-1_000_000),
          closingOre: ore(-1_000_000),
        },
      ],
    },
    {
      code: '19',
      name: 'Kassa och bank',
      accounts: [
        {
          number: '1930',
          name: 'Företagskonto',
          openingOre: ore(250_000_00),
          changeOre: ore(-12_345_67),
          closingOre: ore(237_654_33),
          supportedBy: 'Kontoutdrag (uppladdat)',
        },
      ],
    },
    {
      code: '24',
      name: 'Kortfristiga skulder till kreditinstitut, kunder och leverantörer',
      accounts: [
        {
          number: '2440',
          name: 'Leverantörsskulder',
          openingOre: ore(-3_000_000),
          changeOre: ore(-99_999),
          closingOre: ore(-3_099_999),
          supportedBy: 'Bilaga 2440',
        },
      ],
    },
  ],
};

export const binderIndexDocument: BinderIndexDocument = {
  ...frame,
  keptUntilYear: 2032,
  files: [
    {
      name: 'bilagor/1510.pdf',
      title: 'Bilaga 1510 Kundfordringar',
      bytes: 48_213,
      sha256: frame.source.snapshotHash,
    },
    {
      name: 'bilagor/1510.xlsx',
      title: 'Bilaga 1510 Kundfordringar (Excel)',
      bytes: 9_876,
      sha256: frame.source.snapshotHash.toUpperCase().toLowerCase(),
    },
    {
      name: 'underlag/bokforing.se',
      title: 'Bokföringen som den lästes in (SIE 4)',
      bytes: 1_234_567,
      sha256: frame.source.snapshotHash,
    },
  ],
};

export const ownAttachmentDocument: OwnAttachmentDocument = {
  ...frame,
  signOff,
  attachment: {
    title: 'Bank och sparkonto',
    text: 'Enligt bankens engagemangsbesked per balansdagen.\nRänta för december ingår.',
    accounts: ['1930', '1940'],
    rows: [
      { text: 'Företagskonto 5000-1', amountOre: ore(1_204_311_75), priorOre: ore(988_000_10) },
      { text: 'Sparkonto 5000-2', amountOre: ore(400_000_00), priorOre: ore(400_000_00) },
      { text: 'Insättning under väg', amountOre: ore(-12_50) },
    ],
    files: [
      {
        fileId: '4f6c0d2e-2f65-4b0e-9b54-0f6f7d6f3c11',
        name: 'engagemangsbesked.pdf',
        mediaType: 'application/pdf',
        sha256: frame.source.snapshotHash,
        sizeBytes: 182_344,
      },
    ],
    closing: { '1930': ore(1_204_311_75), '1940': ore(400_000_00) },
  },
};

export const systemDocument: SystemDocumentationDocument = {
  ...frame,
  program: { name: 'Bokslut', version: '0.1.0' },
  years: [
    { from: isoDate('2024-01-01'), to: isoDate('2024-12-31'), accountingMethod: 'ACCRUAL' },
    { ...frame.letterhead.year, accountingMethod: 'ACCRUAL' },
  ],
  lockedUntil: isoDate('2025-09-30'),
  accountSets: { receivables: ['1510', '1511', '1515'], payables: ['2440', '2441'] },
  series: [
    { code: 'A', description: 'Redovisning', manual: true },
    { code: 'B', description: 'Kundfakturor', manual: false },
    { code: 'K', description: 'Bokslut', manual: true },
  ],
  closeSeries: ['K'],
  materialityOre: ore(1_000_00),
  fourEyes: true,
  accounts: [
    { number: '1510', name: 'Kundfordringar', group: '15 Kundfordringar' },
    { number: '1930', name: 'Företagskonto', group: '19 Kassa och bank' },
    { number: '2440', name: 'Leverantörsskulder', group: '244 Leverantörsskulder' },
  ],
};

/** The main attachments with two years before beside them, and a note. */
export const mainAttachmentDocumentWithYears: MainAttachmentDocument = {
  ...mainAttachmentDocument,
  groups: mainAttachmentDocument.groups.map((group) => ({
    ...group,
    note: 'Saldon stämda mot engagemangsbesked.',
    accounts: group.accounts.map((account) => ({
      ...account,
      priorClosing: [
        { yearEnd: isoDate('2024-12-31'), closingOre: account.openingOre },
        { yearEnd: isoDate('2023-12-31'), closingOre: ore(account.openingOre - 1_00) },
      ],
    })),
  })),
};

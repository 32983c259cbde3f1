import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { Books, Voucher } from '../../accounting/books.ts';
import { isoDate } from '../../accounting/dates.ts';
import type { Adjustment } from '../../accounting/adjustment.ts';
import { ore, zeroOre } from '../../accounting/money.ts';
import { Problem } from '../../accounting/problem.ts';
import { openDatabase } from '../../db/database.ts';
import type { Database, FirmTransaction } from '../../db/database.ts';
import { headerOf, recordsOf } from '../../db/stores/book-records.ts';
import { createCompany } from '../../db/stores/companies.ts';
import type { NewConnection } from '../../db/stores/connections.ts';
import { createEngagement } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { createFirm } from '../../db/stores/firms.ts';
import type { Role } from '../../db/schema/firm.ts';
import { saveUser } from '../../db/stores/users.ts';
import { storeSnapshot } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { createTestDatabase } from '../setup/database.ts';

export interface OpenTestDatabase {
  readonly database: Database;
  /** The owner, a superuser. */
  readonly admin: postgres.Sql;
  readonly appUrl: string;
  readonly adminUrl: string;
  close(): Promise<void>;
}

export async function openTestDatabase(): Promise<OpenTestDatabase> {
  const { adminUrl, appUrl, drop } = await createTestDatabase();
  const database = await openDatabase(appUrl);
  const admin = postgres(adminUrl, { max: 2, onnotice: () => undefined });
  return {
    database,
    admin,
    appUrl,
    adminUrl,
    close: async () => {
      await database.end();
      await admin.end();
      await drop();
    },
  };
}

/** The code of the Problem that the work throws, or what it threw instead. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing thrown';
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
}

/** A person of the firm, as an actor. */
export async function newUser(tx: FirmTransaction, role: Role): Promise<`user:${string}`> {
  const name = `${role} Exempel`;
  const email = `${role}@example.test`;
  const { id } = await saveUser(tx, {
    issuer: 'https://id.example.test',
    subject: randomUUID(),
    name,
    email,
    role,
  });
  return `user:${id}`;
}

/** A new firm with one company and the engagement of its year 2025. */
export async function newEngagement(
  database: Database,
  options: { readonly fourEyes?: boolean } = {},
): Promise<{ firmId: string; engagement: Engagement }> {
  const firmId = randomUUID();
  const engagement = await database.forFirm(firmId, async (tx) => {
    await createFirm(tx, { name: 'Byrån', ...options });
    return addEngagement(tx);
  });
  return { firmId, engagement };
}

export async function addEngagement(tx: FirmTransaction): Promise<Engagement> {
  const company = await createCompany(tx, { name: 'Exempelbolaget AB', organisationNumber: '999999-0011' });
  return createEngagement(tx, {
    companyId: company.id,
    yearFrom: isoDate('2025-01-01'),
    yearTo: isoDate('2025-12-31'),
    settings: { source: 'fortnox', materialityOre: ore(100_00) },
  });
}

export function voucher(number: number, changes: Partial<Voucher> = {}): Voucher {
  return {
    series: 'A',
    number,
    date: isoDate('2025-06-30'),
    text: `Försäljning ${number}`,
    rows: [
      { account: '1510', amountOre: ore(125_00), text: 'kund "å"\t\\' },
      { account: '3001', amountOre: ore(-125_00), text: '' },
    ],
    ...changes,
  };
}

export function books(vouchers: readonly Voucher[], changes: Partial<Books> = {}): Books {
  return {
    closing: {
      year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
      accountingMethod: 'ACCRUAL',
      openingBalances: new Map([
        ['1510', ore(10_00)],
        ['2081', ore(-10_00)],
      ]),
      vouchers,
    },
    otherYears: [
      {
        year: { from: isoDate('2024-01-01'), to: isoDate('2024-12-31') },
        accountingMethod: 'ACCRUAL',
        openingBalances: new Map(),
        vouchers: [voucher(1, { date: isoDate('2024-03-01') })],
      },
    ],
    accounts: [
      { number: '1510', name: 'Kundfordringar', active: true },
      { number: '3001', name: 'Försäljning', active: true },
    ],
    series: [{ code: 'A', description: 'Manuell', manual: true }],
    lockedUntil: isoDate('2025-03-31'),
    predefinedAccounts: { receivables: '1510', payables: '2440' },
    invoices: [
      {
        ledger: 'receivables',
        number: '7',
        partyNumber: '1',
        partyName: 'Kunden AB',
        invoiceDate: isoDate('2025-12-01'),
        dueDate: isoDate('2025-12-31'),
        currency: 'SEK',
        currencyRate: '1',
        total: ore(125_00),
        balanceToday: zeroOre,
        taxReduction: zeroOre,
        credit: false,
        booked: true,
        cancelled: false,
        voucher: { series: 'A', number: 1, year: isoDate('2025-01-01') },
      },
    ],
    payments: [
      {
        ledger: 'receivables',
        number: '3',
        invoiceNumber: '7',
        date: isoDate('2026-01-05'),
        amountOre: ore(125_00),
        booked: true,
        writeOffs: [],
      },
    ],
    ...changes,
  };
}

export const storeBooks = (
  tx: FirmTransaction,
  engagementId: string,
  content: Books,
  sie = 'rå SIE',
): Promise<Snapshot> =>
  storeSnapshot(tx, {
    engagementId,
    source: 'sie',
    fetchedAt: new Date(),
    fetchedBy: 'system',
    header: headerOf(content),
    records: () => recordsOf(content),
    findings: [],
    raw: [{ name: '2025.se', bytes: new TextEncoder().encode(sie) }],
  });

export const adjustment = (id: string, amount = 500_00): Adjustment => ({
  id,
  date: isoDate('2025-12-31'),
  text: 'Befarad kundförlust',
  rows: [
    { account: '6352', amountOre: ore(amount), text: '' },
    { account: '1519', amountOre: ore(-amount), text: '' },
  ],
  transfer: true,
});

export function connectionOf(companyId: string, id: string = randomUUID()): NewConnection {
  const now = Date.now();
  return {
    id,
    companyId,
    tenant: '654321',
    companyName: 'Exempelbolaget AB',
    sealedTokens: Buffer.from('sealed'),
    keyId: 'k1',
    scopes: ['bookkeeping', 'invoice'],
    accessExpiresAt: new Date(now + 3_600_000),
    refreshExpiresAt: new Date(now + 45 * 86_400_000),
    renewedAt: new Date(now),
    createdBy: 'user:1',
  };
}

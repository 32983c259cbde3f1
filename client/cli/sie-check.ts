import { createReadStream } from 'node:fs';
import { readSie } from '../../accounting/sie/read.ts';
import { SieRefusal } from '../../accounting/sie/findings.ts';
import type { Finding, SieFile } from '../../accounting/sie/types.ts';
import { formatKronor, ore } from '../../accounting/money.ts';

/** One line of `sie check --json`. Everything but `file`, `ok` and `refused` is null when the file was refused. */
export interface SieCheckReport {
  readonly file: string;
  /** Whether the file was read; its findings may still be errors. */
  readonly ok: boolean;
  readonly sieType: string | null;
  readonly encoding: string | null;
  readonly program: string | null;
  readonly company: string | null;
  readonly organisationNumber: string | null;
  readonly financialYears:
    | readonly { readonly index: number; readonly from: string; readonly to: string }[]
    | null;
  readonly accounts: number | null;
  readonly vouchers: number | null;
  readonly rows: number | null;
  readonly debitOre: number | null;
  readonly balancesTie: boolean | null;
  readonly checksum: string | null;
  readonly findings: readonly Finding[];
  readonly refused: { readonly code: string; readonly line: number; readonly message: string } | null;
}

/**
 * `bokslut sie check FILE…`: reads each file as an import would and prints what it is, a block or with `json` one line a
 * file. Returns the exit code: 0 when all were read, 1 when one was refused.
 */
export async function sieCheck(
  files: readonly string[],
  options: { readonly json?: boolean } = {},
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  let refused = false;
  for (const file of files) {
    const report = await checkFile(file);
    refused ||= !report.ok;
    print(options.json === true ? JSON.stringify(report) : describe(report));
  }
  return refused ? 1 : 0;
}

async function checkFile(file: string): Promise<SieCheckReport> {
  try {
    // The vouchers are checked as they pass and not kept: a file of any size can be checked.
    return readReport(
      file,
      await readSie(createReadStream(file), { fileName: file, onVouchers: () => undefined }),
    );
  } catch (error) {
    return refusedReport(file, error);
  }
}

function readReport(file: string, sie: SieFile): SieCheckReport {
  const { program, companyName, organisationNumber } = sie.header;
  return {
    file,
    ok: true,
    sieType: sie.type,
    encoding: sie.encoding,
    program: program === undefined ? null : `${program.name} ${program.version}`.trim(),
    company: companyName ?? null,
    organisationNumber: organisationNumber ?? null,
    financialYears: sie.years,
    accounts: sie.accounts.filter(({ isDeclared }) => isDeclared).length,
    vouchers: sie.voucherCount,
    rows: sie.rowCount,
    debitOre: sie.debitOre,
    balancesTie: sie.balancesTie,
    checksum: sie.checksum,
    findings: sie.findings,
    refused: null,
  };
}

function refusedReport(file: string, error: unknown): SieCheckReport {
  return {
    file,
    ok: false,
    sieType: null,
    encoding: null,
    program: null,
    company: null,
    organisationNumber: null,
    financialYears: null,
    accounts: null,
    vouchers: null,
    rows: null,
    debitOre: null,
    balancesTie: null,
    checksum: null,
    findings: [],
    refused: refusalOf(error),
  };
}

/** Why a file was not read, for a person; throws what is no reason of the file's. */
export function refusalOf(error: unknown): NonNullable<SieCheckReport['refused']> {
  if (error instanceof SieRefusal) {
    return { code: error.code, line: error.line, message: `${error.details.what} ${error.details.advice}` };
  }
  if (error instanceof Error && 'code' in error && 'syscall' in error) {
    return {
      code: 'sie.file-unreadable',
      line: 0,
      message: `Filen går inte att öppna (${String(error.code)}).`,
    };
  }
  throw error;
}

const checksums: Readonly<Record<string, string>> = {
  missing: 'saknas',
  ok: 'stämmer',
  wrong: 'STÄMMER INTE',
  unverifiable: 'kan inte kontrolleras (startmarkering saknas)',
};
const severities = { error: 'fel', warning: 'varning', info: 'upplysning' } as const;

function describe(report: SieCheckReport): string {
  if (report.refused !== null) {
    return `${report.file}\n  AVVISAD  ${report.refused.message} [${report.refused.code}]\n`;
  }
  const years = (report.financialYears ?? [])
    .map(({ index, from, to }) => `${index}: ${from} – ${to}`)
    .join(', ');
  const tie = report.balancesTie === null ? 'kan inte kontrolleras' : report.balancesTie ? 'ja' : 'NEJ';
  const lines = [
    report.file,
    `  typ              ${report.sieType}`,
    `  teckenkodning    ${report.encoding}`,
    `  program          ${report.program ?? '–'}`,
    `  företag          ${report.company ?? '–'}  ${report.organisationNumber ?? ''}`.trimEnd(),
    `  räkenskapsår     ${years === '' ? '–' : years}`,
    `  konton           ${report.accounts}`,
    `  verifikationer   ${report.vouchers}`,
    `  rader            ${report.rows}`,
    `  summa debet      ${formatKronor(ore(report.debitOre ?? 0))}`,
    `  IB+rörelse=UB    ${tie}`,
    `  kontrollsumma    ${checksums[report.checksum ?? ''] ?? '–'}`,
    `  iakttagelser     ${report.findings.length}`,
    ...report.findings.map(({ severity, line, message, code }) => {
      const place = line > 0 ? `rad ${line}: ` : '';
      return `    ${severities[severity]}  ${place}${message} [${code}]`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

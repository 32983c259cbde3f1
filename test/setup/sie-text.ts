import { Buffer } from 'node:buffer';
import * as iconv from 'iconv-lite';
import type { SieContent, SieFile, SieVoucher } from '../../accounting/sie/types.ts';

/** Lines as a SIE file's bytes, in code page 437 unless another encoding is asked for. */
export function sieBytes(lines: readonly string[], encoding = 'cp437', lineBreak = '\r\n'): Uint8Array {
  return iconv.encode(lines.map((line) => line + lineBreak).join(''), encoding);
}

export const text = (bytes: Uint8Array, encoding = 'cp437'): string =>
  iconv.decode(Buffer.from(bytes), encoding);

/** A small complete 4E file of a company that does not exist; `vouchers` are put at its end. */
export function sampleLines(...vouchers: string[]): string[] {
  return [
    '#FLAGGA 0',
    '#PROGRAM "Provprogram" 1.0',
    '#FORMAT PC8',
    '#GEN 20250115 "ÅL"',
    '#SIETYP 4',
    '#ORGNR 999999-0011',
    '#FNAMN "Övningsbolaget Å"',
    '#RAR 0 20240101 20241231',
    '#KONTO 1510 "Kundfordringar"',
    '#KONTO 1930 "Företagskonto"',
    '#KONTO 3001 "Försäljning"',
    '#KPTYP EUBAS97',
    '#IB 0 1930 0.00',
    ...vouchers,
  ];
}

/** Everything of a file that writing and reading again must keep: all but the lines. */
export function withoutLines(file: SieContent & { vouchers(): Iterable<SieVoucher> }): unknown {
  const { type, header, years, dimensions, objects } = file;
  return {
    type,
    header,
    years,
    dimensions,
    objects,
    accounts: file.accounts.map(unlined),
    balances: file.balances.map(unlined),
    periodBalances: file.periodBalances.map(unlined),
    vouchers: Array.from(file.vouchers(), ({ rows, ...voucher }) => ({
      ...unlined(voucher),
      rows: rows.map(unlined),
    })),
  };
}

function unlined<T extends { readonly line: number }>(value: T): Omit<T, 'line'> {
  const { line: _, ...rest } = value;
  return rest;
}

export const codes = (file: SieFile): string[] => file.findings.map(({ code, line }) => `${line} ${code}`);

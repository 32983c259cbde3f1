import { Buffer } from 'node:buffer';
import { cp437Byte } from '../../accounting/cp437.ts';

/** Random numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const parties = ['Öberg Åkeri', 'Nordström', 'El i Växjö', 'Städ \\"Rent\\" HB', 'Björks Måleri', 'Postnord', 'Telia', 'Ångpanne AB', 'Café \\"Lilla\\"', 'Hyresvärden']; // prettier-ignore
const events = ['Kundfaktura', 'Leverantörsfaktura', 'Inbetalning', 'Utbetalning', 'Löner', 'Moms', 'Hyra för lokal', 'Kontorsmaterial']; // prettier-ignore
const accounts = [1510, 1930, 2440, 2611, 2641, 2710, 2731, 3001, 3041, 4010, 5010, 5410, 6071, 6110, 6212, 6540, 7010, 7510, 7690, 8410]; // prettier-ignore

export interface SampleFile {
  readonly bytes: Uint8Array;
  readonly vouchers: number;
  readonly rows: number;
}

const two = (value: number): string => value.toString().padStart(2, '0');

/**
 * A SIE 4E file with so many vouchers of 3–10 rows, 6.5 on average, about 53 bytes a row: 100,000 vouchers are 41 MB.
 * One row text in five has quotes to unescape, seven in ten have Swedish letters, one row in eight has objects.
 */
export function sampleSie(voucherCount: number, seed = 1): SampleFile {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const lines = [
    '#FLAGGA 0', '#PROGRAM "Prov" 1.0', '#FORMAT PC8', '#GEN 20250115', '#SIETYP 4', '#ORGNR 999999-0003',
    '#FNAMN "Provbolaget Åäö AB"', '#RAR 0 20240101 20241231', '#RAR -1 20230101 20231231', '#KPTYP BAS2014',
    '#DIM 1 "Kostnadsställe"', '#DIM 6 "Projekt"', '#OBJEKT 1 "10" "Söder"', '#OBJEKT 6 "P1" "Köket"',
  ]; // prettier-ignore
  for (const account of accounts) lines.push(`#KONTO ${account} "Konto för ändamål ${account}"`);
  const movement = new Map<number, number>();
  const body: string[] = [];
  let rows = 0;
  for (let index = 0; index < voucherCount; index++) {
    const date = `2024${two(1 + Math.floor((index * 12) / voucherCount))}${two(1 + below(28))}`;
    body.push(
      `#VER ${pick(['A', 'B', 'C'])} ${index + 1} ${date} "${pick(events)} ${pick(parties)}" ${date} "Åsa L"\n{`,
    );
    const count = 3 + below(8);
    let rest = 0;
    for (let row = 0; row < count; row++) {
      const amount = row === count - 1 ? -rest : below(4_000_000) - 2_000_000;
      rest += amount;
      const account = pick(accounts);
      movement.set(account, (movement.get(account) ?? 0) + amount);
      const objects = below(8) === 0 ? '{1 "10" 6 "P1"}' : '{}';
      const sign = amount < 0 ? '-' : '';
      const kronor = `${sign}${Math.floor(Math.abs(amount) / 100)}.${two(Math.abs(amount) % 100)}`;
      body.push(`\t#TRANS ${account} ${objects} ${kronor} ${date} "${pick(parties)} ${below(1000)}"`);
      rows++;
    }
    body.push('}');
  }
  for (const [account, sum] of [...movement].toSorted(([a], [b]) => a - b)) {
    if (account < 3000) lines.push(`#IB 0 ${account} 0.00`);
    lines.push(`#${account < 3000 ? 'UB' : 'RES'} 0 ${account} ${(sum / 100).toFixed(2)}`);
  }
  return { bytes: cp437Lines([lines.join('\n'), '\n', body.join('\n'), '\n']), vouchers: voucherCount, rows };
}

function cp437Lines(parts: readonly string[]): Uint8Array {
  const bytes = parts.map((part) => Buffer.from(part.replace(/[^\0-\x7f]/g, (letter) => String.fromCharCode(cp437Byte(letter) ?? 63)), 'latin1')); // prettier-ignore
  return Buffer.concat(bytes);
}

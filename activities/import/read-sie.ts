import type { FinancialYear } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import { SieRefusal } from '../../accounting/sie/findings.ts';
import { readSie } from '../../accounting/sie/read.ts';
import type { ReadSieOptions, SieFile, SieSource } from '../../accounting/sie/types.ts';

/**
 * Reads one year's SIE 4 file whole. What is no SIE file (a web page, a file cut short) is refused before anything is
 * stored: Problem `import.sie-refused` with the reader's own reason, but nothing that stands in the file; another year's
 * file: `import.sie-other-year`.
 */
export async function readSieOfYear(
  source: SieSource,
  year: FinancialYear,
  what: string,
  onVouchers?: ReadSieOptions['onVouchers'],
): Promise<SieFile> {
  const file = await read(source, what, onVouchers && { onVouchers });
  const own = file.years.find(({ index }) => index === 0);
  if (own && (own.from !== year.from || own.to !== year.to)) {
    throw new Problem({
      code: 'import.sie-other-year',
      what: `${what} gäller räkenskapsåret ${own.from}–${own.to}, inte ${year.from}–${year.to}. Inget har sparats.`,
      advice: 'Exportera filen för bokslutets räkenskapsår, eller rätta bokslutets räkenskapsår.',
    });
  }
  return file;
}

async function read(source: SieSource, what: string, options: ReadSieOptions | undefined): Promise<SieFile> {
  try {
    return await readSie(source, options);
  } catch (error) {
    if (!(error instanceof SieRefusal)) throw error;
    throw new Problem(
      {
        code: 'import.sie-refused',
        what: `${what} kan inte användas: ${error.whatAlone} [${error.code}] Inget har sparats.`,
        advice: error.details.advice,
      },
      { cause: error },
    );
  }
}

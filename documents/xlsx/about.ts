import { statusNames, swedishTime, swedishYear } from '../swedish.ts';
import type { Letterhead, SignOff, Source } from '../content.ts';
import type { WorksheetRow } from './workbook.ts';

interface About {
  readonly letterhead: Letterhead;
  readonly source: Source;
}

/** Whose document it is, where its figures come from and who stands for it, as rows of label and text. */
export function aboutRows({ letterhead, source }: About, signOff: SignOff): WorksheetRow[] {
  const { prepared, approved } = signOff;
  return [
    ['Byrå', letterhead.firmName],
    ['Företag', letterhead.companyName],
    ['Organisationsnummer', letterhead.organisationNumber],
    ['Räkenskapsår', swedishYear(letterhead.year)],
    ['Källa', `${source.system}, hämtat ${swedishTime(source.fetchedAt)}`],
    ['Underlagets kontrollsumma', source.snapshotHash],
    ['Status', `${statusNames[signOff.status]}, version ${signOff.version}`],
    ['Upprättad av', prepared === undefined ? '' : `${prepared.name}, ${swedishTime(prepared.at)}`],
    ['Granskad av', approved === undefined ? '' : `${approved.name}, ${swedishTime(approved.at)}`],
  ];
}

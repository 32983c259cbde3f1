import { statusNames, swedishTime, swedishYear, versionNote } from '../swedish.ts';
import type { Letterhead, SignOff, Source } from '../content.ts';
import type { Worksheet, WorksheetRow } from './workbook.ts';

interface About {
  readonly letterhead: Letterhead;
  readonly source: Source;
}

/** Whose document it is, where its figures come from and who stands for it, as rows of label and text. */
export function aboutRows({ letterhead, source }: About, signOff?: SignOff): WorksheetRow[] {
  return [
    ['Byrå', letterhead.firmName],
    ['Företag', letterhead.companyName],
    ['Organisationsnummer', letterhead.organisationNumber],
    ['Räkenskapsår', swedishYear(letterhead.year)],
    ['Källa', `${source.system}, hämtat ${swedishTime(source.fetchedAt)}`],
    ['Underlagets kontrollsumma', source.snapshotHash],
    ...(signOff === undefined ? [] : signOffRows(signOff)),
  ];
}

function signOffRows(signOff: SignOff): WorksheetRow[] {
  const { status, version, prepared, approved } = signOff;
  const note = versionNote(signOff);
  return [
    ['Status', `${statusNames[status]}, version ${version}`],
    ...(note === undefined ? [] : [['Vilken version', note]]),
    ['Upprättad av', prepared === undefined ? '' : `${prepared.name}, ${swedishTime(prepared.at)}`],
    ['Granskad av', approved === undefined ? '' : `${approved.name}, ${swedishTime(approved.at)}`],
  ];
}

/** The same as a sheet of its own, last in the workbook. */
export const aboutSheet = (
  title: string,
  about: About,
  signOff?: SignOff,
  more: readonly WorksheetRow[] = [],
): Worksheet => ({
  name: 'Om dokumentet',
  columns: [
    { title, kind: 'text', width: 30 },
    { title: '', kind: 'text', width: 76 },
  ],
  rows: [...aboutRows(about, signOff), ...more],
});

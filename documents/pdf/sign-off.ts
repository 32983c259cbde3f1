import { statusNames, swedishTime, versionNote } from '../swedish.ts';
import { alarm, muted } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import type { SignOff, Signature } from '../content.ts';

const signed = (signature: Signature | undefined): string =>
  signature === undefined ? '–' : `${signature.name}, ${swedishTime(signature.at).replace(' ', '\u00a0')}`;

/** Status, version, prepared by and approved by; and which version it is, when a re-import offers another. */
export function drawSignOff(sheet: Sheet, signOff: SignOff): void {
  sheet.facts([
    ['Status', statusNames[signOff.status]],
    ['Version', String(signOff.version)],
    ['Upprättad av', signed(signOff.prepared)],
    ['Granskad av', signed(signOff.approved)],
  ]);
  const note = versionNote(signOff);
  if (note !== undefined) sheet.paragraph(note, { size: 9, font: 'bold', color: alarm });
}

/** The same in one line, where a document holds many that are signed each for itself. */
export function drawSignOffLine(sheet: Sheet, signOff: SignOff): void {
  const { status, version, prepared, approved } = signOff;
  const parts = [
    `${statusNames[status]}, version ${version}`,
    ...(prepared ? [`upprättad av ${signed(prepared)}`] : []),
    ...(approved ? [`granskad av ${signed(approved)}`] : []),
  ];
  const note = versionNote(signOff);
  sheet.paragraph(`${parts.join('; ')}.`, { size: 8, color: muted });
  if (note !== undefined) sheet.paragraph(note, { size: 8, font: 'bold', color: alarm });
}

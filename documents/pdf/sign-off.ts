import { statusNames, swedishTime } from '../swedish.ts';
import type { Sheet } from './sheet.ts';
import type { SignOff, Signature } from '../content.ts';

const signed = (signature: Signature | undefined): string =>
  signature === undefined ? '–' : `${signature.name}, ${swedishTime(signature.at).replace(' ', '\u00a0')}`;

/** Status, version, prepared by and approved by. */
export function drawSignOff(sheet: Sheet, signOff: SignOff): void {
  sheet.facts([
    ['Status', statusNames[signOff.status]],
    ['Version', String(signOff.version)],
    ['Upprättad av', signed(signOff.prepared)],
    ['Granskad av', signed(signOff.approved)],
  ]);
}

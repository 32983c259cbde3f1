import { createHash } from 'node:crypto';
import { deflateSync } from 'fflate';
import { binderIndexPdf } from './pdf/binder-index.ts';
import { binderIndexXlsx } from './xlsx/binder-index.ts';
import { checksum, zipBytes } from './zip.ts';
import type { BinderIndexDocument } from './content.ts';
import type { ZipMember } from './zip.ts';

export const manifestName = 'manifest.json';
export const indexName = 'innehall.pdf';
export const indexSheetName = 'innehall.xlsx';

/** A document of the binder. */
export interface BinderFile {
  /** Path inside the binder, with `/`. */
  readonly name: string;
  /** Swedish, for the index. */
  readonly title: string;
  readonly bytes: Uint8Array;
}

export interface ManifestFile {
  readonly name: string;
  readonly title: string;
  readonly bytes: number;
  /** Of the document. */
  readonly sha256: string;
  /** Of the document as it stands in the ZIP file, deflated or not: so that no byte of the file is unwatched. */
  readonly storedBytes: number;
  readonly storedSha256: string;
  readonly deflated: boolean;
  readonly crc32: number;
}

export interface Manifest {
  readonly format: 'bokslut-binder/1';
  readonly organisationNumber: string;
  readonly financialYear: { readonly from: string; readonly to: string };
  readonly snapshotHash: string;
  readonly keptUntilYear: number;
  readonly files: readonly ManifestFile[];
  /** Of this manifest's JSON with this field empty. Kept outside the binder too, it dates and seals all of it. */
  readonly manifestSha256: string;
}

export type BinderDocument = Omit<BinderIndexDocument, 'files'> & { readonly files: readonly BinderFile[] };

export interface Binder {
  readonly bytes: Uint8Array;
  readonly manifestSha256: string;
}

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** The manifest as it stands in the file: one form only, so that a changed blank shows as well. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, undefined, 1)}\n`;

/** What `manifestSha256` is taken over. */
export const sealOf = (manifest: Manifest): string =>
  sha256(JSON.stringify({ ...manifest, manifestSha256: '' }));

/**
 * The binder (årsakt): one ZIP file with the documents, an index that says what they are, and a manifest of their
 * hashes. The same documents give the same bytes. Throws RangeError on a name that is taken or leads out of the folder.
 */
export async function binderBytes(document: BinderDocument): Promise<Binder> {
  const { letterhead, source, keptUntilYear } = document;
  checkNames(document.files);
  const listed = document.files.map(({ name, title, bytes }) => ({
    name,
    title,
    bytes: bytes.length,
    sha256: sha256(bytes),
  }));
  const listing = { ...document, files: listed };
  const title = 'Innehållsförteckning';
  const files: readonly BinderFile[] = [
    { name: indexName, title, bytes: await binderIndexPdf(listing) },
    { name: indexSheetName, title: `${title}, kalkylblad`, bytes: await binderIndexXlsx(listing) },
    ...document.files,
  ];
  const members = files.map(toMember);
  const unsealed: Manifest = {
    format: 'bokslut-binder/1',
    organisationNumber: letterhead.organisationNumber,
    financialYear: letterhead.year,
    snapshotHash: source.snapshotHash,
    keptUntilYear,
    files: members.map((member, position) => ({
      name: member.name,
      title: files[position]?.title ?? '',
      bytes: member.bytes,
      sha256: sha256(files[position]?.bytes ?? new Uint8Array()),
      storedBytes: member.stored.length,
      storedSha256: sha256(member.stored),
      deflated: member.deflated,
      crc32: member.crc32,
    })),
    manifestSha256: '',
  };
  const manifest = { ...unsealed, manifestSha256: sealOf(unsealed) };
  const text = Buffer.from(manifestText(manifest));
  const first: ZipMember = {
    name: manifestName,
    stored: text,
    deflated: false,
    bytes: text.length,
    crc32: checksum(text),
  };
  return { bytes: zipBytes([first, ...members]), manifestSha256: manifest.manifestSha256 };
}

/** PDF and XLSX are compressed already; texts (SIE, JSON) shrink to a tenth. */
const isText = (name: string): boolean => /\.(se|si|sie|json|txt|csv)$/i.test(name);

function toMember({ name, bytes }: BinderFile): ZipMember {
  const deflated = isText(name);
  // fflate and not node:zlib: its bytes do not change with the processor or the version of Node.
  const stored = deflated ? deflateSync(bytes, { level: 6 }) : bytes;
  return { name, stored, deflated, bytes: bytes.length, crc32: checksum(bytes) };
}

function checkNames(files: readonly BinderFile[]): void {
  const seen = new Set([manifestName, indexName, indexSheetName]);
  for (const { name } of files) {
    const steps = name.split('/');
    if (steps.some((step) => step === '' || step === '.' || step === '..') || name.includes('\\')) {
      throw new RangeError(`not a name inside the binder: ${name}`);
    }
    if (seen.has(name.toLowerCase())) throw new RangeError(`two documents with one name: ${name}`);
    seen.add(name.toLowerCase());
  }
}

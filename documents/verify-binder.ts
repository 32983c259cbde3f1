import { inflateSync } from 'fflate';
import { manifestName, manifestText, sealOf, sha256 } from './binder.ts';
import { checksum, manifestHeaderBytes, zipFrame } from './zip.ts';
import type { Manifest, ManifestFile } from './binder.ts';
import type { ZipMemberShape, ZipPart } from './zip.ts';

export interface BinderFault {
  /** The document's name; `manifest.json` for the manifest, empty for the archive itself. */
  readonly file: string;
  /** Swedish sentence. */
  readonly what: string;
}

export interface BinderVerdict {
  readonly ok: boolean;
  readonly faults: readonly BinderFault[];
  readonly files: number;
  /** To be compared with the one that the processing history keeps: it tells a binder from another, whole one. */
  readonly manifestSha256?: string;
}

/**
 * Checks every byte of a binder: contents against their hashes, everything else against what follows from the manifest.
 * Never throws on a damaged file; each fault names the document that it is in.
 */
export function verifyBinder(file: Uint8Array): BinderVerdict {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const read = readManifest(bytes);
  if ('fault' in read) return { ok: false, faults: [{ file: manifestName, what: read.fault }], files: 0 };
  const { manifest, text } = read;
  const shapes: ZipMemberShape[] = [
    {
      name: manifestName,
      bytes: text.length,
      storedBytes: text.length,
      deflated: false,
      crc32: checksum(text),
    },
    ...manifest.files,
  ];
  const frame = zipFrame(shapes);
  const faults: BinderFault[] = [];
  const check = ({ member, start, bytes: expected }: ZipPart, what: string): void => {
    if (!bytes.subarray(start, start + expected.length).equals(expected)) faults.push({ file: member, what });
  };
  for (const part of frame.local) check(part, 'Dokumentets huvud i arkivet är ändrat.');
  manifest.files.forEach((entry, index) => {
    const header = frame.local[index + 1];
    const start = (header?.start ?? 0) + (header?.bytes.length ?? 0);
    const what = contentFault(entry, bytes.subarray(start, start + entry.storedBytes));
    if (what !== undefined) faults.push({ file: entry.name, what });
  });
  for (const part of frame.central) check(part, 'Dokumentets post i arkivets register är ändrad.');
  check(frame.end, 'Arkivets slut är ändrat eller saknas.');
  if (bytes.length > frame.length) faults.push({ file: '', what: 'Det finns något efter arkivets slut.' });
  const { manifestSha256, files } = manifest;
  return { ok: faults.length === 0, faults, files: files.length, manifestSha256 };
}

function contentFault(entry: ManifestFile, stored: Buffer): string | undefined {
  if (stored.length < entry.storedBytes) return 'Dokumentet är avkortat eller saknas.';
  if (sha256(stored) !== entry.storedSha256)
    return 'Dokumentets innehåll är ändrat: kontrollsumman stämmer inte.';
  const content = entry.deflated ? inflated(stored, entry.bytes) : stored;
  if (content === undefined || content.length !== entry.bytes || sha256(content) !== entry.sha256) {
    return 'Dokumentet kan inte packas upp till det som manifestet anger.';
  }
  return undefined;
}

function inflated(stored: Uint8Array, bytes: number): Uint8Array | undefined {
  try {
    return inflateSync(stored, { out: new Uint8Array(bytes) });
  } catch {
    return undefined;
  }
}

type ManifestRead = { readonly manifest: Manifest; readonly text: Buffer } | { readonly fault: string };

/** The manifest is the first member and not deflated, so it can be read before anything is trusted. */
function readManifest(bytes: Buffer): ManifestRead {
  const start = manifestHeaderBytes(manifestName);
  const unreadable = {
    fault: 'Filen är ingen årsakt, eller så är dess manifest ändrat så att det inte kan läsas.',
  };
  if (bytes.length < start || bytes.subarray(30, start).toString() !== manifestName) return unreadable;
  const size = bytes.readUInt32LE(22);
  const text = bytes.subarray(start, start + size);
  if (text.length !== size) return { fault: 'Manifestet är avkortat.' };
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.toString());
  } catch {
    return unreadable;
  }
  if (!isManifest(manifest)) return unreadable;
  if (sealOf(manifest) !== manifest.manifestSha256 || manifestText(manifest) !== text.toString()) {
    return {
      fault:
        'Manifestet är ändrat: dess egen kontrollsumma stämmer inte. Dokumenten kan inte prövas mot det.',
    };
  }
  return { manifest, text };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value) || value['format'] !== 'bokslut-binder/1' || !Array.isArray(value['files']))
    return false;
  return value['files'].every(
    (file: unknown) =>
      isRecord(file) &&
      typeof file['name'] === 'string' &&
      typeof file['deflated'] === 'boolean' &&
      ['bytes', 'storedBytes', 'crc32'].every((field) => isCount(file[field])),
  );
}

import { crc32 } from 'node:zlib';

/**
 * The ZIP file's frame (PKWARE APPNOTE 6.3, without ZIP64), written by hand so that each byte of it follows from the
 * list of its members: then a verifier can say of every byte outside the contents what it should have been.
 */
export interface ZipMember {
  readonly name: string;
  /** As they stand in the file: deflated when `deflated`. */
  readonly stored: Uint8Array;
  readonly deflated: boolean;
  readonly bytes: number;
  readonly crc32: number;
}

/** A part of the file between two offsets, and what must stand there. */
export interface ZipPart {
  readonly member: string;
  readonly start: number;
  readonly bytes: Uint8Array;
}

const utf8Names = 0x0800;
const deflate = 8;
const stored = 0;
/** 1980-01-01 00:00, the earliest that the format knows: a time of its own would change the bytes. */
const dosDate = 0x0021;
const largest = 0xffff_ffff;

export const manifestHeaderBytes = (name: string): number => 30 + Buffer.byteLength(name);

/** The fields that a member's local and central headers share, 26 bytes from "version needed" to the name's length. */
function common(member: Omit<ZipMember, 'stored'> & { readonly storedBytes: number }): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(utf8Names, 2);
  fields.writeUInt16LE(member.deflated ? deflate : stored, 4);
  fields.writeUInt16LE(dosDate, 8);
  fields.writeUInt32LE(member.crc32, 10);
  fields.writeUInt32LE(member.storedBytes, 14);
  fields.writeUInt32LE(member.bytes, 18);
  fields.writeUInt16LE(Buffer.byteLength(member.name), 22);
  return fields;
}

/** What is known of a member without its contents. */
export type ZipMemberShape = Omit<ZipMember, 'stored'> & { readonly storedBytes: number };

export interface ZipFrame {
  /** Local headers, in order; a member's contents follow at once. */
  readonly local: readonly ZipPart[];
  /** One central header each. */
  readonly central: readonly ZipPart[];
  readonly end: ZipPart;
  readonly length: number;
}

/** Every byte of the file but the contents; throws RangeError beyond what ZIP without ZIP64 can hold. */
export function zipFrame(members: readonly ZipMemberShape[]): ZipFrame {
  let offset = 0;
  const local: ZipPart[] = [];
  for (const member of members) {
    const bytes = Buffer.concat([signature(0x04034b50), common(member), Buffer.from(member.name)]);
    local.push({ member: member.name, start: offset, bytes });
    offset += bytes.length + member.storedBytes;
  }
  const centralStart = offset;
  const central = members.map((member, index): ZipPart => {
    const rest = Buffer.alloc(16);
    rest.writeUInt32LE(local[index]?.start ?? 0, 12);
    const version = Buffer.from([20, 0]);
    // The shared fields end with name and extra length; comment, disk, attributes and offset follow in 14 bytes.
    const bytes = Buffer.concat([
      signature(0x02014b50),
      version,
      common(member),
      rest.subarray(2),
      Buffer.from(member.name),
    ]);
    const part = { member: member.name, start: offset, bytes };
    offset += bytes.length;
    return part;
  });
  if (offset > largest || members.length > 0xffff)
    throw new RangeError(`too large for a ZIP file: ${offset} bytes`);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(offset - centralStart, 12);
  end.writeUInt32LE(centralStart, 16);
  return { local, central, end: { member: '', start: offset, bytes: end }, length: offset + end.length };
}

/** The ZIP file of some members, in their order. */
export function zipBytes(members: readonly ZipMember[]): Uint8Array {
  const frame = zipFrame(members.map((member) => ({ ...member, storedBytes: member.stored.length })));
  return Buffer.concat([
    ...members.flatMap((member, index) => [frame.local[index]?.bytes ?? new Uint8Array(), member.stored]),
    ...frame.central.map(({ bytes }) => bytes),
    frame.end.bytes,
  ]);
}

export const checksum = (bytes: Uint8Array): number => crc32(bytes);

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

import { z } from 'zod';
import { text, wholeNumber } from './fields.ts';
import { keyFrom } from './finding.ts';
import type { RecordKind } from './finding.ts';

/** A file in Fortnox's inbox. `id` is the one to connect by; the wire's ArchiveFileId is another thing. */
export interface InboxFile {
  readonly id: string;
  readonly name: string;
}

export const inboxFileSchema = z
  .object({ File: z.object({ Id: text.required, Name: text.optional }) })
  .transform(({ File: wire }): InboxFile => ({ id: wire.Id, name: wire.Name ?? '' }));

/** A file that hangs on a voucher. */
export interface VoucherFileConnection {
  readonly fileId: string;
  readonly series: string;
  readonly number: number;
  readonly yearId?: number;
}

const connectionSchema = z.object({
  FileId: text.required,
  VoucherSeries: text.required,
  VoucherNumber: wholeNumber.required,
  VoucherYear: wholeNumber.optional,
});

export const voucherFileConnection: RecordKind<z.infer<typeof connectionSchema>, VoucherFileConnection> = {
  resource: 'voucherfileconnections',
  keyOf: keyFrom('FileId'),
  schema: connectionSchema,
  toDomain: (wire) => ({
    fileId: wire.FileId,
    series: wire.VoucherSeries,
    number: wire.VoucherNumber,
    ...(wire.VoucherYear === undefined ? {} : { yearId: wire.VoucherYear }),
  }),
};

/** The body of `POST voucherfileconnections`; the number is a string there. */
export const newConnectionBody = (connection: Required<VoucherFileConnection>): object => ({
  VoucherFileConnection: {
    FileId: connection.fileId,
    VoucherSeries: connection.series,
    VoucherNumber: String(connection.number),
    VoucherYear: connection.yearId,
  },
});

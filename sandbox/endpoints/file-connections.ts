import { notFound, recordUrl, type ApiCall } from '../api-call.ts';
import { findVoucher, type FileConnection } from '../books.ts';
import { FortnoxError, wrongType } from '../envelope.ts';
import { apiJson } from '../http.ts';
import { jsonBody } from '../json-body.ts';
import { list, requestedYear } from '../list.ts';

const FIELDS = ['@url', 'FileId', 'VoucherDescription', 'VoucherNumber', 'VoucherSeries', 'VoucherYear'];

function show(call: ApiCall, connection: FileConnection) {
  return {
    '@url': recordUrl(call, 'voucherfileconnections', connection.fileId),
    FileId: connection.fileId,
    VoucherDescription: findVoucher(call.books, connection)?.text ?? null,
    VoucherNumber: String(connection.number),
    VoucherSeries: connection.series,
    VoucherYear: connection.financialYear,
  };
}

export function listConnections(call: ApiCall) {
  const named = ['financialyear', 'financialyeardate'].some((name) => call.request.query.has(name));
  const year = named ? requestedYear(call).id : null;
  return list(call, {
    name: 'VoucherFileConnections',
    items: call.books.fileConnections.filter(
      (connection) => year === null || connection.financialYear === year,
    ),
    show: (connection) => show(call, connection),
  });
}

function find(call: ApiCall): FileConnection {
  const connection = call.books.fileConnections.find(({ fileId }) => fileId === call.path[0]);
  if (!connection) throw notFound(call, 'Kan inte hitta filkopplingen.');
  return connection;
}

export function oneConnection(call: ApiCall) {
  return apiJson(200, { VoucherFileConnection: show(call, find(call)) });
}

export function connectFile(call: ApiCall) {
  const { books, world } = call;
  const fields = jsonBody(call.request, 'VoucherFileConnection', FIELDS);
  const text = (name: string): string => {
    const value = fields[name];
    if (value === undefined || value === null || value === '') {
      throw new FortnoxError(400, world.assumptions.fieldMissingCode, `Fältet ${name} måste anges.`);
    }
    if (typeof value !== 'string') throw wrongType(name);
    return value;
  };
  const fileId = text('FileId');
  const voucherYear = fields['VoucherYear'];
  if (voucherYear !== undefined && voucherYear !== null && typeof voucherYear !== 'number') {
    throw wrongType('VoucherYear');
  }
  const financialYear = typeof voucherYear === 'number' ? voucherYear : requestedYear(call).id;
  const ref = { series: text('VoucherSeries'), number: Number(text('VoucherNumber')), financialYear };
  if (!books.files.has(fileId)) throw notFound(call, 'Kan inte hitta filen.');
  if (!findVoucher(books, ref)) throw notFound(call, 'Kan inte hitta verifikationen.');
  if (books.fileConnections.some((connection) => connection.fileId === fileId)) {
    throw new FortnoxError(
      400,
      world.assumptions.fileAlreadyConnectedCode,
      'Filen är redan kopplad till en verifikation.',
    );
  }
  const connection = { fileId, ...ref };
  books.fileConnections.push(connection);
  books.revision++;
  return apiJson(201, { VoucherFileConnection: show(call, connection) }, { connectedFile: fileId, ...ref });
}

export function disconnectFile(call: ApiCall) {
  const connection = find(call);
  call.books.fileConnections = call.books.fileConnections.filter((other) => other !== connection);
  call.books.revision++;
  return {
    status: 204,
    headers: {},
    body: Buffer.alloc(0),
    committed: { disconnectedFile: connection.fileId },
  };
}

import { randomUUID } from 'node:crypto';
import { notFound, recordUrl, type ApiCall } from '../api-call.ts';
import type { StoredFile } from '../books.ts';
import { FortnoxError } from '../envelope.ts';
import { apiJson, bytes } from '../http.ts';
import { firstFile } from '../multipart.ts';

/** The inbox's folders by id. */
const folders: Record<string, string> = {
  inbox_a: 'Arkivplats',
  inbox_d: 'Dagskassor',
  inbox_kf: 'Kundfakturor',
  inbox_l: 'Leverantörsfakturor',
  inbox_v: 'Verifikationer',
};

function fileRow(call: ApiCall, file: StoredFile) {
  return {
    '@url': recordUrl(call, 'inbox', file.id),
    // A file goes to the archive once it hangs on a voucher.
    ArchiveFileId: call.books.fileConnections.some(({ fileId }) => fileId === file.id) ? file.id : null,
    Comments: null,
    Id: file.id,
    Name: file.name,
    Path: folders[file.folder] ?? '',
    Size: file.content.length,
  };
}

function folder(
  call: ApiCall,
  id: string,
  name: string,
  files: StoredFile[],
  subfolders: [string, string][],
) {
  return apiJson(200, {
    Folder: {
      '@url': recordUrl(call, 'inbox', id),
      Email: null,
      Files: files.map((file) => fileRow(call, file)),
      Folders: subfolders.map(([subId, subName]) => ({
        '@url': recordUrl(call, 'inbox', subId),
        Id: subId,
        Name: subName,
      })),
      Id: id,
      Name: name,
    },
  });
}

const connected = (call: ApiCall, file: StoredFile) =>
  call.books.fileConnections.some(({ fileId }) => fileId === file.id);

export function inbox(call: ApiCall) {
  return folder(call, 'root', 'root', [], Object.entries(folders));
}

/** A folder, or the bytes of a file. */
export function inboxItem(call: ApiCall) {
  const id = call.path[0] ?? '';
  const name = folders[id];
  if (name !== undefined) {
    const files = [...call.books.files.values()].filter(
      (file) => file.folder === id && !connected(call, file),
    );
    return folder(call, id, name, files, []);
  }
  const file = call.books.files.get(id);
  if (!file) throw notFound(call, 'Kan inte hitta filen.');
  return bytes('application/octet-stream', file.content);
}

/** The archive holds the files that hang on vouchers; `?fileid=` answers the bytes of one. */
export function archive(call: ApiCall) {
  const id = call.request.query.get('fileid');
  if (id !== null) return inboxItem({ ...call, path: [id] });
  const files = [...call.books.files.values()].filter((file) => connected(call, file));
  return folder(call, 'root', 'root', files, []);
}

export function upload(call: ApiCall) {
  const part = firstFile(call.request);
  if (!part) throw new FortnoxError(400, 1000031, 'Invalid content type');
  const folderId = call.request.query.get('folderId') ?? call.request.query.get('folderid') ?? 'inbox_v';
  if (!Object.hasOwn(folders, folderId)) throw notFound(call, 'Kan inte hitta mappen.');
  const file: StoredFile = { id: randomUUID(), name: part.name, folder: folderId, content: part.content };
  call.books.files.set(file.id, file);
  call.books.revision++;
  return apiJson(201, { File: fileRow(call, file) }, { file: file.id, tenant: call.books.databaseNumber });
}

import { closingOf } from '../../accounting/account-groups.ts';
import { ownAttachmentGroup } from '../../accounting/attachment-kind.ts';
import type { AccountNumber } from '../../accounting/books.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { figuresOf } from '../../accounting/figures.ts';
import { isNoise } from '../../accounting/materiality.ts';
import type { Ore } from '../../accounting/money.ts';
import {
  closingOfAccounts,
  ownAttachmentFaults,
  ownClosing,
  ownDifference,
  ownTotal,
} from '../../accounting/own-attachment.ts';
import type { OwnAttachment, OwnFile, OwnRow } from '../../accounting/own-attachment.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { sha256 } from '../../db/hash.ts';
import { currentAttachments, saveAttachment } from '../../db/stores/attachments.ts';
import type { StoredAttachment } from '../../db/stores/attachments.ts';
import { balancesAt } from '../../db/stores/balances.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { getFile, storeFile } from '../../db/stores/files.ts';
import type { FileInfo } from '../../db/stores/files.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';
import { uploadKind } from './uploads.ts';
import { uploadType } from './upload-type.ts';

/** A person's own attachment as it stands, with its check. */
export interface OwnAttachmentView extends Omit<StoredAttachment, 'data' | 'firmId'> {
  readonly data: OwnAttachment;
  readonly closingOre: Ore;
  readonly totalOre: Ore;
  /** UB − total. */
  readonly differenceOre: Ore;
  /** There is a difference, and it is below the engagement's materiality. */
  readonly noise: boolean;
  /** Carried forward and not yet saved by a person. */
  readonly draft: boolean;
}

export interface OwnAttachmentToSave {
  /** The version that the editor worked from; 0 for a new one. */
  readonly expectedVersion: number;
  readonly title: string;
  readonly text: string;
  readonly accounts: readonly AccountNumber[];
  readonly rows: readonly OwnRow[];
  /** Files that were uploaded to this close (`uploadSupport`). */
  readonly fileIds: readonly string[];
}

const mostUploadBytes = 20 * 1024 * 1024;

/** Those that are not withdrawn, by account group. */
export async function listOwnAttachments(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<OwnAttachmentView[]> {
  return database.forFirm(firmId, async (tx) => {
    const { settings } = await getEngagement(tx, engagementId);
    return (await standing(tx, engagementId)).map((stored) => viewOf(stored, settings.materialityOre));
  });
}

/** @throws Problem `own-attachments.not-found` when there is none, or it is withdrawn */
export async function getOwnAttachment(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
): Promise<OwnAttachmentView> {
  const all = await listOwnAttachments(context, caller, engagementId);
  const found = all.find((one) => one.accountGroup === accountGroup);
  if (found) return found;
  throw notFound(accountGroup);
}

/**
 * Saves a new own attachment, or the next version of the one named by `accountGroup`. Held against the latest import.
 * @throws Problem `own-attachments.refused`, `own-attachments.account-taken`, `own-attachments.not-found`,
 * `attachments.conflict`, `adjustments.nothing-imported`, `files.not-found`
 */
export async function saveOwnAttachment(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string | undefined,
  save: OwnAttachmentToSave,
): Promise<OwnAttachmentView> {
  const { expectedVersion, fileIds, ...written } = save;
  const faults = ownAttachmentFaults({ ...written, files: fileIds });
  if (faults.length > 0) throw refused(faults);
  return database.forFirm(caller.firmId, async (tx) => {
    const { settings } = await getEngagement(tx, engagementId);
    const group = accountGroup ?? ownAttachmentGroup(written.accounts[0]!);
    const held = await currentAttachments(tx, engagementId, 'own');
    if (accountGroup !== undefined && !held.some((one) => one.accountGroup === group)) throw notFound(group);
    refuseTaken(held, accountGroup, written.accounts);
    // One that was taken out of the close is begun anew on top of its versions.
    const begunAnew =
      accountGroup === undefined
        ? held.find((one) => one.accountGroup === group && (one.data as OwnAttachment).withdrawn)
        : undefined;
    const snapshot = await importedSnapshot(tx, engagementId);
    const balances = closingOf((await balancesAt(tx, snapshot)).closing);
    const files: OwnFile[] = [];
    for (const id of fileIds) files.push(await uploaded(tx, engagementId, id));
    const data: OwnAttachment = {
      ...written,
      files,
      closing: closingOfAccounts(written.accounts, balances),
    };
    const stored = await write(tx, caller, {
      engagementId,
      group,
      expectedVersion: begunAnew?.version ?? expectedVersion,
      snapshotId: snapshot.id,
      data,
    });
    return viewOf(stored, settings.materialityOre);
  });
}

/** Takes an own attachment out of the close. Its versions and signatures are kept. @throws as `saveOwnAttachment` */
export async function withdrawOwnAttachment(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  expectedVersion: number,
): Promise<void> {
  await database.forFirm(caller.firmId, async (tx) => {
    const found = (await standing(tx, engagementId)).find((one) => one.accountGroup === accountGroup);
    if (!found) throw notFound(accountGroup);
    const data: OwnAttachment = { ...(found.data as OwnAttachment), withdrawn: true };
    const { snapshotId } = found;
    await write(tx, caller, { engagementId, group: accountGroup, expectedVersion, snapshotId, data });
  });
}

/**
 * Stores a file that supports a balance. The same bytes under the same name are the same file.
 * @throws Problem `uploads.too-large`, `uploads.type-refused`
 */
export async function uploadSupport(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  upload: { readonly name: string; readonly bytes: Uint8Array },
): Promise<FileInfo> {
  if (upload.bytes.byteLength > mostUploadBytes) throw new Problem(tooLarge);
  const type = uploadType(upload.bytes);
  if (!type) throw new Problem(typeRefused);
  return database.forFirm(caller.firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const file = await storeFile(tx, {
      engagementId,
      kind: uploadKind,
      name: fileName(upload.name, type.extension),
      mediaType: type.mediaType,
      bytes: upload.bytes,
      storedBy: caller.actor,
    });
    await recordHistory(tx, {
      actor: caller.actor,
      event: 'attachments.file-uploaded',
      engagementId,
      details: { fileId: file.id, sha256: file.sha256 },
      onceKey: `attachments.file-uploaded/${file.id}`,
    });
    return file;
  });
}

async function standing(tx: FirmTransaction, engagementId: string): Promise<StoredAttachment[]> {
  const all = await currentAttachments(tx, engagementId, 'own');
  return all.filter(({ data }) => !(data as OwnAttachment).withdrawn);
}

function viewOf(stored: StoredAttachment, materialityOre: Ore): OwnAttachmentView {
  const { firmId: _, ...rest } = stored;
  const data = stored.data as OwnAttachment;
  const differenceOre = ownDifference(data);
  return {
    ...rest,
    data,
    closingOre: ownClosing(data),
    totalOre: ownTotal(data),
    differenceOre,
    noise: isNoise(differenceOre, materialityOre),
    draft: data.carriedFrom !== undefined,
  };
}

interface ToWrite {
  readonly engagementId: string;
  readonly group: string;
  readonly expectedVersion: number;
  readonly snapshotId: string;
  readonly data: OwnAttachment;
}

async function write(
  tx: FirmTransaction,
  { actor }: Caller,
  { engagementId, group, expectedVersion, snapshotId, data }: ToWrite,
): Promise<StoredAttachment> {
  const stored = await saveAttachment(tx, {
    engagementId,
    accountGroup: group,
    expectedVersion,
    snapshotId,
    origin: 'edited',
    data,
    figuresHash: sha256(canonicalJson(figuresOf(group, data))),
    savedBy: actor,
  });
  await recordHistory(tx, {
    actor,
    event: data.withdrawn ? 'attachments.own-withdrawn' : 'attachments.own-saved',
    engagementId,
    details: { accountGroup: group, version: stored.version },
    onceKey: `attachments.own-saved/${stored.id}`,
  });
  return stored;
}

/** An account is specified once: two attachments of one balance would count it twice. */
function refuseTaken(
  held: readonly StoredAttachment[],
  /** The one that is saved; undefined for a new one. */
  group: string | undefined,
  accounts: readonly AccountNumber[],
): void {
  for (const { accountGroup, data } of held) {
    const own = data as OwnAttachment;
    if (accountGroup === group || own.withdrawn) continue;
    const taken = accounts.find((account) => own.accounts.includes(account));
    if (taken === undefined) continue;
    throw new Problem({
      code: 'own-attachments.account-taken',
      what: `Konto ${taken} specificeras redan i bilagan ”${own.title}”.`,
      advice: 'Arbeta vidare i den bilagan, eller ta bort kontot ur den först.',
    });
  }
}

async function uploaded(tx: FirmTransaction, engagementId: string, id: string): Promise<OwnFile> {
  const file = await getFile(tx, id);
  if (file.engagementId !== engagementId || file.kind !== uploadKind) {
    throw new Problem({
      code: 'files.not-found',
      what: `Filen ${id} är inte uppladdad till bokslutet.`,
      advice: 'Ladda upp filen till bokslutet först.',
    });
  }
  const { name, mediaType, sha256: hash, sizeBytes } = file;
  return { fileId: id, name, mediaType, sha256: hash, sizeBytes };
}

/** A name that says nothing of folders, with the ending that its bytes call for. */
function fileName(name: string, extension: string): string {
  const base = name
    .replaceAll(/[^\p{L}\p{N} ._()-]/gu, '_')
    .replace(/\.[^.]{1,5}$/, '')
    .slice(0, 100)
    .trim();
  return `${base === '' ? 'underlag' : base}.${extension}`;
}

const refused = (faults: readonly string[]): Problem =>
  new Problem({
    code: 'own-attachments.refused',
    what: `Bilagan går inte att spara. ${faults.slice(0, 10).join(' ')}`,
    advice: 'Rätta det som är fel och spara igen.',
  });

const notFound = (group: string): Problem =>
  new Problem({
    code: 'own-attachments.not-found',
    what: `Bokslutet har ingen egen bilaga ${group}.`,
    advice: 'Välj en bilaga ur bokslutets lista, eller lägg upp en ny.',
  });

const tooLarge = {
  code: 'uploads.too-large',
  what: 'Filen är större än 20 MB.',
  advice: 'Dela filen eller spara den i mindre format.',
};

const typeRefused = {
  code: 'uploads.type-refused',
  what: 'Filen är inte av ett slag som kan bifogas.',
  advice: 'Bifoga PDF, PNG, JPEG, Excel eller Word utan makron, eller ren text.',
};

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type { Attachment } from '../../accounting/attachment.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { exchangeForm } from '../../accounting/exchange-form.ts';
import { checkoutFolder } from '../local-folder.ts';

/** What `summary.json` says of a run. */
export interface Summary {
  readonly seconds: number;
  readonly stepSeconds: Readonly<Record<string, number>>;
  readonly fortnoxRequests: number;
  readonly historyEvents: number;
  readonly historyBytes: number;
  readonly vouchersSent: number;
  readonly vouchersInFortnox: number;
  /** Vouchers that Fortnox holds more than once. */
  readonly duplicates: number;
  /** Paths from the checkout. */
  readonly files: readonly string[];
}

/** The folder that a run writes what its close made into. */
export interface Output {
  write(name: string, content: string | Uint8Array): void;
  /** The attachments' figures as other programs read them (test/cases/README.md, the expected file). */
  attachments(attachments: readonly Attachment[], balanceDate: IsoDate): void;
  /** The binder as it was stored, and the documents of it that a person opens. */
  binder(bytes: Uint8Array): void;
  /** From the checkout. */
  pathOf(name: string): string;
  /** All that was written, by name. */
  files(): string[];
}

const ownFolder = path.join(checkoutFolder, 'out', 'demo');

/** The demo's own folder begins empty, so that nothing of an earlier run is taken for this one's; in another nothing is removed. */
export function openOutput(folder: string = ownFolder): Output {
  if (folder === ownFolder) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const written = new Set<string>();
  const write = (name: string, content: string | Uint8Array): void => {
    writeFileSync(path.join(folder, name), content);
    written.add(name);
  };
  const pathOf = (name: string): string => path.relative(checkoutFolder, path.join(folder, name));
  return {
    write,
    attachments(attachments, balanceDate) {
      const byAccount = Object.fromEntries(attachments.map((one) => [one.account, exchangeForm(one)]));
      const content = { balanceDate, attachments: byAccount };
      write('attachments.json', `${JSON.stringify(content, undefined, 1)}\n`);
    },
    binder(bytes) {
      write('binder.zip', bytes);
      for (const [name, content] of Object.entries(unzipSync(bytes))) {
        if (/^[^/]+\.(pdf|xlsx|si)$/.test(name)) write(name, content);
      }
    },
    pathOf,
    files: () => [...written].toSorted().map(pathOf),
  };
}

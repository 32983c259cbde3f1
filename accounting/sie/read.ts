import { ore } from '../money.ts';
import { checkBalances } from './balances.ts';
import { VoucherBatch } from './batch.ts';
import { SieRefusal } from './findings.ts';
import { byteString, lineEnd, splitFields } from './fields.ts';
import { Ksumma } from './ksumma.ts';
import { VoucherLedger } from './ledger.ts';
import { Records } from './records.ts';
import { maxLineBytes, VoucherScanner } from './scan.ts';
import { refuseForeign } from './sniff.ts';
import type {
  ReadSieOptions,
  SieChecksum,
  SieContent,
  SieEncoding,
  SieFile,
  SieSource,
  SieType,
  SieVoucher,
} from './types.ts';

/** How much is scanned at a time: small enough for the processor's cache. Grows for a line or voucher that is longer. */
const windowBytes = 256 << 10;
const maxVoucherBytes = 32 << 20;

/**
 * Reads a SIE file of type 1, 2, 3, 4E or 4I in one pass, from bytes at hand or as they come.
 *
 * Resolves to the file with its findings. Without `onVouchers` the vouchers stay in it (about 1.6 times the file's size,
 * the bytes included: chunks above 256 kB are kept, not copied, and must not change); with it they are handed on in
 * batches and memory does not grow with the file. Throws `SieRefusal`, a `Problem` with code and line, when the file
 * cannot be trusted as a whole.
 */
export async function readSie(source: SieSource, options: ReadSieOptions = {}): Promise<SieFile> {
  const reader = new SieReader(options.fileName);
  const kept: VoucherBatch[] = [];
  const take = options.onVouchers ?? ((batch: VoucherBatch) => void kept.push(batch));
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    for (const batch of reader.push(chunk)) await take(batch);
  }
  for (const batch of reader.end()) await take(batch);
  return reader.file(kept);
}

/** `readSie` for bytes at hand, without a promise. */
export function readSieBytes(bytes: Uint8Array, fileName?: string): SieFile {
  const reader = new SieReader(fileName);
  return reader.file([...reader.push(bytes), ...reader.end()]);
}

/** What is known of a file while it is read; `readSie` drives it. */
class SieReader {
  private readonly ledger = new VoucherLedger();
  private readonly records = new Records(this.ledger.settled);
  private readonly scanner = new VoucherScanner(this.ledger);
  private readonly fileName: string | undefined;

  // The end of what came last, not yet scanned: less than a window, unless a voucher is longer than one.
  private rest = new Uint8Array(windowBytes);
  private restLength = 0;
  private started = false;

  private ksumma: Ksumma | undefined;
  /** Where the bytes that the checksum has yet to see begin, in the window at hand. */
  private unsummed = 0;
  private encodingChanged = 0;
  private checksum: SieChecksum = 'missing';

  constructor(fileName: string | undefined) {
    this.fileName = fileName;
  }

  /** Takes the next bytes; gives the vouchers that are complete. */
  *push(chunk: Uint8Array): Generator<VoucherBatch> {
    let at = 0;
    while (at < chunk.length) {
      if (this.restLength === 0) {
        // A large chunk is scanned where it is, window by window.
        let end = at + windowBytes;
        while (end <= chunk.length) {
          const next = yield* this.window(chunk, at, end);
          end = next === at ? end + (end - at) : next + windowBytes;
          at = next;
        }
      }
      const taken = Math.min(chunk.length - at, this.rest.length - this.restLength);
      this.rest.set(chunk.subarray(at, at + taken), this.restLength);
      this.restLength += taken;
      at += taken;
      if (this.restLength === this.rest.length) yield* this.scanRest();
    }
  }

  /** Takes the end of the file; gives the last vouchers. */
  *end(): Generator<VoucherBatch> {
    if (!this.started && this.restLength === 0) throw new SieRefusal('sie.empty', 0);
    const last = this.restLength === 0 ? 10 : this.rest[this.restLength - 1]!;
    const lineFinished = last === 10 || last === 13 || last === 0x1a;
    // A window ends with a line break; after a lone CR the line feed makes one line break of the two.
    const bytes = new Uint8Array(this.restLength + (last === 10 ? 0 : 1)).fill(10);
    bytes.set(this.rest.subarray(0, this.restLength));
    this.rest = new Uint8Array(0);
    const lastLine = (): number => this.scanner.line - 1;
    const consumed = yield* this.window(bytes, 0, bytes.length);
    if (consumed < bytes.length)
      throw new SieRefusal('sie.truncated', this.scanner.line, 'den sista verifikationen är inte avslutad');
    const broken = this.ledger.unclosedLine === lastLine() || this.records.incompleteLine === lastLine();
    if (!lineFinished && broken)
      throw new SieRefusal('sie.truncated', lastLine(), 'den sista raden är inte hel');
    if (this.ksumma !== undefined)
      throw new SieRefusal('sie.truncated', lastLine(), 'den avslutande kontrollsumman saknas');
    if (this.records.count === 0 && this.ledger.voucherCount === 0) throw new SieRefusal('sie.not-sie', 1);
  }

  private *scanRest(): Generator<VoucherBatch, void> {
    const bytes = this.rest;
    const next = yield* this.window(bytes, 0, bytes.length);
    this.restLength = bytes.length - next;
    // The old bytes belong to the batch now. A voucher longer than the window needs a larger one.
    this.rest = new Uint8Array(
      next === 0 ? bytes.length * 2 : Math.max(windowBytes, this.restLength + (windowBytes >> 1)),
    );
    this.rest.set(bytes.subarray(next));
  }

  /** Reads the whole lines between two offsets; returns where the next window begins. */
  private *window(bytes: Uint8Array, from: number, end: number): Generator<VoucherBatch, number> {
    const { scanner, ledger } = this;
    let start = from;
    if (!this.started) {
      this.started = true;
      start += refuseForeign(bytes, from, end);
      ledger.evidence.byteOrderMark = start > from;
    }
    const cut = lastLineBreak(bytes, start, end);
    if (cut === start) {
      if (end - start > maxLineBytes) throw new SieRefusal('sie.line-too-long', scanner.line);
      return start;
    }
    scanner.begin(cut - start);
    this.unsummed = start;
    let at = start;
    while ((at = scanner.scan(bytes, at, cut)) < cut) at = this.record(bytes, at, cut);
    if (scanner.place !== 'outside') {
      at = scanner.voucherStart;
      scanner.rewind();
      if (at === start && end - start > maxVoucherBytes)
        throw new SieRefusal('sie.voucher-too-large', scanner.line);
    }
    ledger.noteEncoding(bytes, scanner.vouchers, scanner.count, scanner.rows);
    this.settleEncoding();
    this.ksumma?.update(bytes, this.unsummed, at, ledger.source.encoding);
    if (scanner.count > 0)
      yield new VoucherBatch(bytes, scanner.vouchers, scanner.count, scanner.rows, ledger);
    return at;
  }

  /** Texts are decoded by all that is known so far; a file that changes its mind later mixes encodings. */
  private settleEncoding(): void {
    const { source, evidence } = this.ledger;
    const before = source.encoding;
    source.encoding = evidence.encoding;
    if (before !== 'ascii' && family(before) !== family(source.encoding))
      this.encodingChanged ||= this.scanner.line;
  }

  /** Reads one line that is neither voucher nor row; returns the start of the next. */
  private record(bytes: Uint8Array, start: number, end: number): number {
    const { scanner, ledger, records } = this;
    const line = scanner.line++;
    const stop = lineEnd(bytes, start, end);
    if (stop - start > maxLineBytes) throw new SieRefusal('sie.line-too-long', line);
    ledger.noteLine(bytes, start, stop, line);
    let at = start;
    while (bytes[at] !== 35) at++;
    const labelStart = ++at;
    while (at < stop && bytes[at]! > 32) at++;
    const label = byteString(bytes, labelStart, Math.min(at, labelStart + 20));
    const { fields, unclosed, hasQuoteInside } = splitFields(bytes, at, stop);
    if (unclosed) ledger.quoteUnclosed(line);
    if (hasQuoteInside) ledger.quoteInside(line);
    records.add(label, fields, line);
    if (label === 'RAR') this.noteYear();
    const next = bytes[stop] === 13 && stop + 1 < end && bytes[stop + 1] === 10 ? stop + 2 : stop + 1;
    if (label === 'KSUMMA')
      this.checksumMark(bytes, start, next, typeof fields[0] === 'string' ? fields[0] : '', line);
    return next;
  }

  /** The first `#RAR 0` says what the file's year is. */
  private noteYear(): void {
    const year = this.records.years.at(-1);
    if (year?.index !== 0 || this.ledger.yearFrom !== 0) return;
    this.ledger.yearFrom = Number(year.from.replaceAll('-', ''));
    this.ledger.yearTo = Number(year.to.replaceAll('-', ''));
  }

  /** The first `#KSUMMA`, without a value, starts the count; the next one has the sum of what stands between. */
  private checksumMark(bytes: Uint8Array, start: number, next: number, value: string, line: number): void {
    if (value === '') {
      this.ksumma ??= new Ksumma();
      this.unsummed = next;
      return;
    }
    if (this.ksumma === undefined) {
      this.ledger.settled.add('sie.checksum-unverifiable', line);
      this.checksum = 'unverifiable';
      return;
    }
    this.ledger.noteEncoding(bytes, this.scanner.vouchers, this.scanner.count, this.scanner.rows);
    this.ksumma.update(bytes, this.unsummed, start, this.ledger.evidence.encoding);
    const { sums } = this.ksumma;
    this.ksumma = undefined;
    // Some programs write the 32 bits as a signed number.
    const given = /^-?\d{1,10}$/.test(value) ? Number(value) >>> 0 : NaN;
    this.checksum = sums.includes(given) ? 'ok' : 'wrong';
    if (this.checksum === 'wrong') {
      this.ledger.settled.add('sie.checksum-wrong', line, () => [value, sums[0]?.toString() ?? '']);
    }
  }

  /** The file, once its end has come. `batches` are those that were not handed on. */
  file(batches: readonly VoucherBatch[]): SieFile {
    const { ledger, records } = this;
    const findings = ledger.settled;
    findings.absorb(ledger.findings);
    this.settleEncoding();
    const mixedLine = ledger.evidence.mixedLine || this.encodingChanged;
    if (mixedLine > 0) findings.add('sie.encoding-mixed', mixedLine);
    if (ledger.evidence.damagedLine > 0) findings.add('sie.text-damaged', ledger.evidence.damagedLine);
    const content: SieContent = { type: this.type(), ...records.content(ledger.source) };
    records.checkComplete(content.type);
    const used = [...ledger.usedAccounts()];
    if (records.hasChart) {
      for (const { number, firstLine } of used) {
        if (!records.hasAccount(number)) findings.add('sie.account-undeclared', firstLine, () => [number]);
      }
    }
    const movements = new Map(used.map(({ number, movementOre }) => [number, movementOre]));
    const firstLines = new Map(used.map(({ number, firstLine }) => [number, firstLine]));
    const balancesTie = checkBalances(content, movements, firstLines, findings);
    return {
      ...content,
      encoding: ledger.source.encoding,
      checksum: this.checksum,
      findings: findings.list(),
      voucherCount: ledger.voucherCount,
      rowCount: ledger.rowCount,
      debitOre: ore(ledger.debitOre),
      movements,
      balancesTie,
      batches,
      voucher: (index) => voucherOf(batches, index),
      *vouchers() {
        for (const batch of batches)
          for (let index = 0; index < batch.count; index++) yield batch.voucher(index);
      },
    };
  }

  /** 4I is told from 4E by the file's name (`.si`, `.se`), else by its lack of balances (`#SIETYP` is 4 for both). */
  private type(): SieType {
    const { records, ledger } = this;
    if (records.type === undefined) ledger.settled.add('sie.type-missing', 0);
    const hasBalances = records.balances.length > 0;
    const type = records.type ?? (ledger.voucherCount > 0 ? 4 : 1);
    if (type !== 4) return `${type}`;
    const extension = /\.s[ei]$/i.exec(this.fileName ?? '')?.[0].toLowerCase();
    if (extension === '.si' && hasBalances)
      ledger.settled.add('sie.balances-in-4i', records.balances[0]?.line ?? 0);
    return extension === '.si' || (extension === undefined && !hasBalances) ? '4I' : '4E';
  }
}

/** Latin-1 is Windows-1252 without its dashes: going from one to the other changes no text. */
const family = (encoding: SieEncoding): string => (encoding === 'windows-1252' ? 'latin-1' : encoding);

function voucherOf(batches: readonly VoucherBatch[], index: number): SieVoucher {
  let rest = index;
  for (const batch of batches) {
    if (rest < batch.count) return batch.voucher(rest);
    rest -= batch.count;
  }
  throw new RangeError(`no voucher ${index} among those kept`);
}

/** Just after the last line break, `start` when there is none. A CR at the very end may be half of a CRLF: not yet. */
function lastLineBreak(bytes: Uint8Array, start: number, end: number): number {
  const part = bytes.subarray(start, end);
  const lineFeed = part.lastIndexOf(10);
  const last = lineFeed === -1 ? part.lastIndexOf(13, part.length - 2) : lineFeed;
  return start + last + 1;
}

/**
 * The voucher numbers of one series that have been met, to find duplicates. Numbers come nearly always dense and from
 * 1: one bit each. Numbers far above the count of vouchers, or that are no numbers, go to a set instead, so that a few
 * vouchers with huge numbers cost nothing out of proportion.
 */
export class VoucherNumbers {
  private bits = new Uint8Array(128);
  private met = 0;
  private readonly others = new Set<string>();

  /** Notes a number written as a whole number below 2^31; true when it has been met before. */
  addWhole(number: number): boolean {
    this.met++;
    const byte = number >>> 3;
    if (byte >= this.bits.length) {
      if (byte > this.met + 1024) return this.addText(number.toString());
      const wider = new Uint8Array(Math.max(byte + 1, this.bits.length * 2));
      wider.set(this.bits);
      this.bits = wider;
    }
    const bit = 1 << (number & 7);
    const before = this.bits[byte]!;
    this.bits[byte] = before | bit;
    // A number may have gone to the set before the bits reached it.
    return (before & bit) !== 0 || (this.others.size > 0 && this.others.has(number.toString()));
  }

  /** Notes a number that is none; true when it has been met before. */
  addText(text: string): boolean {
    if (this.others.has(text)) return true;
    this.others.add(text);
    return false;
  }
}

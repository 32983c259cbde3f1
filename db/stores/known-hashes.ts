/**
 * The hashes of the texts that the database holds for an engagement, so that they need not be sent again: the first
 * eight bytes of each, 16 bytes a hash in memory. That another text begins alike is as likely as a broken disk, and is
 * noticed when it is written.
 */
export class KnownHashes {
  private readonly slots: Int32Array;

  /** @param prefixes eight bytes a hash */
  constructor(prefixes: Uint8Array) {
    const count = prefixes.length / 8;
    let size = 2;
    while (size < count * 1.5) size *= 2;
    this.slots = new Int32Array(size * 2);
    for (let at = 0; at < prefixes.length; at += 8) {
      const slot = this.find(prefixes, at);
      this.slots[slot] = word(prefixes, at);
      this.slots[slot + 1] = word(prefixes, at + 4);
    }
  }

  /** Whether the hash that begins at the offset is known. */
  has(bytes: Uint8Array, at: number): boolean {
    const slot = this.find(bytes, at);
    return (this.slots[slot]! | this.slots[slot + 1]!) !== 0;
  }

  /** The hash's slot, or the empty one where it would be. */
  private find(bytes: Uint8Array, at: number): number {
    const { slots } = this;
    const first = word(bytes, at);
    const second = word(bytes, at + 4);
    const mask = slots.length - 2;
    for (let slot = (first << 1) & mask; ; slot = (slot + 2) & mask) {
      if (slots[slot] === first && slots[slot + 1] === second) return slot;
      if ((slots[slot]! | slots[slot + 1]!) === 0) return slot;
    }
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);

/**
 * A set of hashes by their first eight bytes, 16 bytes or less a hash in memory, where a Set of strings takes a hundred.
 * That two hashes begin alike is as likely as a broken disk.
 */
export class HashSet {
  private slots: Int32Array;
  private size = 0;

  /** @param prefixes eight bytes a hash */
  constructor(prefixes: Uint8Array = new Uint8Array()) {
    this.slots = new Int32Array(roomFor(prefixes.length / 8));
    for (let at = 0; at < prefixes.length; at += 8) this.add(word(prefixes, at), word(prefixes, at + 4));
  }

  /** Whether the hash that begins at the offset is in it. */
  has(bytes: Uint8Array, at: number): boolean {
    const slot = this.find(word(bytes, at), word(bytes, at + 4));
    return (this.slots[slot]! | this.slots[slot + 1]!) !== 0;
  }

  /** Adds a hash of two words; false when it was in it. */
  add(first: number, second: number): boolean {
    const slot = this.find(first, second);
    if ((this.slots[slot]! | this.slots[slot + 1]!) !== 0) return false;
    this.slots[slot] = first;
    this.slots[slot + 1] = second;
    this.size++;
    if (roomFor(this.size) > this.slots.length) this.widen();
    return true;
  }

  private widen(): void {
    const { slots } = this;
    this.slots = new Int32Array(slots.length * 2);
    for (let slot = 0; slot < slots.length; slot += 2) {
      const first = slots[slot]!;
      const second = slots[slot + 1]!;
      if ((first | second) === 0) continue;
      const to = this.find(first, second);
      this.slots[to] = first;
      this.slots[to + 1] = second;
    }
  }

  /** The hash's slot, or the empty one where it would be. */
  private find(first: number, second: number): number {
    const { slots } = this;
    const mask = slots.length - 2;
    for (let slot = (first << 1) & mask; ; slot = (slot + 2) & mask) {
      if (slots[slot] === first && slots[slot + 1] === second) return slot;
      if ((slots[slot]! | slots[slot + 1]!) === 0) return slot;
    }
  }
}

/** Words for so many hashes, a power of two that they fill to two thirds at most. */
function roomFor(count: number): number {
  let slots = 64;
  while (slots < count * 1.5) slots *= 2;
  return slots * 2;
}

const word = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);

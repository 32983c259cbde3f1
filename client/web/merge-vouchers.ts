/** A voucher that two people have changed, each in their own way; undefined where one of them removed it. */
export interface MergeConflict<Voucher> {
  readonly id: string;
  readonly mine: Voucher | undefined;
  readonly theirs: Voucher | undefined;
}

export interface Merge<Voucher> {
  /** What both did; of a conflict, mine. */
  readonly vouchers: readonly Voucher[];
  /** What came from the other: added, changed or removed there alone. */
  readonly taken: readonly Voucher[];
  readonly conflicts: readonly MergeConflict<Voucher>[];
}

/**
 * Puts together what two people made of the same vouchers. What only one of them touched is as that person left it; what both
 * touched is a conflict, for a person to settle.
 */
export function mergeVouchers<Voucher extends { readonly id: string }>(
  base: readonly Voucher[],
  mine: readonly Voucher[],
  theirs: readonly Voucher[],
  same: (a: Voucher, b: Voucher) => boolean,
): Merge<Voucher> {
  const before = byId(base);
  const other = byId(theirs);
  const own = byId(mine);
  const vouchers: Voucher[] = [];
  const taken: Voucher[] = [];
  const conflicts: MergeConflict<Voucher>[] = [];
  const isAsBefore = (voucher: Voucher): boolean => {
    const was = before.get(voucher.id);
    return was !== undefined && same(voucher, was);
  };
  for (const voucher of mine) {
    const { id } = voucher;
    const they = other.get(id);
    if (they && !same(voucher, they) && isAsBefore(voucher)) {
      vouchers.push(they);
      taken.push(they);
    } else if (!they && before.has(id) && isAsBefore(voucher)) {
      taken.push(voucher);
    } else {
      vouchers.push(voucher);
      const touchedByBoth = they ? !same(voucher, they) && !isAsBefore(they) : before.has(id);
      if (touchedByBoth) conflicts.push({ id, mine: voucher, theirs: they });
    }
  }
  for (const voucher of theirs) {
    if (own.has(voucher.id)) continue;
    if (!before.has(voucher.id)) {
      vouchers.push(voucher);
      taken.push(voucher);
    } else if (!isAsBefore(voucher)) conflicts.push({ id: voucher.id, mine: undefined, theirs: voucher });
  }
  return { vouchers, taken, conflicts };
}

const byId = <Voucher extends { readonly id: string }>(
  vouchers: readonly Voucher[],
): ReadonlyMap<string, Voucher> => new Map(vouchers.map((voucher) => [voucher.id, voucher]));

import type { ItemSkeleton } from "./shape.ts";

/** Which items of two turns belong together. */
export interface Alignment {
  readonly pairs: readonly (readonly [golden: ItemSkeleton, actual: ItemSkeleton])[];
  readonly missing: readonly ItemSkeleton[];
  readonly extra: readonly ItemSkeleton[];
}

/**
 * Pairs the items of two turns by type and order. Items of one golden run may be found in any order,
 * one after the other or at once; items of different runs must keep their order.
 */
export function alignWork(
  golden: readonly ItemSkeleton[],
  actual: readonly ItemSkeleton[],
): Alignment {
  const free = new Set(actual);
  const pairs: (readonly [ItemSkeleton, ItemSkeleton])[] = [];
  const missing: ItemSkeleton[] = [];
  let floor = 0;
  for (const run of runsOf(golden)) {
    const open = new Set(run);
    let highest = floor;
    const take = (wanted: ItemSkeleton, fits: (one: ItemSkeleton) => boolean): void => {
      const found = [...free].find(
        (one) => one.run >= floor && one.type === wanted.type && fits(one),
      );
      if (found === undefined) return;
      free.delete(found);
      open.delete(wanted);
      highest = Math.max(highest, found.run);
      pairs.push([wanted, found]);
    };
    // Among items that ran at once, those that ended alike belong together.
    if (run.length > 1) for (const wanted of run) take(wanted, (one) => endsAlike(wanted, one));
    for (const wanted of [...open]) take(wanted, () => true);
    missing.push(...open);
    floor = highest;
  }
  return { pairs, missing, extra: [...free] };
}

function runsOf(items: readonly ItemSkeleton[]): readonly (readonly ItemSkeleton[])[] {
  const runs = new Map<number, ItemSkeleton[]>();
  for (const item of items) {
    const run = runs.get(item.run) ?? [];
    run.push(item);
    runs.set(item.run, run);
  }
  return [...runs.values()];
}

function endsAlike(one: ItemSkeleton, other: ItemSkeleton): boolean {
  return one.status === other.status && JSON.stringify(one.asks) === JSON.stringify(other.asks);
}

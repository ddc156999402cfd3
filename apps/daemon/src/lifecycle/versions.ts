/**
 * Whether one version comes after the other, as npm orders them: numbers count, and `1.0.0-beta.2`
 * lies between `1.0.0-beta.1` and `1.0.0`. What is no version comes first.
 */
export function isNewer(version: string, than: string): boolean {
  return compare(version, than) > 0;
}

function compare(one: string, other: string): number {
  const [oneCore, oneLabel] = partsOf(one);
  const [otherCore, otherLabel] = partsOf(other);
  const core = compareLists(oneCore, otherCore);
  if (core !== 0) return core;
  if (oneLabel.length === 0 || otherLabel.length === 0) {
    return Number(oneLabel.length === 0) - Number(otherLabel.length === 0);
  }
  return compareLists(oneLabel, otherLabel);
}

function partsOf(version: string): readonly [readonly string[], readonly string[]] {
  const [, core = "", label = ""] =
    /^v?(\d+(?:\.\d+)*)(?:-([\w.-]+))?(?:\+.*)?$/u.exec(version.trim()) ?? [];
  return [core === "" ? [] : core.split("."), label === "" ? [] : label.split(".")];
}

function compareLists(one: readonly string[], other: readonly string[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const order = compareWords(one[at], other[at]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Fewer words come first, numbers before other words. */
function compareWords(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) {
    return Number(one !== undefined) - Number(other !== undefined);
  }
  const [oneIsNumber, otherIsNumber] = [/^\d+$/u.test(one), /^\d+$/u.test(other)];
  if (oneIsNumber && otherIsNumber) return Math.sign(Number(one) - Number(other));
  if (oneIsNumber !== otherIsNumber) return oneIsNumber ? -1 : 1;
  return one === other ? 0 : one < other ? -1 : 1;
}

/** A version as programs print it. */
export interface Version {
  /** `0.169.0`, with what follows it: `0.170.0-alpha.3`. */
  readonly text: string;
  readonly numbers: readonly number[];
  readonly isRelease: boolean;
}

/** The first version in what a program printed: `codex-cli 0.169.0`, `v1.2.3-beta.1`. */
export function parseVersion(output: string): Version | null {
  const found = /(?:^|[^\w.])v?(\d+(?:\.\d+)+)(-[\w.]+)?/u.exec(output);
  const digits = found?.[1];
  if (digits === undefined) return null;
  const suffix = found?.[2] ?? "";
  return {
    text: digits + suffix,
    numbers: digits.split(".").map(Number),
    isRelease: suffix === "",
  };
}

/** Newest first; what tells no version comes last, and what is equal keeps its order. */
export function newestFirst<T extends { readonly version: Version | null }>(
  found: readonly T[],
): readonly T[] {
  return found.toSorted((left, right) => compare(right.version, left.version));
}

function compare(left: Version | null, right: Version | null): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  const length = Math.max(left.numbers.length, right.numbers.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.isRelease !== right.isRelease) return Number(left.isRelease) - Number(right.isRelease);
  return left.text.localeCompare(right.text, "en", { numeric: true });
}

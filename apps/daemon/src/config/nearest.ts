/** The word most like a wrong one; null when none is alike enough to be meant. */
export function nearest(wrong: string, known: Iterable<string>): string | null {
  const most = Math.max(1, Math.floor(wrong.length / 3));
  let best: { readonly word: string; readonly distance: number } | null = null;
  for (const word of known) {
    if (Math.abs(word.length - wrong.length) > most) continue;
    const distance = editDistance(wrong.toLowerCase(), word.toLowerCase());
    if (distance <= most && (best === null || distance < best.distance)) best = { word, distance };
  }
  return best?.word ?? null;
}

/** Letters to insert, remove, replace or swap. */
function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      let distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && isSwap) {
        distance = Math.min(distance, (before[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    before = previous;
    previous = current;
  }
  return previous[other.length] ?? 0;
}

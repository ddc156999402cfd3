/** When another client can take a thread up: at once, or with real codex once it has had a turn. */
export type Joining = "at once" | "after a turn";

/**
 * The first of what the script's client heard that the other one does not, in that order; null when there
 * is none. Who takes a thread up while it goes on comes into the middle: of two connections nobody can say
 * what was told before. There it begins with the first thing that both hear, and from then on all counts.
 */
export function firstUnseen(
  heard: readonly string[],
  found: readonly string[],
  joining: Joining,
): string | null {
  const [first = ""] = joining === "at once" ? [] : found;
  let at = 0;
  for (const text of heard.slice(Math.max(0, heard.indexOf(first)))) {
    const next = found.indexOf(text, at);
    if (next === -1) return text.length > 300 ? `${text.slice(0, 300)}…` : text;
    at = next + 1;
  }
  return null;
}

/**
 * A text from outside as it may be shown on a terminal: no character in it begins a line, steers the
 * terminal, or turns the direction of what stands beside it.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" ? " | " : character === "\t" ? " " : "\uFFFD",
  );
}

/** How text is set off on a terminal. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly ask: (text: string) => string;
}

const plain = (text: string): string => text;

/**
 * Colours for a terminal; none for pipes and files, unless `NO_COLOR` or `FORCE_COLOR` say
 * otherwise.
 */
export function styleOf(stream: { readonly isTTY?: boolean }): Style {
  const { NO_COLOR = "", FORCE_COLOR = "" } = process.env;
  const colourful = FORCE_COLOR === "" ? stream.isTTY === true : FORCE_COLOR !== "0";
  if (!colourful || NO_COLOR !== "") {
    return { bold: plain, dim: plain, good: plain, bad: plain, ask: plain };
  }
  const code = (on: number, off: number) => (text: string) => `\u001B[${on}m${text}\u001B[${off}m`;
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    good: code(32, 39),
    bad: code(31, 39),
    ask: code(33, 39),
  };
}

import { printable } from "./printable.ts";

/** A beat as it is listed. */
export interface BeatRow {
  readonly name: string;
  readonly sentence: string;
  /** Features that need it together, one list for each way to need it; empty = every bridge. */
  readonly needs: readonly (readonly string[])[];
  /** Null = nobody looked. */
  readonly isThere: boolean | null;
}

/**
 * Beats for a terminal, one line each, the missing ones first: state, file, features, sentence. Then
 * the files that belong to no beat. Ends with a line feed.
 */
export function beatsReport(
  title: string,
  rows: readonly BeatRow[],
  strangers: readonly string[] = [],
): string {
  const missing = rows.filter(({ isThere }) => isThere === false);
  const ordered = [...missing, ...rows.filter((row) => !missing.includes(row))];
  const cells = ordered.map(({ name, needs, isThere, sentence }) => [
    ...(isThere === null ? [] : [isThere ? "there" : "MISSING"]),
    `${name}.jsonl`,
    needs.length === 0 ? "every bridge" : needs.map((list) => list.join(" + ")).join(" or "),
    sentence,
  ]);
  const sections = [
    printable(title),
    columns(cells),
    ...strangers.map((name) => printable(`${name} belongs to no beat: nothing plays it.`)),
  ];
  return `${sections.join("\n\n")}\n`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row
        .map((text, column) => (column === row.length - 1 ? text : text.padEnd(width(column))))
        .join("  "),
    )
    .join("\n");
}

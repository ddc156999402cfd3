import type { MethodEntry } from "../packages/bridge-core/src/methods/table.ts";

type Kind = MethodEntry["kind"];

const words: Readonly<Record<Kind, string>> = {
  answered: "answered",
  empty: "empty but true",
  refused: "refused",
};

const introduction = [
  "# The codex methods",
  "",
  "What Fairlead does with every method of the codex wire, for every agent alike. *Empty but true* means that",
  "Fairlead itself has nothing of the kind; hooks, plugins and MCP servers inside an agent are the agent's own",
  "to list. *Refused* is error −32601 with the sentence of the last column. Methods marked * are for clients",
  "whose `initialize` said `capabilities.experimentalApi`.",
  "",
  "Written by `pnpm methods --markdown`.",
];

/** How many methods are answered, empty and refused, in one line. Called by `pnpm methods`. */
export function methodCounts(entries: readonly MethodEntry[]): string {
  const count = (kind: Kind): string =>
    `${entries.filter((entry) => entry.kind === kind).length} ${words[kind]}`;
  return `${entries.length} methods: ${count("answered")}, ${count("empty")}, ${count("refused")}`;
}

/** The table for a terminal. Called by `pnpm methods`. */
export function methodLines(entries: readonly MethodEntry[]): string[] {
  const width = Math.max(...entries.map(({ method }) => method.length));
  const kindWidth = Math.max(...Object.values(words).map((word) => word.length));
  return entries.map((entry) => {
    const columns = [
      markedName(entry).padEnd(width + 1),
      words[entry.kind].padEnd(kindWidth),
      entry.reason ?? "",
    ];
    return columns.join("  ").trimEnd();
  });
}

/** `docs/methods.md`. Called by `pnpm methods --markdown` and by the test that compares the file. */
export function methodPage(entries: readonly MethodEntry[]): string {
  const rows = entries.map((entry) => {
    const name = `\`${entry.method}\`${entry.stability === "experimental" ? " \\*" : ""}`;
    return `| ${name} | ${words[entry.kind]} | ${entry.reason ?? ""} |`;
  });
  const table = [
    "| method | answer | why, and what to do instead |",
    "| --- | --- | --- |",
    ...rows,
  ];
  return [...introduction, "", ...table, "", `${methodCounts(entries)}.`, ""].join("\n");
}

function markedName({ method, stability }: MethodEntry): string {
  return stability === "experimental" ? `${method}*` : method;
}

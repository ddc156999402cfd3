import type { FileChange } from "../ops.ts";

/** A unified diff without what stands before its hunks. */
export function hunksOf(diff: string): string {
  return diff.slice(Math.max(diff.search(/^@@/m), 0));
}

/** The lines of a diff that begin with this sign: the whole of a new file, or of one that went. */
function contentOf(diff: string, sign: "+" | "-"): string {
  const lines = hunksOf(diff)
    .split("\n")
    .filter((line) => line.startsWith(sign));
  return lines.map((line) => `${line.slice(1)}\n`).join("");
}

/** The change of a file, as a unified diff tells it. */
export function diffChange(path: string, kind: FileChange["kind"], diff: string): FileChange {
  if (kind === "add") return { path, kind, diff: contentOf(diff, "+") };
  return { path, kind, diff: kind === "delete" ? contentOf(diff, "-") : hunksOf(diff) };
}

/**
 * The changes a model asks for in the form of `*** Update File: PATH`; `absolute` makes its paths
 * such.
 */
export function patchChanges(
  patch: string,
  absolute: (path: string) => string,
): readonly FileChange[] {
  const [, ...files] = patch.split(/^\*\*\* (?=(?:Add|Update|Delete) File: )/m);
  return files.map((file) => {
    const [head = "", ...lines] = file.split("\n");
    const [, word, name = ""] = /^(\w+) File: (.*)$/.exec(head) ?? [];
    const path = absolute(name.trim());
    const [move] = lines.filter((line) => line.startsWith("*** Move to: "));
    const diff = lines.filter((line) => !line.startsWith("*** ")).join("\n");
    if (word === "Delete") return { path, kind: "delete", diff: "" };
    if (word === "Add") return { path, kind: "add", diff: contentOf(diff, "+") };
    const change = { path, kind: "update", diff } as const;
    return move === undefined ? change : { ...change, movedTo: absolute(move.slice(13).trim()) };
  });
}

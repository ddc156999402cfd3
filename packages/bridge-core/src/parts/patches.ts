import type { FileChange } from "../ops.ts";
import { textOf, type Fields } from "./fields.ts";
import { replacingHunk } from "./hunks.ts";

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

/** The change of a file, as a unified diff tells it; `word`: `add`, `delete`, or else an update. */
export function diffChange(
  path: string,
  word: unknown,
  diff: string,
  movedTo: string = "",
): FileChange {
  const kind = word === "add" || word === "delete" ? word : "update";
  if (kind === "add") return { path, kind, diff: contentOf(diff, "+") };
  const change: FileChange = {
    path,
    kind,
    diff: kind === "delete" ? contentOf(diff, "-") : hunksOf(diff),
  };
  return movedTo === "" ? change : { ...change, movedTo };
}

/** The change of a file by its diff where there is one, or as it was asked for: in one place, or whole. */
export function diffOrProposal(
  path: string,
  diff: string,
  asked: { readonly before: unknown; readonly after: unknown; readonly content: unknown },
  exists: unknown,
): FileChange {
  const hunks = hunksOf(diff);
  const { before, after, content } = asked;
  // What is written is new until it is said that it is not.
  const isNew = exists === undefined ? /^(@@ -0,0 |$)/.test(hunks) : exists === false;
  if (typeof content === "string" && isNew) return { path, kind: "add", diff: content };
  const proposed = replacingHunk(textOf(before), textOf(after ?? content));
  return { path, kind: "update", diff: hunks || proposed };
}

/**
 * The changes a model asks for in the form of `*** Update File: PATH`; `absolute` makes its paths
 * such. `before`: what files hold, by their paths, such or as the patch has them: shown of those that go.
 */
export function patchChanges(
  patch: string,
  absolute: (path: string) => string,
  before: Fields = {},
): readonly FileChange[] {
  const [, ...files] = patch.split(/^\*\*\* (?=(?:Add|Update|Delete|Move) File: )/m);
  // One for each: what is said twice of a file is done twice, and none may hide the other.
  const changes: FileChange[] = [];
  for (const file of files) {
    const [head = "", ...lines] = file.split("\n");
    const [, word, name = ""] = /^(\w+) File: (.*)$/.exec(head) ?? [];
    // A move stands in the change of its file, or, where that is another line, behind it.
    const [, from, to] = word === "Move" ? (/^(.*?) -> (.*)$/.exec(name) ?? []) : [];
    const path = absolute((from ?? name).trim());
    const moved = lines.find((line) => line.startsWith("*** Move to: "))?.slice(13) ?? to;
    const diff = lines.filter((line) => !line.startsWith("*** ")).join("\n");
    const movedTo = moved === undefined ? {} : { movedTo: absolute(moved.trim()) };
    const held = textOf(before[name.trim()] ?? before[path]);
    const at = changes.findLastIndex((change) => change.path === path);
    if (word === "Delete") changes.push({ path, kind: "delete", diff: held });
    else if (word === "Add") changes.push({ path, kind: "add", diff: contentOf(diff, "+") });
    else if (word === "Move" && at >= 0 && changes[at]?.movedTo === undefined) {
      changes.splice(at, 1, { path, kind: "update", diff: "", ...changes[at], ...movedTo });
    } else changes.push({ path, kind: "update", diff: word === "Move" ? "" : diff, ...movedTo });
  }
  return changes;
}

/**
 * The changes with the diffs that a result tells, fenced or not, in the order of the changes. Where
 * their number is another one, nobody can tell which is whose: then they stay as they are.
 */
export function withDiffs(
  changes: readonly FileChange[],
  told: readonly string[],
): readonly FileChange[] {
  const diffs = told.map((diff) => diff.replaceAll(/^```.*\n?/gm, ""));
  const found = diffs.filter((diff) => /^@@/m.test(diff)).map(hunksOf);
  if (found.length !== changes.length) return changes;
  return changes.map((change, index) =>
    change.kind === "update" ? { ...change, diff: found[index] ?? change.diff } : change,
  );
}

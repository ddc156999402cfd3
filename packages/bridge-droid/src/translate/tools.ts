import type { FileChange, ItemDraft } from "@fairlead/bridge-core";
import {
  changeHunks,
  diffChange,
  fieldsIn,
  lineHunk,
  listingItem,
  listOf,
  markedSteps,
  numberOf,
  otherTool,
  patchChanges,
  pathFrom,
  readingItem,
  replacingHunk,
  searchingItem,
  textOf,
  type BlockTongue,
  type CallPlace,
  type JsonFields,
} from "@fairlead/bridge-core/parts";

/** What the item of a call is made of. */
interface Given extends CallPlace {
  readonly input: JsonFields;
  /** The text in a field. */
  readonly word: (key: string) => string;
}

const items: Readonly<Record<string, (given: Given) => ItemDraft>> = {
  Execute: ({ word }) => ({ type: "command", command: word("command"), cwd: null }),
  Read: (given) =>
    readingItem(pathIn(given), lineOf(given.input["offset"]), numberOf(given.input["limit"])),
  Grep: ({ word }) => searchingItem(word("pattern"), word("path"), word("glob_pattern")),
  Glob: ({ word, input }) => listingItem(word("folder"), globOf(input["patterns"])),
  LS: ({ word }) => listingItem(word("directory_path"), ""),
  Create: (given) => ({ type: "fileChange", changes: [proposed(given)] }),
  Edit: (given) => ({ type: "fileChange", changes: [proposed(given)] }),
  MultiEdit: (given) => ({ type: "fileChange", changes: [proposed(given)] }),
  ApplyPatch({ word, cwd, before }) {
    const patch = word("input") || word("patch");
    const changes = patchChanges(patch, (file) => pathFrom(cwd, file), before);
    return { type: "fileChange", changes };
  },
  WebSearch: ({ word }) => ({ type: "webSearch", query: word("query") }),
  ExitSpecMode: ({ word }) => ({ type: "plan", text: word("plan") }),
  Task: ({ word }) => ({ type: "subagent", prompt: word("prompt") }),
};

function pathIn({ word, cwd }: Given): string {
  return pathFrom(cwd, word("file_path"));
}

/** What a file tool would change: line numbers are not known yet. */
function proposed(given: Given): FileChange {
  const path = pathIn(given);
  const { content, changes = [given.input] } = given.input;
  const held = given.before[path];
  if (typeof content === "string" && typeof held === "string") {
    return { path, kind: "update", diff: changeHunks(held, content) };
  }
  if (typeof content === "string") return { path, kind: "add", diff: content };
  const diffs = listOf(changes).map(({ old_str: before, new_str: after }) =>
    replacingHunk(textOf(before), textOf(after)),
  );
  return { path, kind: "update", diff: diffs.join("") };
}

/** What Droid adds to what a command printed. */
const exited = /\n\n\[Process exited with code (\d+)\]\s*$/;
/** The same before it, when it printed nothing or went wrong. */
const remark = /^(Command completed successfully$|Error: Command [^\n]*(\n|$))/;

function ran(said: string, failed: boolean): { output: string; exitCode: number | null } {
  const [, told] = exited.exec(said) ?? [];
  if (told === undefined) return { output: said, exitCode: failed ? null : 0 };
  return { output: said.replace(exited, "").replace(remark, ""), exitCode: Number(told) };
}

/** The changes as a result tells them, where it does: as JSON. */
function changed(proposals: readonly FileChange[], said: string): readonly FileChange[] {
  const { diffLines, files } = fieldsIn(said);
  const [first] = proposals;
  const diff = lineHunk(diffLines);
  if (first !== undefined && diff !== "") return [{ ...first, diff }];
  return proposals.map((change) => {
    const told = listOf(files).find((file) => file["file_path"] === change.path);
    const hunks = textOf(told?.["diff"]);
    const whole = hunks.endsWith("\n") ? hunks : `${hunks}\n`;
    return hunks === "" ? change : diffChange(change.path, change.kind, whole, change.movedTo);
  });
}

function lineOf(offset: unknown): number | undefined {
  const from = numberOf(offset);
  return from === undefined ? undefined : from + 1;
}

function globOf(patterns: unknown): string {
  return Array.isArray(patterns) ? patterns.map(textOf).join(" ") : textOf(patterns);
}

/** What Droid's tools and words mean. */
export const tongue: BlockTongue = {
  item(name, input, { cwd, before }) {
    const word = (key: string): string => textOf(input[key]);
    const shown = Object.hasOwn(items, name) ? items[name] : undefined;
    return shown?.({ cwd, before, input, word }) ?? otherTool(name, input);
  },
  changing({ name, item }) {
    const changes = item.type === "fileChange" ? item.changes : [];
    const gone = changes.filter(({ kind }) => name === "Create" || kind === "delete");
    return gone.map(({ path }) => path);
  },
  steps: ({ name, input }) => (name === "TodoWrite" ? markedSteps(input["todos"]) : null),
  // In Droid's words, with which it stops, and in ours.
  refusal: /^(?:Error: )?(?:(Tool execution cancelled|Plan not approved)|The user declined)/,
  ran,
  changed,
};

import { decide } from "../packages/bridge-acp/src/permissions.ts";
import { verdictOn as verdictOfAmp } from "../packages/bridge-amp/src/permissions.ts";
import type { Settings } from "../packages/bridge-core/src/adapter.ts";
import type { ItemDraft } from "../packages/bridge-core/src/ops.ts";
import { isGranted } from "../packages/bridge-droid/src/permissions.ts";
import { verdictOn as verdictOfHermes } from "../packages/bridge-hermes/src/permissions.ts";

const cwd = "/project";
const path = `${cwd}/notes.txt`;
const edit: ItemDraft = { type: "fileChange", changes: [{ path, kind: "update", diff: "" }] };
const command: ItemDraft = { type: "command", command: "make", cwd };

/** What goes on without asking: nothing that has an effect, edits of files in the folder, or all. */
export type Unasked = "nothing" | "edits" | "all";

/** What a bridge lets run, told from its own rule and one call of each kind. */
function toldBy(runs: (item: ItemDraft) => boolean): Unasked {
  if (runs(command)) return "all";
  return runs(edit) ? "edits" : "nothing";
}

/** What each bridge that answers its agent call by call lets go on under these settings. */
export function unaskedOf(settings: Settings): Readonly<Record<string, Unasked>> {
  return {
    Droid: toldBy((item) => {
      const name = item.type === "command" ? "Execute" : "Edit";
      return isGranted({ name, input: {}, item }, { settings, cwd });
    }),
    Amp: toldBy((item) => {
      const tool = item.type === "command" ? "Bash" : "edit_file";
      return verdictOfAmp({ tool, inside: true, guarded: false }, settings) === "allow";
    }),
    Hermes: toldBy((item) => {
      const name = item.type === "command" ? "terminal" : "write_file";
      const place = { cwd, path };
      return verdictOfHermes({ name, input: {}, item, place }, settings) === "allow";
    }),
    ACP: toldBy((item) => {
      const kind = item.type === "command" ? "execute" : "edit";
      const content = [{ type: "diff", path, oldText: "a", newText: "b" }];
      return decide({ kind, content, locations: [{ path }] }, settings, cwd) === "allow";
    }),
  };
}

import type { Settings } from "@fairlead/bridge-core";
import type { JsonFields, StreamedCall } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import { isGranted } from "../src/permissions.ts";
import { tongue } from "../src/translate/tools.ts";
import { folder, settings } from "./open-thread.ts";

function toolCall(name: string, input: JsonFields, cwd: string): StreamedCall {
  return { name, input, item: tongue.item(name, input, { cwd, before: {} }) };
}

const calls = {
  "read in": toolCall("Read", { file_path: `${folder}/a` }, folder),
  "list in": toolCall("LS", {}, folder),
  "read out": toolCall("Read", { file_path: "/etc/passwd" }, folder),
  "list out": toolCall("LS", { path: ".", directory_path: "/etc" }, folder),
  "search out": toolCall("Grep", { file_path: "a", pattern: "x", path: "/etc" }, folder),
  "search a list": toolCall("Grep", { pattern: "x", path: ["/etc"] }, folder),
  edit: toolCall("Edit", { file_path: `${folder}/a`, old_str: "x", new_str: "y" }, folder),
  "edit out": toolCall("Create", { file_path: "/home/user/b", content: "" }, folder),
  guarded: toolCall(
    "Create",
    { file_path: `${folder}/.factory/settings.json`, content: "" },
    folder,
  ),
  move: toolCall(
    "ApplyPatch",
    { input: "*** Begin Patch\n*** Update File: a\n*** Move to: ../b\n*** End Patch" },
    folder,
  ),
  "moved and changed": toolCall(
    "ApplyPatch",
    {
      input:
        "*** Begin Patch\n*** Update File: a\n*** Move to: ../b\n@@\n-1\n+2\n*** Update File: a\n@@\n-1\n+2\n*** End Patch",
    },
    folder,
  ),
  command: toolCall("Execute", { command: "ls" }, folder),
  mcp: toolCall("probe___act", {}, folder),
  task: toolCall("Task", { prompt: "x" }, folder),
  plan: toolCall("ExitSpecMode", { plan: "x" }, folder),
};

function granted(change: Partial<Settings>): string {
  const o = { settings: { ...settings, ...change }, cwd: folder };
  const names = Object.entries(calls).filter(([, call]) => isGranted(call, o));
  return names.map(([name]) => name).join(", ");
}

const reads = "read in, list in";
const everything = Object.keys(calls)
  .filter((name) => name !== "plan")
  .join(", ");

test.each([
  ["default", "ask", "read-only", reads],
  ["default", "ask", "workspace-write", reads],
  ["default", "ask", "danger-full-access", reads],
  ["default", "auto", "read-only", reads],
  ["default", "auto", "workspace-write", `${reads}, edit`],
  ["default", "auto", "danger-full-access", everything],
  ["plan", "auto", "danger-full-access", reads],
] as const)("permission-cells: %s, %s, %s", (mode, approvals, sandbox, expected) => {
  expect(granted({ mode, approvals, sandbox })).toBe(expected);
});

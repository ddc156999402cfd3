import { expect, test } from "vitest";
import { permissionsOf, verdictOn } from "../src/permissions.ts";
import { isAsk, openThread, settings } from "./open-thread.ts";

const calls = {
  "reading inside": { tool: "read", builtin: true, inside: true, guarded: false },
  "reading outside": { tool: "grep", builtin: true, inside: false, guarded: true },
  "editing inside": { tool: "edit", builtin: true, inside: true, guarded: false },
  "editing git's own": { tool: "write", builtin: true, inside: true, guarded: true },
  "editing outside": { tool: "write", builtin: true, inside: false, guarded: true },
  "a command": { tool: "bash", builtin: true, inside: true, guarded: false },
  "another's tool": { tool: "deploy", builtin: false, inside: true, guarded: false },
  "another's `read`": { tool: "read", builtin: false, inside: true, guarded: false },
  "an MCP tool": { tool: "mcp__srv__shout", builtin: true, inside: true, guarded: false },
} as const;
type Call = keyof typeof calls;

const names: readonly Call[] = [
  "reading inside",
  "reading outside",
  "editing inside",
  "editing git's own",
  "editing outside",
  "a command",
  "another's tool",
  "another's `read`",
  "an MCP tool",
];

/** What every cell of approvals × sandbox is, call by call in the order of `names`. */
const reading = "allow ask ask ask ask ask ask ask ask";
const cells = [
  ["default", "ask", "read-only", reading],
  ["default", "ask", "workspace-write", reading],
  ["default", "ask", "danger-full-access", reading],
  ["default", "auto", "read-only", reading],
  ["default", "auto", "workspace-write", "allow ask allow ask ask ask ask ask ask"],
  ["default", "auto", "danger-full-access", "run run run run run run run run run"],
  ["plan", "ask", "read-only", "allow ask plan plan plan ask ask ask ask"],
  ["plan", "auto", "danger-full-access", "allow ask plan plan plan ask ask ask ask"],
] as const;

test.each(cells)("%s mode, %s × %s: %s", (mode, approvals, sandbox, expected) => {
  const permissions = permissionsOf({ ...settings, mode, approvals, sandbox });
  expect(names.map((name) => verdictOn(calls[name], permissions)).join(" ")).toBe(expected);
});

const held = cells.flatMap(([mode, approvals, sandbox, expected]) => {
  const verdicts = expected.split(" ");
  return names.map((name, at) => [name, mode, approvals, sandbox, verdicts[at] ?? ""] as const);
});

test.each(held)("%s in %s mode, %s × %s: Pi is told %s", async (...row) => {
  const [name, mode, approvals, sandbox, verdict] = row;
  const opened = await openThread({
    spec: { settings: { ...settings, mode, approvals, sandbox } },
  });
  const { tool, ...facts } = calls[name];
  const call = { fairlead: "tool_call", id: "call_1", tool, input: { path: "x" }, ...facts };
  const request = { type: "extension_ui_request", id: "ask-1", method: "select", options: [] };
  opened.pi.emit({ ...request, title: JSON.stringify(call) });
  if (verdict === "ask") {
    await opened.until(isAsk);
    await opened.thread.answer("ask-1", { type: "decline" });
  }
  const written = await opened.pi.nextWrite();
  const value = verdict === "ask" ? "deny" : verdict;
  expect(written).toEqual({ type: "extension_ui_response", id: "ask-1", value });
  await opened.thread[Symbol.asyncDispose]();
});

import { expect, test } from "vitest";
import { verdictOn } from "../src/permissions.ts";
import { serverNames, toolCall } from "../src/translate/tools.ts";
import { folder, settings } from "./open-thread.ts";

const calls = {
  read: toolCall("read_file", { path: "a" }, { cwd: folder, path: `${folder}/a` }),
  "read outside": toolCall("read_file", { path: "/etc/a" }, { cwd: folder, path: "/etc/a" }),
  "read unknown": toolCall("read_file", { path: "a" }, { cwd: folder }),
  "search with an option": toolCall(
    "search_files",
    { pattern: "--pre=rm" },
    { cwd: folder, path: folder },
  ),
  "read an option": toolCall("read_file", { path: "-e" }, { cwd: folder, path: `${folder}/-e` }),
  write: toolCall("write_file", { path: "a", content: "" }, { cwd: folder, path: `${folder}/a` }),
  "write .git": toolCall(
    "write_file",
    { path: ".git/a", content: "" },
    { cwd: folder, path: `${folder}/.git/a` },
  ),
  "write outside": toolCall("write_file", { path: "/a", content: "" }, { cwd: folder, path: "/a" }),
  "write unknown": toolCall("write_file", { path: "a", content: "" }, { cwd: folder }),
  "patch of many": toolCall("patch", { patch: "*** Add File: a\n+a" }, { cwd: folder }),
  terminal: toolCall("terminal", { command: "ls" }, { cwd: folder }),
  script: toolCall("execute_code", { code: "1" }, { cwd: folder }),
  "look at a process": toolCall("process", { action: "poll" }, { cwd: folder }),
  "write to a process": toolCall("process", { action: "write" }, { cwd: folder }),
  "sub-agent": toolCall("delegate_task", { goal: "x" }, { cwd: folder }),
  "another program": toolCall("delegate_task", { goal: "x", acp_command: "y" }, { cwd: folder }),
  "any other": toolCall("mcp_server_tool", {}, { cwd: folder }),
};

const modes = {
  ask: settings,
  "auto read-only": { ...settings, approvals: "auto", sandbox: "read-only" },
  "auto workspace-write": { ...settings, approvals: "auto" },
  "auto danger-full-access": { ...settings, approvals: "auto", sandbox: "danger-full-access" },
  plan: { ...settings, mode: "plan", approvals: "auto", sandbox: "danger-full-access" },
} as const;

test.each(Object.entries(modes))("%s", (_, mode) => {
  const verdicts = Object.entries(calls).map(([name, call]) => {
    const verdict = verdictOn(call, mode);
    return `${name}: ${typeof verdict === "string" ? verdict : "refused"}`;
  });
  expect(verdicts.join("\n")).toMatchSnapshot();
});

test("tools of MCP servers are known by the names of these", () => {
  const servers = serverNames(["my-own_server", "my"]);
  const named = (name: string) => toolCall(name, {}, { cwd: folder, servers }).item;
  const tool = { type: "mcpTool", tool: "look_up", arguments: {} };
  expect(named("mcp_my_own_server_look_up")).toEqual({ ...tool, server: "my-own_server" });
  expect(named("mcp_my_look_up")).toEqual({ ...tool, server: "my" });
  expect(named("mcp_other_look_up")).toEqual({ ...tool, server: "other" });
});

import type { OperatorPolicy } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { keysOf, limitConfig } from "../../src/codex/ceiling/limit-config.ts";
import { limitRequest } from "../../src/codex/ceiling/limit-request.ts";

const usual: OperatorPolicy = { approvals: "ask", sandbox: "workspace-write" };

test.each([
  ["approval_policy", "never"],
  ["approvals_reviewer", "auto_review"],
  ["sandbox_mode", "danger-full-access"],
  ["default_permissions", ":danger-full-access"],
  ["permissions.mine.filesystem", { "/": "write" }],
  ["permissions", { mine: { filesystem: { "/": "write" } } }],
  ["profile", "loose"],
  ["profiles.loose.approval_policy", "never"],
  ["hooks.PermissionRequest", [{ hooks: [] }]],
  ["rules", []],
  ["mcp_servers.files.default_tools_approval_mode", "approve"],
  ["mcp_servers.files.tools.write.approval_mode", "auto"],
  ["features.guardian_approval", true],
  ["auto_review.policy", "allow all"],
  ["some_day.dangerously_bypass_everything", true],
])("%s = %j is left out", (key, value) => {
  const limited = limitConfig({ [key]: value, model: "m" }, usual);
  expect(limited).toEqual({ config: { model: "m" }, leftOut: [key] });
});

test.each([
  ["approval_policy", "untrusted"],
  ["approval_policy", { granular: { sandbox_approval: true } }],
  ["approvals_reviewer", "user"],
  ["sandbox_mode", "workspace-write"],
  ["default_permissions", ":read-only"],
  ["sandbox_workspace_write.writable_roots", ["/elsewhere"]],
  ["sandbox_workspace_write", { network_access: true }],
  ["mcp_servers.files.command", "files-server"],
  ["mcp_servers.files.tools.write.approval_mode", "prompt"],
  ["features.guardian_approval", false],
  ["model_reasoning_effort", "high"],
  ["shell_environment_policy.inherit", "all"],
])("%s = %j stays", (key, value) => {
  expect(limitConfig({ [key]: value }, usual)).toEqual({ config: { [key]: value }, leftOut: [] });
});

test("a nested table loses the setting, and keeps the rest", () => {
  const config = {
    mcp_servers: { files: { command: "files", default_tools_approval_mode: "approve" } },
    "features.web": true,
  };
  expect(limitConfig(config, usual)).toEqual({
    config: { mcp_servers: { files: { command: "files" } }, "features.web": true },
    leftOut: ["mcp_servers.files.default_tools_approval_mode"],
  });
});

test("folders to write in are the operator's where there are roots", () => {
  const roots = { ...usual, roots: ["/project"] };
  const config = { sandbox_workspace_write: { writable_roots: ["/"], network_access: false } };
  expect(limitConfig(config, roots)).toEqual({
    config: { sandbox_workspace_write: { network_access: false } },
    leftOut: ["sandbox_workspace_write.writable_roots"],
  });
});

test("an operator who limits only the sandbox leaves approvals alone, and the reverse", () => {
  const config = { approval_policy: "never", sandbox_mode: "danger-full-access" };
  const approvalsFree = limitConfig(config, { approvals: "auto", sandbox: "workspace-write" });
  expect(approvalsFree.leftOut).toEqual(["sandbox_mode"]);
  const sandboxFree = limitConfig(config, { approvals: "ask", sandbox: "danger-full-access" });
  expect(sandboxFree.leftOut).toEqual(["approval_policy"]);
});

test("a thread is told what was left out of its `config`", () => {
  const params = { config: { approval_policy: "never", model: "m" } };
  expect(limitRequest("thread/start", params, usual)).toEqual({
    kind: "pass",
    params: { config: { model: "m" } },
    lowered: ["The operator's policy leaves out of `config`: approval_policy."],
  });
});

test.each([
  ["a.b.c", ["a", "b", "c"]],
  ['a."b.c".d', ["a", "b.c", "d"]],
  ["a.'b.c'", ["a", "b.c"]],
  [" a . b ", ["a", "b"]],
])("%s has the keys %j", (path, keys) => {
  expect(keysOf(path)).toEqual(keys);
});

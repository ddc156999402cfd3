import type { OperatorPolicy } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { limitRequest } from "../../src/codex/ceiling/limit-request.ts";

const usual: OperatorPolicy = { approvals: "ask", sandbox: "workspace-write" };
const strict: OperatorPolicy = { approvals: "ask", sandbox: "read-only" };
const open: OperatorPolicy = { approvals: "auto", sandbox: "danger-full-access" };

const workspace = {
  type: "workspaceWrite",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};
const readOnly = { type: "readOnly", networkAccess: false };
const danger = { type: "dangerFullAccess" };

/** Every method that has the field, as the schema of codex says. */
const methodsOf = {
  thread: ["thread/start", "thread/resume", "thread/fork"],
  running: ["turn/start", "thread/settings/update"],
  reviewed: ["turn/settings/update"],
};
const all = [...methodsOf.thread, ...methodsOf.running];

/** Field, what a client sends, what codex gets under the usual ceiling and under the strict one. */
const settings: readonly (readonly [readonly string[], string, unknown, unknown, unknown])[] = [
  [all, "approvalPolicy", "never", "on-request", "on-request"],
  [all, "approvalPolicy", "some-day-looser", "on-request", "on-request"],
  [all, "approvalPolicy", "on-request", "on-request", "on-request"],
  [all, "approvalPolicy", "untrusted", "untrusted", "untrusted"],
  [all, "approvalPolicy", null, null, null],
  [[...all, ...methodsOf.reviewed], "approvalsReviewer", "auto_review", "user", "user"],
  [[...all, ...methodsOf.reviewed], "approvalsReviewer", "guardian_subagent", "user", "user"],
  [[...all, ...methodsOf.reviewed], "approvalsReviewer", "user", "user", "user"],
  [methodsOf.thread, "sandbox", "danger-full-access", "workspace-write", "read-only"],
  [methodsOf.thread, "sandbox", "some-day-looser", "workspace-write", "read-only"],
  [methodsOf.thread, "sandbox", "workspace-write", "workspace-write", "read-only"],
  [methodsOf.thread, "sandbox", "read-only", "read-only", "read-only"],
  [methodsOf.running, "sandboxPolicy", danger, workspace, readOnly],
  [methodsOf.running, "sandboxPolicy", { type: "externalSandbox" }, workspace, readOnly],
  [methodsOf.running, "sandboxPolicy", { type: "someDayLooser" }, workspace, readOnly],
  [methodsOf.running, "sandboxPolicy", workspace, workspace, readOnly],
  [methodsOf.running, "sandboxPolicy", readOnly, readOnly, readOnly],
  [all, "permissions", ":danger-full-access", ":workspace", ":read-only"],
  [all, "permissions", ":workspace", ":workspace", ":read-only"],
  [all, "permissions", ":read-only", ":read-only", ":read-only"],
];
const rows = settings.flatMap(([methods, field, sent, usually, strictly]) =>
  methods.flatMap((method) => [
    { method, field, sent, ceiling: usual, got: usually },
    { method, field, sent, ceiling: strict, got: strictly },
    { method, field, sent, ceiling: open, got: sent },
  ]),
);

test.each(rows)(
  "$method $field: $sent under $ceiling.approvals/$ceiling.sandbox is $got",
  ({ method, field, sent, ceiling, got }) => {
    const params = { threadId: "t", [field]: sent };
    const verdict = limitRequest(method, params, ceiling);
    expect(verdict).toMatchObject({ kind: "pass", params: { threadId: "t", [field]: got } });
    // Told exactly when it was changed.
    const told = verdict.kind === "pass" ? verdict.lowered.length : 0;
    expect(told > 0).toBe(JSON.stringify(got) !== JSON.stringify(sent));
  },
);

test("what is lowered is told in one sentence", () => {
  const params = { approvalPolicy: "never", sandbox: "danger-full-access", model: "m" };
  expect(limitRequest("thread/start", params, usual)).toEqual({
    kind: "pass",
    params: { approvalPolicy: "on-request", sandbox: "workspace-write", model: "m" },
    lowered: [
      "The operator's policy limits this thread: approvals stay on (`never` is not allowed here); the sandbox is `workspace-write` (`danger-full-access` is not allowed here).",
    ],
  });
});

test("granular approvals pass: what they switch off codex refuses, it does not allow it", () => {
  const granular = { granular: { mcp_elicitations: false, rules: false, sandbox_approval: false } };
  const params = { threadId: "t", approvalPolicy: granular };
  expect(limitRequest("turn/start", params, usual)).toEqual({ kind: "pass", params, lowered: [] });
});

test("a profile of the user's own is refused where the sandbox has a ceiling", () => {
  const params = { cwd: "/p", permissions: "my-profile" };
  const verdict = limitRequest("thread/start", params, usual);
  expect(verdict).toMatchObject({ kind: "refuse" });
  expect(verdict).toHaveProperty("reason", expect.stringContaining("my-profile"));
  expect(limitRequest("thread/start", params, open)).toMatchObject({ kind: "pass", params });
  // As other versions of codex write it.
  const written = { type: "profile", id: ":danger-full-access" };
  for (const method of ["thread/start", "turn/start", "thread/settings/update"]) {
    const refused = limitRequest(method, { threadId: "t", permissions: written }, usual);
    expect(refused).toHaveProperty("reason", expect.stringContaining(":danger-full-access"));
  }
});

const write = (keyPath: string, value: unknown) => ({ keyPath, value, mergeStrategy: "replace" });

test.each([
  ["process/spawn", { command: ["ls"], processHandle: "p", cwd: "/p" }],
  ["thread/shellCommand", { threadId: "t", command: "ls" }],
  ["command/exec", { command: ["ls"], sandboxPolicy: danger }],
  ["command/exec", { command: ["ls"], sandboxPolicy: { type: "externalSandbox" } }],
  ["command/exec", { command: ["ls"], permissionProfile: ":danger-full-access" }],
  ["command/exec", { command: ["ls"], permissionProfile: "my-profile" }],
  ["config/value/write", write("approval_policy", "never")],
  ["config/value/write", write("approvals_reviewer", "auto_review")],
  ["config/value/write", write("sandbox_mode", "danger-full-access")],
  ["config/value/write", write('"sandbox_mode"', "danger-full-access")],
  ["config/value/write", write("default_permissions", "my-profile")],
  ["config/value/write", write("permissions.mine.filesystem", { "/": "write" })],
  ["config/value/write", write("", { approval_policy: "never" })],
  ["config/batchWrite", { edits: [write("model", "m"), write("approval_policy", "never")] }],
])("%s %j is refused, with a sentence, and passes an open ceiling", (method, params) => {
  const verdict = limitRequest(method, params, usual);
  expect(verdict).toMatchObject({ kind: "refuse" });
  expect(verdict).toHaveProperty("reason", expect.stringContaining("operator's policy"));
  expect(limitRequest(method, params, open)).toEqual({ kind: "pass", params, lowered: [] });
});

test.each([
  ["command/exec", { command: ["ls"], sandboxPolicy: workspace }],
  ["command/exec", { command: ["ls"], permissionProfile: ":read-only" }],
  ["config/value/write", write("approval_policy", "untrusted")],
  ["config/value/write", write('projects."/a.b".trust_level', "trusted")],
  ["config/batchWrite", { edits: [write("model", "m"), write("sandbox_mode", "read-only")] }],
  ["thread/list", { cwd: "/anywhere" }],
  ["model/list", {}],
  ["account/logout", undefined],
])("%s %j passes as it is", (method, params) => {
  expect(limitRequest(method, params, usual)).toEqual({ kind: "pass", params, lowered: [] });
});

test("a command without a policy gets that of the ceiling, not what codex's configuration says", () => {
  const command = { command: ["ls"] };
  expect(limitRequest("command/exec", command, usual)).toMatchObject({
    params: { command: ["ls"], sandboxPolicy: workspace },
  });
  expect(limitRequest("command/exec", command, strict)).toMatchObject({
    params: { command: ["ls"], sandboxPolicy: readOnly },
  });
});

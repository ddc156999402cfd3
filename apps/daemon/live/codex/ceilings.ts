import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { completed } from "../expect.ts";
import type { CodexScenario } from "./scenario.ts";
import { startOther } from "./other.ts";
import { decided, escalating } from "./turns.ts";

/** What no client gets, whatever it asks for. */
export const ceilings: readonly CodexScenario[] = [
  {
    id: "never-asked",
    sentence: "A client that asks for no approvals and no sandbox is warned, and its command asks.",
    async run(desk) {
      const client = await desk.client(desk.codex());
      const start = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
      const opened = await client.request("thread/start", { cwd: desk.folder, ...start });
      assert.equal(opened.approvalPolicy, "on-request");
      assert.equal(opened.sandbox.type, "workspaceWrite");
      const threadId = opened.thread.id;
      const { message } = await client.waitFor("warning");
      assert.match(message, /approvals stay on.*the sandbox is `workspace-write`/u);
      const input = escalating("touch escaped.txt");
      const turn = await decided(client, { threadId, input, approvalPolicy: "never" }, "decline");
      assert.equal(turn.asked.length, 1);
      assert.equal(await desk.made("escaped.txt"), false);
    },
  },
  {
    id: "never-configured",
    sentence:
      "A user whose own configuration has no approvals and no sandbox is asked all the same.",
    async run(desk) {
      await desk.configure(
        'approval_policy = "never"',
        'sandbox_mode = "danger-full-access"',
        'approvals_reviewer = "auto_review"',
      );
      const client = await desk.client(desk.codex());
      const opened = await client.request("thread/start", { cwd: desk.folder });
      assert.equal(opened.approvalPolicy, "on-request");
      assert.equal(opened.approvalsReviewer, "user");
      const input = escalating("touch escaped.txt");
      const turn = await decided(client, { threadId: opened.thread.id, input }, "decline");
      assert.equal(turn.asked.length, 1);
      assert.equal(await desk.made("escaped.txt"), false);
    },
  },
  {
    id: "never-in-config",
    sentence: "Approvals cannot be switched off by the `config` of a thread either.",
    async run(desk) {
      const client = await desk.client(desk.codex());
      const config = { approval_policy: "never", sandbox_mode: "danger-full-access" };
      const opened = await client.request("thread/start", { cwd: desk.folder, config });
      assert.equal(opened.approvalPolicy, "on-request");
      const { message } = await client.waitFor("warning");
      assert.match(message, /approval_policy, sandbox_mode/u);
      const input = escalating("touch escaped.txt");
      const turn = await decided(client, { threadId: opened.thread.id, input }, "accept");
      assert.equal(turn.asked.length, 1);
      assert.equal(await desk.made("escaped.txt"), true);
    },
  },
  {
    id: "never-before",
    sentence:
      "A thread that was opened elsewhere without approvals has them again when it is resumed here.",
    async run(desk) {
      const auto = { approvals: "auto", sandbox: "danger-full-access" } as const;
      const elsewhere = desk.codex({ policy: auto });
      const owner = await desk.client(elsewhere);
      const start = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
      const free = await owner.request("thread/start", { cwd: desk.folder, ...start });
      assert.equal(free.approvalPolicy, "never");
      const threadId = free.thread.id;
      completed(await owner.runTurn({ threadId, input: "run: touch free.txt" }));
      assert.equal(await desk.made("free.txt"), true);
      await elsewhere[Symbol.asyncDispose]();
      const client = await desk.client(desk.codex());
      const resumed = await client.request("thread/resume", { threadId, excludeTurns: true });
      assert.equal(resumed.approvalPolicy, "on-request");
      const input = escalating("touch escaped.txt");
      const turn = await decided(client, { threadId, input }, "decline");
      assert.equal(turn.asked.length, 1);
      assert.equal(await desk.made("escaped.txt"), false);
    },
  },
  {
    id: "looking-on",
    sentence:
      "Who looks on a thread of the user's own TUI leaves its settings alone; who prompts it is asked.",
    async run(desk) {
      const other = await startOther(desk);
      const owner = await desk.client(other.url);
      const start = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
      const { thread } = await owner.request("thread/start", { cwd: desk.folder, ...start });
      const threadId = thread.id;
      completed(await owner.runTurn({ threadId, input: "say: mine" }));
      const client = await desk.client(desk.codex());
      const seen = await client.request("thread/resume", { threadId, excludeTurns: true });
      assert.equal(seen.approvalPolicy, "never");
      completed(await owner.runTurn({ threadId, input: "run: touch free.txt" }));
      assert.equal(await desk.made("free.txt"), true);
      const input = escalating("touch escaped.txt");
      const turn = await decided(client, { threadId, input }, "decline");
      assert.equal(turn.asked.length, 1);
      assert.equal(await desk.made("escaped.txt"), false);
    },
  },
  {
    id: "offers",
    sentence: "Codex's own lists offer clients no policy and no profile that they would not get.",
    async run(desk) {
      const client = await desk.client(desk.codex());
      const { requirements } = await client.request("configRequirements/read", undefined);
      assert.deepEqual(requirements?.allowedSandboxModes, ["read-only", "workspace-write"]);
      assert.deepEqual(requirements.allowedApprovalPolicies, ["untrusted", "on-request"]);
      const { data } = await client.request("permissionProfile/list", { cwd: desk.folder });
      assert.deepEqual(
        data.filter(({ allowed }) => !allowed).map(({ id }) => id),
        [":danger-full-access"],
      );
    },
  },
  {
    id: "read-only",
    sentence:
      "Below a read-only ceiling neither a thread nor a client's own command writes a file.",
    async run(desk) {
      await desk.configure('sandbox_mode = "danger-full-access"');
      const policy = { approvals: "ask", sandbox: "read-only" } as const;
      const client = await desk.client(desk.codex({ policy }));
      const command = ["sh", "-c", "touch command.txt"];
      const { exitCode } = await client.request("command/exec", { command, cwd: desk.folder });
      assert.notEqual(exitCode, 0);
      const spawn = { command, processHandle: "p", cwd: desk.folder };
      await assert.rejects(client.request("process/spawn", spawn), /without a sandbox/u);
      const start = { cwd: desk.folder, sandbox: "workspace-write" } as const;
      const { thread } = await client.request("thread/start", start);
      completed(await client.runTurn({ threadId: thread.id, input: "run: touch thread.txt" }));
      assert.deepEqual(
        await Promise.all(["command.txt", "thread.txt"].map((name) => desk.made(name))),
        [false, false],
      );
    },
  },
  {
    id: "roots",
    sentence: "With folders of the operator's, a thread elsewhere is neither started nor resumed.",
    async run(desk) {
      const outside = join(desk.root, "outside");
      await mkdir(outside);
      const free = desk.codex();
      const owner = await desk.client(free);
      const { thread } = await owner.request("thread/start", { cwd: outside });
      completed(await owner.runTurn({ threadId: thread.id, input: "say: elsewhere" }));
      await free[Symbol.asyncDispose]();
      const policy = {
        approvals: "ask",
        sandbox: "workspace-write",
        roots: [desk.folder],
      } as const;
      const client = await desk.client(desk.codex({ policy }));
      const refusal = /outside the folders the operator allows/u;
      await assert.rejects(client.request("thread/start", { cwd: outside }), refusal);
      await assert.rejects(client.request("thread/resume", { threadId: thread.id }), refusal);
      const inside = await client.request("thread/start", { cwd: desk.folder });
      completed(await client.runTurn({ threadId: inside.thread.id, input: "say: inside" }));
    },
  },
];

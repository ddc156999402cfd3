import { fieldsOf } from "@fairlead/bridge-core/parts";
import { describe, expect, test } from "vitest";
import claude from "../src/index.ts";
import {
  askCommand,
  folder,
  hostOf,
  nextClaude,
  openThread,
  settings,
  signal,
  started,
  threadId,
  turnId,
} from "./open-thread.ts";

const trustQuestion = { op: "ask", id: "fairlead:trust" };

describe("opening", () => {
  test("offers our id, keeps secrets off the command line and sends no prompt", async () => {
    const url = "http://127.0.0.1:1/mcp";
    const server = { name: "tools", url, headers: { authorization: "Bearer secret" } };
    const opened = await openThread({ mcpServers: [server], instructions: "Be brief." });
    const { args, cwd, file } = opened.claude.spec;
    expect({ cwd, file }).toEqual({ cwd: folder, file: "claude" });
    expect(args.join(" ")).toContain(`--permission-mode default --session-id ${threadId}`);
    expect(args.join(" ")).not.toContain("secret");
    expect(opened.initialize).toMatchObject({
      appendSystemPrompt: "Be brief.",
      mcpServers: { tools: { type: "http", url, headers: server.headers } },
    });
    expect(opened.claude.written).toHaveLength(1);
    expect(opened.thread.nativeId).toBe(threadId);
  });

  test("an exit before it is ready rejects with the words of stderr", async () => {
    const host = hostOf();
    const spec = {
      threadId,
      cwd: folder,
      settings,
      instructions: null,
      mcpServers: [],
      from: null,
    };
    const opening = claude(host).openThread(spec, { signal });
    (await nextClaude(host)).exit({ code: 1, stderr: "Session ID is already in use." });
    await expect(opening).rejects.toMatchObject({
      kind: "crashed",
      message: "Claude ended (exit code 1): Session ID is already in use.",
    });
  });

  test("another version is one warning", async () => {
    const opened = await openThread({}, { version: "3.0.0" });
    expect(await opened.next()).toEqual({
      op: "notice",
      message: "This is Claude Code 3.0.0; Fairlead was tested with 2.1.329.",
    });
  });
});

describe("a prompt", () => {
  test("tells Claude only what changed", async () => {
    const opened = await openThread();
    await opened.prompt({ model: "opus", effort: "minimal", mode: "plan" });
    await opened.prompt({ model: "opus", effort: "high", mode: "plan" });
    const requests = opened.claude.written.slice(1).map((frame) => {
      const { request, uuid } = fieldsOf(frame);
      return request ?? uuid;
    });
    expect(requests).toEqual([
      { subtype: "set_model", model: "opus" },
      { subtype: "apply_flag_settings", settings: { effortLevel: "low" } },
      { subtype: "set_permission_mode", mode: "plan" },
      turnId,
      { subtype: "apply_flag_settings", settings: { effortLevel: "high" } },
      turnId,
    ]);
  });

  test("an image that cannot be read is refused by its name", async () => {
    const { thread } = await openThread();
    const input = [{ type: "localImage" as const, path: "/nowhere.png" }];
    const turn = { id: turnId, input, settings, outputSchema: null };
    await expect(thread.prompt(turn)).rejects.toThrow("the image /nowhere.png cannot be read");
  });

  test("an output schema starts Claude again in the same conversation", async () => {
    const opened = await openThread();
    await opened.prompt();
    const outputSchema = { type: "object" };
    const handed = opened.thread.prompt({ id: turnId, input: [], settings, outputSchema });
    const [again, initialize] = await started(opened.host);
    expect(again.spec.args.slice(-2)).toEqual(["--resume", threadId]);
    expect(initialize["jsonSchema"]).toEqual(outputSchema);
    expect(opened.claude.disposed).toBe(true);
    await handed;
  });

  test("a minute without a word is a warning, and the end when Claude does not answer either", async () => {
    const opened = await openThread();
    await opened.prompt();
    opened.host.advance(60_000);
    expect(await opened.next()).toMatchObject({ op: "notice" });
    await opened.claude.nextWrite();
    opened.host.advance(30_000);
    await expect(opened.next()).rejects.toMatchObject({ kind: "crashed" });
  });

  test("an exit without a result ends the ops with the reason", async () => {
    const opened = await openThread();
    await opened.prompt();
    opened.claude.emitText("not JSON");
    opened.claude.exit({ code: null, signal: "SIGKILL", stderr: "out of memory" });
    await expect(opened.next()).rejects.toMatchObject({
      kind: "crashed",
      message: "Claude ended (SIGKILL): out of memory",
    });
    expect(opened.host.logged).toContainEqual({
      level: "warn",
      message: "Claude: 1 lines are no frames",
      data: { text: "not JSON" },
    });
  });
});

describe("an approval", () => {
  const deny = { behavior: "deny" };
  test.each([
    [{ type: "accept" } as const, { behavior: "allow", updatedInput: { command: "touch x" } }],
    [{ type: "decline" } as const, deny],
    [{ type: "cancel" } as const, { ...deny, interrupt: true }],
  ])("%j", async (answer, reply) => {
    const opened = await openThread();
    await opened.prompt();
    askCommand(opened.claude, "touch x");
    expect(await opened.next()).toMatchObject({ op: "open", key: "toolu_1" });
    expect(await opened.next()).toMatchObject({
      op: "ask",
      id: "ask-1",
      ask: { kind: "command", key: "toolu_1", scope: "Bash touch x" },
    });
    await opened.thread.answer("ask-1", answer);
    const { response } = fieldsOf(await opened.written());
    expect(fieldsOf(response)).toMatchObject({ request_id: "ask-1", response: reply });
    expect(JSON.stringify(response)).not.toContain("updatedPermissions");
  });

  test("is withdrawn with Claude's request, and an answer after that goes nowhere", async () => {
    const opened = await openThread();
    await opened.prompt();
    askCommand(opened.claude, "touch x");
    opened.claude.emit({ type: "control_cancel_request", request_id: "ask-1" });
    await opened.next();
    await opened.next();
    expect(await opened.next()).toEqual({ op: "withdraw", id: "ask-1" });
    const before = opened.claude.written.length;
    await opened.thread.answer("ask-1", { type: "accept" });
    expect(opened.claude.written).toHaveLength(before);
  });

  test("is granted at once where everything is", async () => {
    const opened = await openThread();
    await opened.prompt({ approvals: "auto", sandbox: "danger-full-access" });
    askCommand(opened.claude, "touch x");
    const { response } = fieldsOf(await opened.written());
    expect(fieldsOf(fieldsOf(response)["response"])["behavior"]).toBe("allow");
  });

  test("a request of unknown kind is refused, not left waiting", async () => {
    const opened = await openThread();
    const request = { subtype: "something_new" };
    opened.claude.emit({ type: "control_request", request_id: "r", request });
    expect(fieldsOf((await opened.written())["response"])["subtype"]).toBe("error");
  });
});

describe("a running turn", () => {
  test("takes a steer at once; without a turn it is refused", async () => {
    const opened = await openThread();
    const input = [{ type: "text" as const, text: "more", text_elements: [] }];
    await expect(opened.thread.steer?.(input, "s")).rejects.toMatchObject({ kind: "not-running" });
    await opened.prompt();
    await opened.thread.steer?.(input, "s");
    expect(await opened.written()).toMatchObject({ type: "user", uuid: "s", priority: "now" });
  });

  test("is interrupted together with what is queued", async () => {
    const opened = await openThread();
    await opened.prompt();
    const interrupted = opened.thread.interrupt();
    const request = { subtype: "interrupt", cancel_queued: true };
    expect(await opened.written()).toMatchObject({ request });
    await interrupted;
  });

  test("shows the output of a long command while it runs", async () => {
    const opened = await openThread();
    await opened.prompt();
    askCommand(opened.claude, "make");
    const task = { task_type: "local_bash", task_id: "b1", tool_use_id: "toolu_1" };
    opened.claude.emit({ type: "system", subtype: "task_started", ...task });
    await opened.next();
    await opened.next();
    const tails = [
      { output: "one\n", total_bytes: 4 },
      { output: "one\ntwo\n", total_bytes: 8 },
    ];
    for (const [index, response] of tails.entries()) {
      const frame = fieldsOf(await opened.claude.nextWrite());
      expect(frame["request"]).toEqual({ subtype: "get_task_output", task_id: "b1" });
      const body = { subtype: "success", request_id: frame["request_id"], response };
      opened.claude.emit({ type: "control_response", response: body });
      const delta = ["one\n", "two\n"][index];
      expect(await opened.next()).toEqual({ op: "output", key: "toolu_1", delta });
      opened.host.advance(400);
    }
  });
});

describe("a folder with settings of its own", () => {
  const path = `${folder}/.claude/settings.json`;
  const input = [{ type: "text" as const, text: "hi", text_elements: [] }];
  const turn = { id: turnId, input, settings, outputSchema: null };

  test("is not loaded before the user trusts it, and is loaded then", async () => {
    const opened = await openThread({}, { files: { [path]: "{}" } });
    expect(opened.claude.spec.args).toContain("--setting-sources");
    await opened.thread.prompt(turn);
    expect(await opened.next()).toMatchObject({ op: "open", key: "fairlead:trust" });
    expect(await opened.next()).toMatchObject(trustQuestion);
    const answers = { trust: ["Yes, trust this folder"] };
    await opened.thread.answer("fairlead:trust", { type: "answers", answers });
    const [again] = await started(opened.host);
    expect(again.spec.args).not.toContain("--setting-sources");
    expect(fieldsOf(await again.nextWrite())).toMatchObject({ type: "user", uuid: turnId });
  });

  test("stays out when the user says no; the prompt goes on", async () => {
    const opened = await openThread({}, { files: { [path]: "{}" } });
    await opened.thread.prompt(turn);
    await opened.thread.answer("fairlead:trust", { type: "answers", answers: { trust: ["No"] } });
    expect(await opened.written()).toMatchObject({ type: "user", uuid: turnId });
    const running = opened.host.processes.filter(({ spec }) => spec.file === "claude");
    expect(running).toHaveLength(1);
  });

  test("an interrupt gives the waiting prompt up", async () => {
    const opened = await openThread({}, { files: { [path]: "{}" } });
    await opened.thread.prompt(turn);
    await opened.next();
    await opened.next();
    await opened.thread.interrupt();
    await opened.next();
    expect(await opened.next()).toEqual({ op: "end", turn: turnId, status: "interrupted" });
  });

  const cwd = `${folder}/deep`;
  const worktree = { [`${cwd}/.git`]: "gitdir: /main/.git/worktrees/deep\n" };
  const record = { "/main/.git/worktrees/deep/gitdir": `${cwd}/.git\n` };
  const accepted = (at: string): string =>
    JSON.stringify({ projects: { [at]: { hasTrustDialogAccepted: true } } });

  test.each([
    ["a sub-agent", { [`${cwd}/.claude/agents/helper.md`]: "" }],
    ["a command", { [`${cwd}/.claude/commands/deploy.md`]: "" }],
    ["a skill of a folder above", { [`${folder}/.claude/skills/s/SKILL.md`]: "" }],
    ["MCP servers above its repository", { [`${cwd}/.git/HEAD`]: "", [`${folder}/.mcp.json`]: "" }],
    ["what a worktree's main folder has", { ...worktree, "/main/.claude/settings.json": "" }],
    ["what lies above its real path", { "/real/.mcp.json": "" }],
    [
      "trust in a folder above its repository only",
      {
        [`${cwd}/.git/HEAD`]: "",
        [path]: "",
        "/home/user/.claude.json": accepted(folder),
      },
    ],
    [
      "trust in a folder of which it only claims to be a worktree",
      {
        ...worktree,
        [path]: "",
        "/home/user/.claude.json": accepted("/main"),
      },
    ],
  ])("is not loaded: %s", async (_, files) => {
    const opened = await openThread({ cwd }, { files, realFolder: "/real/deep" });
    expect(opened.claude.spec.args).toContain("--setting-sources");
  });

  test.each([
    ["nothing is there but the user's own", { "/home/user/.claude/settings.json": "" }],
    [
      "the main folder of its worktree is trusted",
      {
        ...worktree,
        ...record,
        [path]: "",
        "/home/user/.claude.json": accepted("/main"),
      },
    ],
  ])("is loaded at once when %s", async (_, files) => {
    const opened = await openThread({ cwd }, { files });
    expect(opened.claude.spec.args).not.toContain("--setting-sources");
  });

  test("is loaded at once when Claude's own dialog was accepted, there or above", async () => {
    const projects = { "/home/user": { hasTrustDialogAccepted: true } };
    const files = { [path]: "{}", "/home/user/.claude.json": JSON.stringify({ projects }) };
    const opened = await openThread({}, { files });
    expect(opened.claude.spec.args).not.toContain("--setting-sources");
  });
});

import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OperatorPolicy } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { Bench, type Script, opened } from "./scripted-codex.ts";

const usual: OperatorPolicy = { approvals: "ask", sandbox: "workspace-write" };
const danger = { type: "dangerFullAccess" };
const workspace = {
  type: "workspaceWrite",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};
const ok = { result: {} };

/** Codex whose threads open with these settings. */
const opens =
  (settings: Parameters<typeof opened>[0]): Script =>
  (method, params, tell) => {
    if (method === "thread/start") tell("thread/started", { thread: { id: "t" } });
    return /^thread\/(?:start|resume|fork)$/u.test(method)
      ? opened(settings, typeof params["threadId"] === "string" ? params["threadId"] : "t")
      : ok;
  };

const loose = { approvalPolicy: "never", approvalsReviewer: "auto_review", sandbox: danger };

test.each(["thread/start", "thread/resume", "thread/fork"])(
  "%s: what the user's configuration has above the ceiling is lowered before the client has the thread",
  async (method) => {
    const bench = new Bench(usual, opens(loose));
    const { result } = await bench.ask(method, { threadId: "t", cwd: "/home/ada" });
    expect(bench.asked.slice(-1)).toEqual([
      {
        method: "thread/settings/update",
        params: {
          threadId: "t",
          approvalPolicy: "on-request",
          approvalsReviewer: "user",
          sandboxPolicy: workspace,
        },
      },
    ]);
    expect(result).toMatchObject({
      approvalPolicy: "on-request",
      approvalsReviewer: "user",
      sandbox: workspace,
      activePermissionProfile: null,
    });
    await bench.until((frame) => JSON.stringify(frame).includes("not by a model"));
    const warnings = bench.got.filter((frame) => frame["method"] === "warning");
    expect(warnings.map((frame) => frame["params"])).toEqual([
      { threadId: "t", message: expect.stringMatching(/approvals stay on.*the sandbox is/u) },
      { threadId: "t", message: expect.stringContaining("answered by people") },
    ]);
    expect(bench.order[0]).toBe("response");
  },
);

test("the response comes before what codex told after it, also when the thread is lowered first", async () => {
  const bench = new Bench(usual, opens(loose));
  await bench.ask("thread/start", {});
  await bench.until((frame) => frame["method"] === "thread/started");
  expect(bench.order).toEqual(["response", "warning", "warning", "thread/started"]);
});

test("a thread that cannot be lowered is not handed out, and cannot be worked in", async () => {
  const bench = new Bench(usual, (method, params, tell) =>
    method === "thread/settings/update"
      ? { error: { code: -32600, message: "unknown variant" } }
      : opens(loose)(method, params, tell),
  );
  const { error } = await bench.ask("thread/start", {});
  expect(error).toMatchObject({
    message: expect.stringMatching(/cannot be lowered \(unknown variant\)/u),
  });
  const turn = await bench.ask("turn/start", { threadId: "t", input: [] });
  expect(turn).toHaveProperty("error");
  expect(bench.asked.map(({ method }) => method)).not.toContain("turn/start");
});

test("what a turn asks for above the ceiling is lowered, and told once, behind the response", async () => {
  const bench = new Bench(usual, opens({}));
  await bench.ask("thread/start", {});
  await bench.ask("turn/start", { threadId: "t", approvalPolicy: "never" });
  await bench.ask("turn/start", { threadId: "t", approvalPolicy: "never" });
  await bench.ask("turn/start", { threadId: "t" });
  expect(bench.asked.slice(1).map(({ params }) => params["approvalPolicy"])).toEqual([
    "on-request",
    "on-request",
    undefined,
  ]);
  expect(bench.order).toEqual([
    "response",
    "thread/started",
    "response",
    "warning",
    "response",
    "response",
  ]);
});

test("a turn in a thread that somebody raised meanwhile starts after it was lowered", async () => {
  const bench = new Bench(usual, opens({}));
  await bench.ask("thread/start", {});
  bench.tell("thread/settings/updated", {
    threadId: "t",
    threadSettings: { cwd: "/p", approvalPolicy: "never", sandboxPolicy: danger },
  });
  await bench.until((frame) => frame["method"] === "thread/settings/updated");
  await bench.ask("turn/start", { threadId: "t" });
  expect(bench.asked.slice(1)).toEqual([
    {
      method: "thread/settings/update",
      params: { threadId: "t", approvalPolicy: "on-request", sandboxPolicy: workspace },
    },
    { method: "turn/start", params: { threadId: "t" } },
  ]);
});

test("a turn in a thread this connection knows nothing of starts after its settings were read", async () => {
  const bench = new Bench(usual, opens({ approvalPolicy: "never" }));
  await bench.ask("turn/start", { threadId: "other" });
  expect(bench.asked.map(({ method }) => method)).toEqual([
    "thread/resume",
    "thread/settings/update",
    "turn/start",
  ]);
  // The client sees none of it but the answer to its own request, and why.
  expect(bench.order).toEqual(["warning", "response"]);
});

test("a thread that was unloaded is read again", async () => {
  const bench = new Bench(usual, opens({}));
  await bench.ask("thread/start", {});
  bench.tell("thread/status/changed", { threadId: "t", status: { type: "notLoaded" } });
  await bench.until((frame) => frame["method"] === "thread/status/changed");
  await bench.ask("turn/start", { threadId: "t" });
  expect(bench.asked.map(({ method }) => method)).toEqual([
    "thread/start",
    "thread/resume",
    "turn/start",
  ]);
});

test("who looks on a thread that others have loaded does not change it, who works in it does", async () => {
  const bench = new Bench(usual, (method, params, tell) =>
    method === "thread/read"
      ? { result: { thread: { id: "t", status: { type: "active", activeFlags: [] } } } }
      : opens(loose)(method, params, tell),
  );
  const { result } = await bench.ask("thread/resume", { threadId: "t" });
  expect(result).toMatchObject({ approvalPolicy: "never", sandbox: danger });
  expect(bench.asked.map(({ method }) => method)).toEqual(["thread/read", "thread/resume"]);
  await bench.ask("turn/start", { threadId: "t" });
  expect(bench.asked.slice(2).map(({ method }) => method)).toEqual([
    "thread/settings/update",
    "turn/start",
  ]);
});

test("clients are not offered what they will not get", async () => {
  const ids = [":read-only", ":workspace", ":danger-full-access", "mine"];
  const bench = new Bench({ approvals: "ask", sandbox: "workspace-write" }, (method) =>
    method === "permissionProfile/list"
      ? { result: { data: ids.map((id) => ({ id, allowed: true })), nextCursor: null } }
      : { result: { requirements: { allowedSandboxModes: ["read-only", "danger-full-access"] } } },
  );
  const profiles = await bench.ask("permissionProfile/list", {});
  expect(profiles["result"]).toEqual({
    data: ids.map((id, index) => ({ id, allowed: index < 2 })),
    nextCursor: null,
  });
  const told = await bench.ask("configRequirements/read", undefined);
  expect(told["result"]).toMatchObject({
    requirements: {
      allowedApprovalPolicies: ["untrusted", "on-request"],
      allowedApprovalsReviewers: ["user"],
      allowedSandboxModes: ["read-only"],
    },
  });
});

test("what is refused never reaches codex; the order of the rest is kept", async () => {
  const bench = new Bench(usual, opens({}));
  const [refused] = await Promise.all([
    bench.ask("process/spawn", { command: ["sh"], processHandle: "p", cwd: "/" }),
    bench.ask("model/list", {}),
    bench.ask("thread/list", {}),
  ]);
  expect(refused).toMatchObject({ error: { code: -32600, message: expect.any(String) } });
  expect(bench.asked.map(({ method }) => method)).toEqual(["model/list", "thread/list"]);
});

test("codex gets what was checked, not what another parser may make of the client's text", async () => {
  const bench = new Bench(usual, opens({}));
  await bench.ask("thread/start", {});
  const twice = '"approvalPolicy":"never","approvalPolicy":"untrusted"';
  bench.transport.send(`{"id":"x","method":"turn/start","params":{"threadId":"t",${twice}}}`);
  await bench.until((frame) => frame["id"] === "x");
  const texts: string[] = bench.asked.map(({ params }) => JSON.stringify(params));
  expect(texts.at(-1)).toBe('{"threadId":"t","approvalPolicy":"untrusted"}');
});

test("a client that knows no experimental methods is spared what only those who do are told", async () => {
  const bench = new Bench(usual, () => ok);
  await bench.ask("initialize", { clientInfo: { name: "a", version: "1" }, capabilities: null });
  await bench.ask("initialize", {
    clientInfo: { name: "b", version: "1" },
    capabilities: { experimentalApi: true, optOutNotificationMethods: ["turn/started"] },
  });
  expect(bench.asked.map(({ params }) => params["capabilities"])).toEqual([
    { experimentalApi: true, optOutNotificationMethods: ["thread/readState/changed"] },
    { experimentalApi: true, optOutNotificationMethods: ["turn/started"] },
  ]);
});

test("answers of the client and questions of codex pass as they are", async () => {
  const bench = new Bench(usual, opens({}));
  bench.codex.send('{"id":0,"method":"item/fileChange/requestApproval","params":{"threadId":"t"}}');
  await bench.until((frame) => frame["id"] === 0);
  bench.transport.send('{"id":0,"result":{"decision":"accept"}}');
  await bench.ask("model/list", {});
  expect(bench.answered).toEqual([{ id: 0, result: { decision: "accept" } }]);
});

test("the end of the connection is told once, and nothing comes behind it", async () => {
  const bench = new Bench(usual, opens(loose));
  bench.transport.send('{"id":1,"method":"thread/start","params":{}}');
  bench.transport.close();
  bench.transport.close();
  expect(bench.isEnded).toBe(true);
  const [left, right] = [new Bench(usual, opens({})), new Bench(usual, opens({}))];
  left.codex.close(1011, "it died");
  await right.ask("model/list", {});
  expect([left.isEnded, right.isEnded]).toEqual([true, false]);
  expect(bench.got).toEqual([]);
});

test("with folders of the operator's, threads lie in them, whatever leads there", async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-roots-")));
  const [inside, outside] = [join(root, "inside"), join(root, "outside")];
  await Promise.all([mkdir(inside), mkdir(outside)]);
  await symlink(outside, join(inside, "link"));
  const policy: OperatorPolicy = { ...usual, roots: [inside] };
  const bench = new Bench(policy, opens({ cwd: inside }), inside);
  const refused = async (method: string, params: unknown): Promise<void> => {
    expect(await bench.ask(method, params)).toMatchObject({
      error: { message: expect.stringContaining("outside the folders the operator allows") },
    });
  };
  expect(await bench.ask("thread/start", { cwd: inside })).toHaveProperty("result");
  await refused("thread/start", { cwd: outside });
  await refused("thread/start", { cwd: join(inside, "link") });
  await refused("thread/start", { cwd: inside, runtimeWorkspaceRoots: [outside] });
  await refused("turn/start", {
    threadId: "t",
    environments: [{ environmentId: "local", cwd: outside }],
  });
  await refused("turn/start", {
    threadId: "t",
    sandboxPolicy: { ...workspace, writableRoots: ["/"] },
  });
  await refused("command/exec", { command: ["ls"], cwd: outside });
  await refused("fs/writeFile", { path: join(outside, "file"), dataBase64: "" });
  expect(bench.asked.map(({ method }) => method)).toEqual(["thread/start"]);
  // A thread that lies elsewhere is not handed out.
  const elsewhere = new Bench(policy, opens({ cwd: outside }), inside);
  expect(await elsewhere.ask("thread/resume", { threadId: "t" })).toHaveProperty("error");
  expect(await elsewhere.ask("turn/start", { threadId: "t" })).toHaveProperty("error");
  await rm(root, { recursive: true });
});

test.each(["fs/writeFile", "fs/createDirectory", "fs/remove", "fs/copy"])(
  "%s does not reach codex where clients may only read: codex has no sandbox for it",
  async (method) => {
    const bench = new Bench({ approvals: "ask", sandbox: "read-only" }, () => ok);
    const { error } = await bench.ask(method, { path: "/home/ada/x" });
    expect(error).toMatchObject({ message: expect.stringContaining("change nothing") });
    await bench.ask("fs/readFile", { path: "/home/ada/x" });
    expect(bench.asked.map((asked) => asked.method)).toEqual(["fs/readFile"]);
  },
);

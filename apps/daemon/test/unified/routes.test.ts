import { describe, expect, test } from "vitest";
import { agentlessTarget, type UnifiedAgents } from "../../src/gateway/unified/agentless-target.ts";
import { Handles } from "../../src/gateway/unified/handles.ts";

const all = ["codex", "claude", "pi"];
const withDefault = (defaultAgent: string, names: readonly string[] = all): UnifiedAgents => ({
  names,
  defaultAgent,
  findAgent: (name) => names.find((known) => known === name),
});

describe("a request without a thread", () => {
  test.each<[string, unknown, string | null]>([
    ["thread/start", { model: "pi/anthropic/opus" }, "pi"],
    ["thread/start", { model: "gpt" }, "claude"],
    ["thread/start", { model: null }, "claude"],
    ["config/batchWrite", { edits: [{ keyPath: "model", value: "claude/opus" }] }, "claude"],
    ["config/batchWrite", { edits: [{ keyPath: "model", value: "gpt" }] }, "codex"],
    ["account/read", {}, "claude"],
    ["account/login/start", { type: "chatgpt" }, "codex"],
    ["account/rateLimits/read", {}, "codex"],
    ["command/exec", { command: ["ls"] }, "claude"],
    ["no/such/method", {}, "claude"],
    ["thread/list", {}, null],
    ["model/list", {}, null],
    ["toString", {}, "claude"],
  ])("goes where it fits: %s %o", (method, params, agent) => {
    const expected = agent === null ? { kind: "all" } : { kind: "one", agent };
    expect(agentlessTarget(method, params, withDefault("claude"))).toEqual(expected);
  });

  test("goes to a bridge where the host is meant, also when codex is the default", () => {
    const execute = (agents: UnifiedAgents): unknown =>
      agentlessTarget("command/exec", { command: ["ls"] }, agents);
    expect(execute(withDefault("codex"))).toEqual({ kind: "one", agent: "claude" });
    expect(execute(withDefault("pi"))).toEqual({ kind: "one", agent: "pi" });
    expect(execute(withDefault("codex", ["codex"]))).toEqual({ kind: "one", agent: "codex" });
  });

  test("goes to the default agent where codex is meant and is not there", () => {
    expect(agentlessTarget("account/logout", {}, withDefault("claude", ["claude"]))).toEqual({
      kind: "one",
      agent: "claude",
    });
  });

  test("is the gateway's own to answer when it opens the session", () => {
    expect(agentlessTarget("initialize", {}, withDefault("claude"))).toEqual({ kind: "gateway" });
  });
});

describe("what was started", () => {
  test.each([
    ["command/exec", "command/exec/write", "processId"],
    ["process/spawn", "process/kill", "processHandle"],
    ["fs/watch", "fs/unwatch", "watchId"],
    ["fuzzyFileSearch/sessionStart", "fuzzyFileSearch/sessionUpdate", "sessionId"],
    ["fuzzyFileSearch", "fuzzyFileSearch", "cancellationToken"],
    ["mcpServer/event/stream/start", "mcpServer/event/stream/stop", "subscriptionId"],
  ])("with %s goes on there with %s", (start, follow, field) => {
    const handles = new Handles();
    handles.sent(start, { [field]: "1" }, "claude");
    expect(handles.agentOf(follow, { [field]: "1" })).toBe("claude");
    expect(handles.agentOf(follow, { [field]: "2" })).toBeUndefined();
    expect(handles.agentOf("turn/start", { [field]: "1" })).toBeUndefined();
  });

  test("is forgotten at its end, however it ends", () => {
    const handles = new Handles();
    const known = (method: string, params: unknown): boolean =>
      handles.agentOf(method, params) !== undefined;
    const command = { processId: "c" };
    handles.sent("command/exec", command, "claude");
    handles.answered("command/exec", command, false);
    expect(known("command/exec/write", command)).toBe(false);

    const program = { processHandle: "p" };
    handles.sent("process/spawn", program, "claude");
    handles.answered("process/spawn", program, false);
    expect(known("process/kill", program)).toBe(true);
    handles.told("process/exited", program);
    expect(known("process/kill", program)).toBe(false);

    const watch = { watchId: "w" };
    handles.sent("fs/watch", watch, "claude");
    handles.answered("fs/watch", watch, true);
    expect(known("fs/unwatch", watch)).toBe(false);

    const session = { sessionId: "s" };
    handles.sent("fuzzyFileSearch/sessionStart", session, "claude");
    handles.sent("fuzzyFileSearch/sessionStop", session, "claude");
    expect(known("fuzzyFileSearch/sessionUpdate", session)).toBe(false);

    handles.sent("fs/watch", watch, "claude");
    handles.sent("process/spawn", program, "pi");
    handles.lost("claude");
    expect(known("fs/unwatch", watch)).toBe(false);
    expect(known("process/kill", program)).toBe(true);
  });

  test("outlives a second start under its id that fails", () => {
    const handles = new Handles();
    const params = { processId: "c" };
    handles.sent("command/exec", params, "claude");
    handles.sent("command/exec", params, "claude");
    handles.answered("command/exec", params, true);
    expect(handles.agentOf("command/exec/terminate", params)).toBe("claude");
    handles.answered("command/exec", params, false);
    expect(handles.agentOf("command/exec/terminate", params)).toBeUndefined();
  });

  test("without an id is nothing to come back to", () => {
    const handles = new Handles();
    handles.sent("command/exec", { processId: null }, "claude");
    expect(handles.agentOf("command/exec/write", { processId: null })).toBeUndefined();
  });
});

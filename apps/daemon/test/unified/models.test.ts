import { describe, expect, test } from "vitest";
import { moveDecision } from "../../src/gateway/unified/move-decision.ts";
import { splitModelId, unifiedModelId } from "../../src/gateway/unified/model-id.ts";
import {
  mayNeedRewriting,
  requestedModel,
  rewriteNotification,
  rewriteRequest,
  rewriteResult,
} from "../../src/gateway/unified/rewrite-models.ts";

const names = new Map([
  ["claude", "claude"],
  ["claude-code", "claude"],
  ["codex", "codex"],
  ["pi", "pi"],
  ["opencode", "opencode"],
]);
const findAgent = (name: string): string | undefined => names.get(name);

describe("a model id", () => {
  test.each([
    { agent: "claude", model: "opus" },
    { agent: "pi", model: "anthropic/claude-opus" },
    { agent: "opencode", model: "opencode/grok" },
    { agent: "codex", model: "claude/opus" },
  ])("of $agent survives both ways: $model", (id) => {
    expect(splitModelId(unifiedModelId(id), findAgent)).toEqual(id);
  });

  test("may begin with an alias of the agent", () => {
    expect(splitModelId("claude-code/opus", findAgent)).toEqual({ agent: "claude", model: "opus" });
  });

  test.each(["opus", "anthropic/claude-opus", "/opus", "claude/", "claude", ""])(
    "without an agent is the thread's agent's own: %o",
    (id) => {
      expect(splitModelId(id, findAgent)).toBeNull();
    },
  );
});

describe("a request", () => {
  const turn = (model: string | null, mode: string | null): Readonly<Record<string, unknown>> => ({
    threadId: "t",
    input: [{ type: "text", text: "claude/opus" }],
    model,
    collaborationMode: mode === null ? null : { mode: "plan", settings: { model: mode } },
  });

  test("reaches its agent with the agent's own model ids, and with nothing else changed", () => {
    const sent = turn("claude/opus", "claude/haiku");
    expect(rewriteRequest("turn/start", sent, "claude", findAgent)).toEqual(turn("opus", "haiku"));
    expect(sent).toEqual(turn("claude/opus", "claude/haiku"));
  });

  test.each(["opus", "anthropic/opus", "codex/gpt"])(
    "keeps what is not the agent's: %s",
    (model) => {
      const sent = turn(model, null);
      expect(rewriteRequest("turn/start", sent, "claude", findAgent)).toBe(sent);
    },
  );

  test("names models in the configuration of a thread, in every way it may be written", () => {
    const config = {
      model: "codex/a",
      review_model: "codex/b",
      "profiles.fast.model": "codex/c",
      profiles: { slow: { model: "codex/d", review_model: "codex/e" } },
      "mcp_servers.x.env": { model: "codex/f" },
      instructions: "codex/g",
    };
    expect(rewriteRequest("thread/start", { config }, "codex", findAgent)).toEqual({
      config: {
        ...config,
        model: "a",
        review_model: "b",
        "profiles.fast.model": "c",
        profiles: { slow: { model: "d", review_model: "e" } },
      },
    });
  });

  test("names models in the configuration it writes", () => {
    const edit = (keyPath: string, value: unknown): Readonly<Record<string, unknown>> => ({
      keyPath,
      value,
      mergeStrategy: "replace",
    });
    const edits = [
      edit("model", "codex/a"),
      edit("profiles.x", { model: "codex/b" }),
      edit("developer_instructions", "codex/c"),
    ];
    expect(rewriteRequest("config/batchWrite", { edits }, "codex", findAgent)).toEqual({
      edits: [edit("model", "a"), edit("profiles.x", { model: "b" }), edits[2]],
    });
    expect(rewriteRequest("config/value/write", edits[0], "codex", findAgent)).toEqual(
      edit("model", "a"),
    );
  });

  test("loses the provider that is another agent, and keeps a real one", () => {
    const start = (modelProvider: string): unknown =>
      rewriteRequest("thread/start", { modelProvider }, "codex", findAgent);
    expect(start("claude")).toEqual({ modelProvider: null });
    expect(start("openai")).toEqual({ modelProvider: "openai" });
    expect(start("codex")).toEqual({ modelProvider: "codex" });
  });

  test.each<[string, unknown, string | null]>([
    ["turn/start", turn("claude/opus", "codex/gpt"), "codex/gpt"],
    ["turn/start", turn("claude/opus", null), "claude/opus"],
    ["turn/start", turn(null, null), null],
    ["turn/settings/update", { model: "claude/opus" }, "claude/opus"],
    ["thread/settings/update", { model: "claude/opus" }, "claude/opus"],
    ["thread/start", { model: null, config: { model: "codex/gpt" } }, "codex/gpt"],
    ["thread/resume", { model: "codex/gpt", config: { model: "x" } }, "codex/gpt"],
    ["config/batchWrite", { edits: [{ keyPath: "model", value: "claude/opus" }] }, "claude/opus"],
    ["config/batchWrite", { edits: [{ keyPath: "web_search", value: "live" }] }, null],
    ["config/value/write", { keyPath: "model", value: "codex/gpt" }, "codex/gpt"],
    ["thread/realtime/start", { model: "codex/voice" }, null],
    ["thread/read", { model: "codex/voice" }, null],
    ["turn/start", null, null],
  ])("says which model it wants: %s %o", (method, params, model) => {
    expect(requestedModel(method, params)).toBe(model);
  });
});

describe("what an agent says", () => {
  test("names its models with the agent, wherever they are", () => {
    const item = (model: string | null): Readonly<Record<string, unknown>> => ({
      type: "subAgentActivity",
      id: "i",
      model,
    });
    const thread = (model: string, ofItem: string): Readonly<Record<string, unknown>> => ({
      id: "t",
      name: "opus",
      modelProvider: "claude",
      model,
      turns: [{ id: "u", items: [item(ofItem), item(null), { type: "agentMessage", text: "x" }] }],
    });
    const opened = (model: string, ofItem: string): unknown => ({
      model,
      modelProvider: "claude",
      thread: thread(model, ofItem),
    });
    expect(rewriteResult("thread/fork", opened("opus", "haiku"), "claude")).toEqual(
      opened("claude/opus", "claude/haiku"),
    );
    const listed = { data: [thread("opus", "haiku")], nextCursor: null };
    expect(rewriteResult("thread/list", listed, "claude")).toEqual({
      data: [thread("claude/opus", "claude/haiku")],
      nextCursor: null,
    });
    expect(rewriteNotification("item/started", { threadId: "t", item: item("a/b") }, "pi")).toEqual(
      { threadId: "t", item: item("pi/a/b") },
    );
    const limits = { rateLimitsByLimitId: { x: { normalModelSlug: "gpt" } } };
    expect(rewriteResult("account/rateLimits/read", limits, "codex")).toEqual({
      rateLimitsByLimitId: { x: { normalModelSlug: "codex/gpt" } },
    });
    const requirements = { autoReview: { requiredOnModels: ["gpt", "gpt-mini"] } };
    expect(rewriteResult("configRequirements/read", { requirements }, "codex")).toEqual({
      requirements: { autoReview: { requiredOnModels: ["codex/gpt", "codex/gpt-mini"] } },
    });
  });

  test("comes back to it as it was", () => {
    const settings = { model: "anthropic/opus", collaborationMode: { settings: { model: "a" } } };
    const told = { threadId: "t", threadSettings: settings };
    const shown = rewriteNotification("thread/settings/updated", told, "pi");
    expect(shown).toMatchObject({ threadSettings: { model: "pi/anthropic/opus" } });
    const sent = { ...settings, model: "pi/anthropic/opus" };
    expect(rewriteRequest("thread/settings/update", sent, "pi", findAgent)).toEqual(settings);
  });

  test("passes as it came where there is no model", () => {
    const params = { threadId: "t", turnId: "u", itemId: "i", delta: "claude/opus" };
    expect(rewriteNotification("item/agentMessage/delta", params, "claude")).toBe(params);
    const result = { data: [{ id: "t", model: null, turns: [] }] };
    expect(rewriteResult("thread/list", result, "claude")).toBe(result);
    expect(rewriteResult("thread/list", null, "claude")).toBeNull();
    expect(mayNeedRewriting("item/agentMessage/delta")).toBe(false);
    expect(mayNeedRewriting("turn/interrupt")).toBe(false);
    for (const method of ["turn/start", "config/batchWrite", "thread/list", "item/completed"]) {
      expect(mayNeedRewriting(method)).toBe(true);
    }
  });
});

describe("a thread whose client wants a model", () => {
  const decide = (
    requested: string | null,
    hasTurns: boolean,
    method = "turn/start",
  ): ReturnType<typeof moveDecision> =>
    moveDecision({ method, thread: { agent: "claude", hasTurns }, requested, findAgent });

  test.each([null, "opus", "claude/opus", "claude-code/opus", "anthropic/opus"])(
    "stays for %o",
    (requested) => {
      expect(decide(requested, true)).toEqual({ kind: "stay" });
      expect(decide(requested, false)).toEqual({ kind: "stay" });
    },
  );

  test("moves to the model's agent before its first prompt", () => {
    expect(decide("pi/anthropic/opus", false)).toEqual({
      kind: "move",
      agent: "pi",
      model: "anthropic/opus",
    });
  });

  test("is refused another agent's model once it has turns", () => {
    expect(decide("codex/gpt", true)).toEqual({
      kind: "refuse",
      sentence:
        "This thread belongs to claude; start a new thread to use codex/gpt, or choose a model whose name begins with claude/.",
    });
  });

  test("is never forked to another agent", () => {
    expect(decide("codex/gpt", false, "thread/fork")).toEqual({
      kind: "refuse",
      sentence:
        "This thread belongs to claude, and so does every fork of it; start a new thread to use codex/gpt.",
    });
  });
});

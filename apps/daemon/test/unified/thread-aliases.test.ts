import { describe, expect, test } from "vitest";
import { ThreadAliases } from "../../src/gateway/unified/thread-aliases.ts";

const shown = "01a1fb5e-5ca8-72b2-bf5a-241bb1536a19";
const native = "01a1fb74-b505-7053-9bec-07939541096a";
const other = "01a1fb74-b76e-7ab2-822d-52bf6ad72ce8";
const moved = ThreadAliases.none.with(shown, { agent: "codex", nativeId: native });

describe("a thread that moved", () => {
  test("has one id for clients and another for its agent", () => {
    const request = JSON.stringify({ id: 1, method: "turn/start", params: { threadId: shown } });
    const sent = moved.toAgent("codex", request);
    expect(sent).toBe(request.replace(shown, native));
    const frame = JSON.stringify({ params: { threadId: native, sessionId: native }, of: other });
    expect(moved.toClient("codex", frame)).toBe(frame.replaceAll(native, shown));
  });

  test("keeps true what only contains an id: paths, texts, cursors inside cursors", () => {
    const frame = JSON.stringify({
      path: `/sessions/rollout-2026-11-21-${native}.jsonl`,
      text: `the thread ${native}, or "${native}"`,
      cursor: JSON.stringify({ requestedThreadId: native }),
      thread: { id: native },
    });
    const told = moved.toClient("codex", frame);
    expect(JSON.parse(told)).toEqual({ ...JSON.parse(frame), thread: { id: shown } });
  });

  test("is known by its id as a key too", () => {
    expect(moved.toClient("codex", `{"readStates":{"${native}":1}}`)).toBe(
      `{"readStates":{"${shown}":1}}`,
    );
  });

  test("changes no frame of another agent", () => {
    const frame = JSON.stringify({ threadId: native, parent: shown });
    expect(moved.toClient("claude", frame)).toBe(frame);
    expect(moved.toAgent("claude", frame)).toBe(frame);
    expect(ThreadAliases.none.toClient("codex", frame)).toBe(frame);
  });

  test("says where it is, and what it left behind", () => {
    expect(moved.target(shown)).toEqual({ agent: "codex", nativeId: native });
    expect(moved.target(native)).toBeUndefined();
    expect(moved.shownId("codex", native)).toBe(shown);
    expect(moved.shownId("codex", other)).toBe(other);
    expect(moved.isLeftBehind("claude", shown)).toBe(true);
    expect(moved.isLeftBehind("codex", shown)).toBe(false);
    expect(moved.isLeftBehind("claude", other)).toBe(false);
  });

  test("can move on, and back home", () => {
    const again = moved.with(shown, { agent: "pi", nativeId: other });
    expect(again.target(shown)).toEqual({ agent: "pi", nativeId: other });
    expect(again.toClient("codex", `"${native}"`)).toBe(`"${native}"`);
    expect(again.with(shown, { agent: "claude", nativeId: shown }).size).toBe(0);
    expect(moved.without(shown).size).toBe(0);
    expect(moved.size).toBe(1);
  });
});

describe("the table", () => {
  test("survives a restart", () => {
    const read = ThreadAliases.parse(moved.serialize());
    expect(read.target(shown)).toEqual({ agent: "codex", nativeId: native });
    expect(read.toAgent("codex", `"${shown}"`)).toBe(`"${native}"`);
  });

  test.each(["", "{}", '{"version":2,"aliases":[]}', '{"version":1,"aliases":[{"shown":1}]}'])(
    "that cannot be read says so: %s",
    (text) => {
      expect(() => ThreadAliases.parse(text)).toThrow("The table of moved threads cannot be read.");
    },
  );

  test("forgets the oldest when it is full", () => {
    const aliases = Array.from({ length: 10_000 }, (_, index) => ({
      shown: `${index}`,
      agent: "codex",
      nativeId: `n${index}`,
    }));
    const full = ThreadAliases.parse(JSON.stringify({ version: 1, aliases }));
    const next = full.with(shown, { agent: "codex", nativeId: native });
    expect(next.size).toBe(10_000);
    expect(next.target("0")).toBeUndefined();
    expect(next.target("1")).toBeDefined();
    expect(next.target(shown)).toBeDefined();
  });
});

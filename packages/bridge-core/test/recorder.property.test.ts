import { createLawChecker } from "@fairlead/conformance/laws";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemDraft, ThreadOp } from "../src/index.ts";
import { ThreadRecorder, type RecorderSink, type TurnOp } from "../src/turn/recorder.ts";
import type { TurnRecord } from "../src/turn/turn-record.ts";

const threadId = "0199aaaa-0000-7000-8000-000000000000";
const drafts: readonly ItemDraft[] = [
  { type: "message" },
  { type: "reasoning" },
  { type: "plan", text: "1. look" },
  { type: "command", command: "ls", cwd: null },
  { type: "fileChange", changes: [{ path: "/a", kind: "add", diff: "x\n" }] },
  { type: "mcpTool", server: "s", tool: "t", arguments: {} },
  { type: "tool", tool: "unheard-of", arguments: { a: 1 } },
  { type: "subagent", prompt: "go" },
  { type: "webSearch", query: "q" },
  { type: "compaction" },
];
const key = fc.constantFrom("a", "b", "c", "d");
const failure = fc.record({
  kind: fc.constantFrom("crashed", "rate-limit", "other"),
  message: fc.constant("broken"),
} as const);
const op: fc.Arbitrary<TurnOp> = fc.oneof(
  fc.record({
    op: fc.constant("begin" as const),
    turn: fc.constantFrom("t1", "t2"),
    input: fc.constant([]),
  }),
  fc.record({ op: fc.constant("open" as const), key, item: fc.constantFrom(...drafts) }),
  fc.record({ op: fc.constant("text" as const), key, delta: fc.string(), part: fc.nat(2) }),
  fc.record({ op: fc.constant("output" as const), key, delta: fc.string() }),
  fc.record({ op: fc.constant("output" as const), key, total: fc.string() }),
  fc.record({
    op: fc.constant("close" as const),
    key,
    status: fc.constantFrom("completed", "failed", "declined"),
    output: fc.string(),
  } as const),
  fc.record({
    op: fc.constant("ask" as const),
    id: key,
    ask: fc.record({
      kind: fc.constant("command" as const),
      key,
      reason: fc.constant(null),
      scope: fc.constant(null),
    }),
  }),
  fc.record({ op: fc.constant("withdraw" as const), id: key }),
  fc.record({ op: fc.constant("retry" as const), failure }),
  fc.record({ op: fc.constant("notice" as const), message: fc.constant("mind") }),
  fc.record({
    op: fc.constant("usage" as const),
    last: fc.constant({ input: 1, cached: 0, output: 1, reasoning: 0 }),
  }),
  fc.record({
    op: fc.constant("end" as const),
    status: fc.constantFrom("completed", "interrupted", "failed"),
  } as const),
);
/** What core itself does between two ops. */
const act = fc.constantFrom("prompt", "steer", "answer", "die");

describe("any stream of ops, however wrong", () => {
  it("becomes a lawful stream of frames with every turn ended", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 8, arbitrary: op }, act), { maxLength: 60 }),
        fc.boolean(),
        (steps, goesOn) => {
          const laws = createLawChecker();
          const asks: string[] = [];
          let requestId = 0;
          const frame = (method: string, params: unknown): void =>
            laws.receive(JSON.parse(JSON.stringify({ method, params, emittedAtMs: nowMs })));
          let nowMs = Date.UTC(2026, 0, 1);
          let turns = 0;
          const open = new Map<string, number>();
          const sink: RecorderSink = {
            notify: frame,
            status: (status) => frame("thread/status/changed", { threadId, status }),
            turnStarted: () => {},
            itemCompleted: () => {},
            turnEnded: (turn) => void ended.push(turn),
            used: () => {},
            joined: () => {},
            ask: ({ id }) => {
              asks.push(id);
              open.set(id, requestId);
              requestId += 1;
            },
            withdrawn: (id) => void open.delete(id),
            stray: (_op: ThreadOp) => {},
          };
          const ended: TurnRecord[] = [];
          const recorder = new ThreadRecorder(
            { threadId, cwd: () => "/", clientToolServer: "client", turns: () => ended, goesOn },
            sink,
          );
          for (const step of steps) {
            nowMs += 1000;
            if (typeof step !== "string") recorder.apply(step, nowMs);
            else if (step === "prompt" && recorder.openTurnId === null) {
              turns += 1;
              const id = `0199aaaa-0000-7000-8000-${String(turns).padStart(12, "0")}`;
              recorder.begin(
                id,
                id,
                [{ type: "text", text: "go", text_elements: [] }],
                null,
                nowMs,
              );
            } else if (step === "steer") recorder.steer(`s${nowMs}`, [], null, nowMs);
            else if (step === "answer") recorder.answered(asks.pop() ?? "");
            else if (step === "die")
              recorder.cut("failed", { kind: "crashed", message: "gone" }, nowMs);
          }
          recorder.end("interrupted", null, nowMs + 1000);
          expect(laws.finish()).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

import type { Settings, ThreadOp } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import {
  answer,
  isAsk,
  isEnd,
  openThread,
  result,
  session,
  text,
  use,
  working,
  type OpenedThread,
  type PlayedAmp,
} from "./open-thread.ts";

const last = (ops: readonly ThreadOp[]): ThreadOp | undefined => ops.at(-1);

/** What happens in a turn: frames are printed, a question is asked and answered, another waits. */
type Beat =
  | readonly object[]
  | { readonly asks: string; readonly thread?: string; readonly answer?: "accept" | "decline" };

const ran = JSON.stringify({ output: "", exitCode: 0 });
const calls = (...ids: readonly string[]): object =>
  answer(
    ids.map((id) => use(id, "shell_command", { command: id })),
    "tool_use",
  );

async function plays(opened: OpenedThread, amp: PlayedAmp, beat: Beat): Promise<void> {
  if (!("asks" in beat)) return amp.process.emit(...beat);
  const { asks: id, thread = session } = beat;
  const input = { command: id };
  const held = amp.ask("/call", { id, tool: "shell_command", input, thread, inside: true });
  held.catch(() => {});
  await opened.until(isAsk);
  if (beat.answer === undefined) return;
  await opened.thread.answer(id, { type: beat.answer });
  await held;
}

/** How the turn ends in which this happens, and then an answer comes. */
async function endOf(...beats: readonly Beat[]): Promise<ThreadOp | undefined> {
  const opened = await openThread();
  const amp = await working(opened);
  await opened.until(({ op }) => op === "session");
  for (const beat of beats) await plays(opened, amp, beat);
  amp.process.emit(answer([text("done")]));
  const end = (await opened.until(isEnd)).at(-1);
  await opened.adapter[Symbol.asyncDispose]();
  return end;
}

test.each<[string, readonly Beat[]]>([
  [
    "two at once",
    [
      [calls("a", "b")],
      { asks: "a", answer: "accept" },
      { asks: "b", answer: "accept" },
      [result("b", ran), result("a", ran)],
    ],
  ],
  [
    "one refused by Amp's own rules beside one that waits",
    [
      [calls("a", "b")],
      { asks: "b", answer: "accept" },
      [result("a", "rejected by a rule", true), result("b", ran)],
    ],
  ],
  ["one that has failed unasked", [[calls("a"), result("a", "no such tool", true)]]],
  [
    "a no that comes back as no error",
    [[calls("a")], { asks: "a", answer: "decline" }, [result("a", "The user declined this.")]],
  ],
  [
    "one that still waits",
    [[calls("a")], { asks: "a" }, [result("a", "Tool status: blocked-on-user")]],
  ],
  [
    "another id where it asks",
    [[calls("a")], { asks: "other", answer: "accept" }, [result("a", ran)]],
  ],
  [
    "a question before the call is told",
    [{ asks: "a", answer: "accept" }, [calls("a"), result("a", ran)]],
  ],
  [
    "what a sub-agent does",
    [
      [
        answer([use("task", "Task", { prompt: "x" })], "tool_use"),
        answer([use("a", "Bash", { cmd: "a" })], "tool_use", "task"),
        { ...result("a", ran), parent_tool_use_id: "task" },
        result("task", "x"),
      ],
    ],
  ],
  ["what is told of no call", [[result("old", ran)]]],
])("no false alarm: %s", async (_, beats) => {
  expect(await endOf(...beats)).toMatchObject({ status: "completed" });
});

test.each<[string, readonly Beat[]]>([
  ["never asked", [[calls("a"), result("a", ran)]]],
  [
    "with an exit code, as an error",
    [[calls("a"), result("a", JSON.stringify({ output: "", exitCode: 1 }), true)]],
  ],
  ["while its question waited", [[calls("a")], { asks: "a" }, [result("a", ran)]]],
  [
    "behind one that asked twice",
    [
      [calls("a")],
      { asks: "a", answer: "accept" },
      { asks: "a", answer: "accept" },
      [result("a", ran), calls("b"), result("b", ran)],
    ],
  ],
  [
    "behind a question of another thread",
    [{ asks: "x", thread: "T-child", answer: "accept" }, [calls("a"), result("a", ran)]],
  ],
  [
    "behind one that asked and was refused",
    [
      [calls("a")],
      { asks: "a", answer: "decline" },
      [result("a", "no", true), calls("b"), result("b", ran)],
    ],
  ],
])("an alarm: one that ran %s", async (_, beats) => {
  expect(await endOf(...beats)).toMatchObject({
    status: "failed",
    failure: { message: expect.stringContaining("had not allowed") },
  });
});

test("the alarm is in the log, and cuts a call short that would be long", async () => {
  const opened = await openThread();
  const amp = await working(opened);
  const input = { path: "a", content: "x".repeat(100_000) };
  amp.process.emit(answer([use("a", "create_file", input)], "tool_use"), result("a", "made"));
  const end = (await opened.until(isEnd)).at(-1);
  const message = end?.op === "end" ? (end.failure?.message ?? "") : "";
  expect(message).toMatch(/^Amp ran create_file \{"path":"a"/u);
  expect(message.length).toBeLessThan(1000);
  const [warned] = opened.host.logged.filter(({ level }) => level === "warn");
  expect(warned?.message).toContain(message);
});

/** A turn in which a command runs about which the plugin did not ask. */
async function runsUnasked(
  opened: OpenedThread,
  change: Partial<Settings> = {},
): Promise<PlayedAmp> {
  const amp = await working(opened, "do it", change);
  const call = { id: "t1", tool: "shell_command", input: { command: "one" }, inside: true };
  amp.process.emit(answer([use("t1", "shell_command", { command: "one" })], "tool_use"));
  const asked = amp.ask("/call", call);
  await opened.until((op) => op.op === (change.approvals === "auto" ? "open" : "ask"));
  await opened.thread.answer("t1", { type: "accept" });
  await asked;
  amp.process.emit(result("t1", "first"));
  amp.process.emit(answer([use("t2", "Bash", { cmd: "two" })], "tool_use"), result("t2", "second"));
  return amp;
}

test("a call that ran unasked ends Amp, and nothing more is asked of it in any thread", async () => {
  const opened = await openThread();
  const amp = await runsUnasked(opened);
  const ops = await opened.until(isEnd);
  expect(ops.filter(({ op }) => op === "close")).toMatchObject([{ key: "t1" }, { key: "t2" }]);
  const message = expect.stringMatching(
    /^Amp ran Bash \{"cmd":"two"\}, which Fairlead had not allowed/,
  );
  expect(last(ops)).toMatchObject({ status: "failed", failure: { kind: "other", message } });
  expect(amp.process.disposed).toBe(true);
  await expect(opened.prompt("again")).rejects.toThrow(/had not allowed/);
  const another = await openThread({ adapter: opened.adapter });
  await expect(another.prompt("hello")).rejects.toThrow(/had not allowed/);
  const free = another.prompt("hello", { approvals: "auto", sandbox: "danger-full-access" });
  await (await opened.nextAmp()).ask("/hello", {});
  await free;
});

test("where everything may run unasked, nothing is stopped for it", async () => {
  const opened = await openThread();
  const amp = await runsUnasked(opened, { approvals: "auto", sandbox: "danger-full-access" });
  amp.process.emit(answer([text("done")]));
  expect(last(await opened.until(isEnd))).toMatchObject({ status: "completed" });
});

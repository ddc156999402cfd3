import { expect, test } from "vitest";
import {
  begin,
  call,
  isEnd,
  notification,
  openThread,
  over,
  respond,
  turnId,
} from "./open-thread.ts";

const told = { type: "tool_result", isError: true };
const refused = { ...told, content: "Error: Tool execution cancelled by user" };

test("a turn that is stopped while Droid is told its settings never reaches Droid", async () => {
  const opened = await openThread();
  const begun = opened.prompt("x", { mode: "plan" });
  begun.catch(() => {});
  const settings = await opened.droid.nextWrite();
  const stopped = opened.thread.interrupt();
  respond(opened.droid, await opened.droid.nextWrite());
  await stopped;
  respond(opened.droid, settings);
  respond(opened.droid, await opened.droid.nextWrite(), { limit: 1 });
  await expect(begun).rejects.toMatchObject({ kind: "not-running" });
  await begin(opened);
  expect(
    opened.droid.written.filter((frame) => JSON.stringify(frame).includes("add_user_message")),
  ).toHaveLength(1);
});

test("an interrupt that comes when its turn is over is none of the next turn", async () => {
  const opened = await openThread();
  await begin(opened);
  opened.droid.emit(over);
  await opened.until(isEnd);
  const stopped = opened.thread.interrupt();
  respond(opened.droid, await opened.droid.nextWrite());
  await stopped;
  await begin(opened);
  call(opened, "plan", "ExitSpecMode", { plan: "# Plan" });
  opened.droid.emit(notification({ ...refused, toolUseId: "plan" }), over);
  expect((await opened.until(isEnd)).at(-1)).toEqual({
    op: "end",
    turn: turnId,
    status: "completed",
  });
});

test.each([
  "Error: Tool execution cancelled by user",
  "Error: Plan not approved - remaining in Spec Mode. Provide feedback to refine the spec.",
])("a turn that is stopped while a question waits is interrupted: %s", async (content) => {
  const opened = await openThread();
  await begin(opened);
  call(opened, "plan", "ExitSpecMode", { plan: "# Plan" });
  const stopped = opened.thread.interrupt();
  respond(opened.droid, await opened.droid.nextWrite());
  await stopped;
  opened.droid.emit(notification({ ...told, content, toolUseId: "plan" }), over);
  expect((await opened.until(isEnd)).at(-1)).toMatchObject({ status: "interrupted" });
});

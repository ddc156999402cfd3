import type { AskAnswer, ThreadOp } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import {
  begin,
  call,
  calls,
  hookStarted,
  input,
  isAsk,
  isEnd,
  notification,
  openThread,
  over,
  respond,
  session,
  type OpenedThread,
} from "./open-thread.ts";

/** Answers the next question. */
async function answered(opened: OpenedThread, answer: AskAnswer): Promise<ThreadOp | undefined> {
  const ask = (await opened.until(isAsk)).at(-1);
  await opened.thread.answer(ask?.op === "ask" ? ask.id : "", answer);
  return ask;
}

test.each([
  ["accept", "allow"],
  ["decline", "deny"],
  ["cancel", "deny"],
] as const)("a held call: %s", async (type, permissionDecision) => {
  const opened = await openThread();
  await begin(opened);
  const told = opened.hook(input);
  call(opened, "one");
  const ask = (await opened.until(isAsk)).at(-1);
  expect(ask).toMatchObject({ ask: { kind: "command", key: "one", scope: "Execute ls > made" } });
  const written = opened.droid.written.length;
  await opened.thread.answer(ask?.op === "ask" ? ask.id : "", { type });
  expect(await told).toMatchObject({ hookSpecificOutput: { permissionDecision } });
  expect(opened.droid.written).toHaveLength(written);
});

test("an answer that a hook did not fetch is for no later call", async () => {
  const opened = await openThread();
  await begin(opened);
  call(opened, "one");
  const ask = (await opened.until(isAsk)).at(-1);
  await opened.thread.answer(ask?.op === "ask" ? ask.id : "", { type: "accept" });
  opened.droid.emit(notification({ type: "hook_execution_completed", hookToolCallId: "one" }));
  call(opened, "two");
  const second = (await opened.until(isAsk)).at(-1);
  const told = opened.hook(input);
  await opened.thread.answer(second?.op === "ask" ? second.id : "", { type: "decline" });
  expect(await told).toMatchObject({ hookSpecificOutput: { permissionDecision: "deny" } });
});

test("a question whose hook is gone is withdrawn", async () => {
  const opened = await openThread();
  await begin(opened);
  call(opened, "one");
  opened.droid.emit(notification({ type: "hook_execution_completed", hookToolCallId: "one" }));
  const ops = await opened.until(({ op }) => op === "withdraw");
  expect(ops.at(-1)).toEqual({ op: "withdraw", id: "one:one" });
});

test("what is granted goes Droid's way, which is answered for once", async () => {
  const all = { ...session.settings, approvals: "auto", sandbox: "danger-full-access" } as const;
  const opened = await openThread();
  const begun = opened.prompt("x", { approvals: all.approvals, sandbox: all.sandbox });
  respond(opened.droid, await opened.droid.nextWrite());
  await begun;
  const told = opened.hook(input);
  call(opened, "one");
  expect(await told).toEqual({});
  const params = {
    toolUses: [{ toolUse: { id: "one", name: "Execute", input }, confirmationType: "exec" }],
    options: [{ value: "proceed_always" }, { value: "proceed_once" }, { value: "cancel" }],
  };
  opened.droid.emit({ type: "request", method: "droid.request_permission", id: "r", params });
  expect(await opened.droid.nextWrite()).toMatchObject({
    type: "response",
    id: "r",
    result: { selectedOption: "proceed_once" },
  });
});

test.each([
  [["accept", "accept"], "proceed_once"],
  [["accept", "decline"], "cancel"],
] as const)(
  "several calls in one request are asked one by one: %j",
  async (answers, selectedOption) => {
    const opened = await openThread();
    await begin(opened);
    const toolUses = ["one", "two"].map((id) => ({ toolUse: { id, name: "Execute", input } }));
    const params = { toolUses, options: [{ value: "proceed_once" }, { value: "cancel" }] };
    opened.droid.emit({ type: "request", method: "droid.request_permission", id: "r", params });
    for (const type of answers) {
      const ask = (await opened.until(isAsk)).at(-1);
      await opened.thread.answer(ask?.op === "ask" ? ask.id : "", { type });
    }
    expect(await opened.droid.nextWrite()).toMatchObject({ id: "r", result: { selectedOption } });
  },
);

test("of calls with the same input at once each gets the answer that is about its tool", async () => {
  const opened = await openThread();
  await begin(opened);
  const names = ["files___look", "files___wipe"] as const;
  calls(
    opened,
    names.map((name) => ({ id: name, name, input: {} })),
  );
  // The hooks come in an order of their own.
  const wiping = opened.hook({}, names[1]);
  const looking = opened.hook({}, names[0]);
  await answered(opened, { type: "accept" });
  await answered(opened, { type: "decline" });
  const told = (permissionDecision: string) => ({ hookSpecificOutput: { permissionDecision } });
  expect(await wiping).toMatchObject(told("deny"));
  expect(await looking).toMatchObject(told("allow"));
});

const planned = {
  mode: "plan",
  approvals: "auto",
  sandbox: "danger-full-access",
} as const;

test.each([
  ["Yes, go ahead", "proceed_once", 0],
  ["No, keep planning", "cancel", 1],
] as const)("what follows a plan, answered with %j", async (label, selectedOption, asks) => {
  const opened = await openThread();
  await begin(opened, planned);
  const toolUse = { id: "plan", name: "ExitSpecMode", input: { plan: "# Plan" } };
  const toolUses = [{ toolUse, confirmationType: "exit_spec_mode" }];
  const params = { toolUses, options: [{ value: "proceed_once" }, { value: "cancel" }] };
  opened.droid.emit({ type: "request", method: "droid.request_permission", id: "r", params });
  await answered(opened, { type: "answers", answers: { go: [label] } });
  expect(await opened.droid.nextWrite()).toMatchObject({ id: "r", result: { selectedOption } });
  call(opened, "one");
  opened.droid.emit(over);
  expect((await opened.until(isEnd)).filter(isAsk)).toHaveLength(asks);
});

test("a call whose id an earlier one of the turn had is asked about as itself", async () => {
  const opened = await openThread();
  await begin(opened);
  call(opened, "call_0");
  await answered(opened, { type: "accept" });
  opened.droid.emit(
    notification({ type: "hook_execution_completed", hookToolCallId: "call_0" }),
    notification({ type: "tool_result", toolUseId: "call_0", content: "" }),
  );
  const other = { command: "touch other" };
  const content = [{ type: "tool_use", id: "call_0", name: "Execute", input: other }];
  const message = { id: "another", role: "assistant", content };
  opened.droid.emit(
    notification({ type: "create_message", message }),
    notification({ ...hookStarted, hookToolCallId: "call_0" }),
  );
  const told = opened.hook(other);
  const ops = await opened.until(isAsk);
  expect(ops.slice(-2)).toMatchObject([
    { op: "open", key: "call_0:2", item: { command: "touch other" } },
    { op: "ask", ask: { key: "call_0:2", scope: "Execute touch other" } },
  ]);
  const ask = ops.at(-1);
  await opened.thread.answer(ask?.op === "ask" ? ask.id : "", { type: "decline" });
  expect(await told).toMatchObject({ hookSpecificOutput: { permissionDecision: "deny" } });
});

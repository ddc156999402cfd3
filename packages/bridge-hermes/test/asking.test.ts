import { expect, test } from "vitest";
import {
  all,
  answered,
  compact,
  event,
  folder,
  isAsk,
  isEnd,
  opened,
  turnOver,
  working,
} from "./open-thread.ts";

/** A call of `ls` that its hook holds. */
const called = (id: string, more: object) =>
  event("fairlead.call", {
    request_id: id,
    tool_name: "terminal",
    args: { command: "ls" },
    tool_call_id: id,
    ...more,
  });

test("an interrupt refuses what is asked, and what is called afterwards", async () => {
  const { gateway, thread, until } = await working();
  const call = (request_id: string) =>
    event("fairlead.call", {
      request_id,
      tool_name: "terminal",
      args: { command: "ls" },
      tool_call_id: request_id,
    });
  gateway.emit(event("message.start"), call("1"));
  await until(isAsk);
  const interrupted = thread.interrupt();
  expect(await answered(gateway, "fairlead.answer")).toMatchObject({
    request_id: "1",
    answer: expect.stringMatching(/declined/),
  });
  await answered(gateway, "session.interrupt");
  await interrupted;
  gateway.emit(call("2"));
  expect(await answered(gateway, "fairlead.answer")).toMatchObject({
    request_id: "2",
    answer: "The user stopped the turn.",
  });
});

test("what Hermes asks about a call it did not tell of is asked, once", async () => {
  const { gateway, thread, until } = await working();
  gateway.emit(
    event("approval.request", { command: "rm x", description: "delete", request_id: "5" }),
  );
  const ask = (await until(isAsk)).at(-1);
  if (ask?.op !== "ask") throw new Error("nothing was asked");
  expect(ask.ask).toMatchObject({ kind: "command", reason: "delete" });
  const answering = thread.answer(ask.id, { type: "accept" });
  expect(await answered(gateway, "approval.respond")).toEqual({
    session_id: "live",
    request_id: "5",
    choice: "once",
  });
  await answering;
});

test("what Hermes asks about an allowed call is answered by its name, whatever the words", async () => {
  const { gateway, thread, until } = await working();
  for (const id of ["a", "b"]) {
    gateway.emit(called(id, { session_id: "stored" }));
    const ask = (await until(isAsk)).at(-1);
    if (ask?.op !== "ask") throw new Error("nothing was asked");
    await thread.answer(ask.id, { type: "accept" });
    await answered(gateway, "fairlead.answer");
  }
  const asks = { command: "execute_code: ls", request_id: "9", tool_call_id: "b" };
  gateway.emit(event("approval.request", asks));
  expect(await answered(gateway, "approval.respond")).toMatchObject({
    request_id: "9",
    choice: "once",
  });
  turnOver(gateway);
  await until(isEnd);
});

test("a question of an MCP server's is the user's, whatever is granted", async () => {
  const { gateway, thread, prompt, until } = await opened();
  const handed = prompt("go", { approvals: "auto", sandbox: "danger-full-access" });
  await answered(gateway, "prompt.submit");
  await handed;
  gateway.emit(
    event("approval.request", {
      command: "Pay 5?",
      description: "Approval requested by MCP server 'shop'.",
      pattern_key: "mcp_elicitation",
      request_id: "3",
    }),
  );
  expect(await until(isAsk)).toEqual([
    {
      op: "ask",
      id: "ask-1",
      ask: { kind: "elicitation", server: "shop", message: "Pay 5?", form: null, url: null },
    },
  ]);
  await thread.answer("ask-1", { type: "decline" });
  expect(await answered(gateway, "approval.respond")).toMatchObject({
    request_id: "3",
    choice: "deny",
  });
});

test("a sub-agent in the background is asked about, answered and shown behind the turn", async () => {
  const { gateway, thread, until } = await working();
  gateway.emit(
    event("subagent.start", { child_session_id: "child", goal: "look" }),
    called("c", { session_id: "child" }),
  );
  await until(isAsk);
  turnOver(gateway);
  await until(isEnd);
  await thread.answer("ask-1", { type: "accept" });
  expect(await answered(gateway, "fairlead.answer")).toMatchObject({
    request_id: "c",
    answer: "allow",
  });
  gateway.emit(
    event("fairlead.result", { tool_call_id: "c", result: { output: "x", exit_code: 0 } }),
    event("subagent.complete", { child_session_id: "child", status: "completed", summary: "" }),
    event("fairlead.background", { running: false }),
  );
  expect(compact(await until(({ op }) => op === "background"))).toMatchInlineSnapshot(`
    "close {"key":"c","status":"completed","output":"x","item":{"type":"command","exitCode":0},"thread":"child"}
    end {"turn":"child","thread":"child","status":"completed"}
    background {"running":false}"
  `);
});

test("leave for a command holds for the folder it runs in, where Hermes' last one went", async () => {
  const { gateway, until } = await working();
  const file = { path: "/elsewhere" };
  gateway.emit(called("c", { folder, file }));
  expect((await until(isAsk)).at(-1)).toMatchObject({
    ask: { scope: "terminal ls in /elsewhere" },
  });
});

test("what Hermes does for itself between turns changes nothing, unless all is granted", async () => {
  const { gateway, thread } = await opened();
  const call = (tool_name: string, request_id: string) =>
    event("fairlead.call", { request_id, tool_name, args: {}, tool_call_id: request_id });
  gateway.emit(call("memory", "1"), call("skill_view", "2"));
  const refusal = "Nothing is changed between turns.";
  expect(await answered(gateway, "fairlead.answer")).toMatchObject({
    request_id: "1",
    answer: refusal,
  });
  expect(await answered(gateway, "fairlead.answer")).toMatchObject({
    request_id: "2",
    answer: "allow",
  });
  await thread[Symbol.asyncDispose]();
  expect(await all(thread.ops)).toEqual([]);
});

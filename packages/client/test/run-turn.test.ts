import { describe, expect, it } from "vitest";
import { assertNoViolations } from "@fairlead/conformance/laws";
import { rpcCode } from "@fairlead/client";
import {
  type FakeServer,
  FakeTurn,
  agentMessage,
  connected,
  threadId,
  turn,
} from "./fake-server.ts";

/** The server answers `turn/start` and then acts. */
function onTurnStart(server: FakeServer, act: (acts: FakeTurn) => void): void {
  server.answer("turn/start", () => {
    queueMicrotask(() => act(new FakeTurn(server)));
    return { turn: { ...turn("inProgress"), startedAt: null } };
  });
}

describe("runTurn", () => {
  it("gives the turn, its items and all events of the thread", async () => {
    await using pair = await connected({ validate: true });
    onTurnStart(pair.server, (acts) => {
      acts.start();
      pair.server.notify("warning", { threadId: "other", message: "not ours" });
      acts.say("hello");
      acts.end();
    });
    const heard: string[] = [];
    const done = await pair.client.runTurn({
      threadId,
      input: "greet",
      onEvent: ({ method }) => heard.push(method),
    });
    expect(done.turn.status).toBe("completed");
    expect(done.items).toEqual([agentMessage("hello")]);
    expect(done.events.map(({ method }) => method)).toEqual([
      "thread/status/changed",
      "turn/started",
      "item/started",
      "item/agentMessage/delta",
      "item/completed",
      "thread/status/changed",
      "turn/completed",
    ]);
    expect(heard).toEqual(done.events.map(({ method }) => method));
    expect(pair.server.received.at(-1)).toEqual({
      method: "turn/start",
      params: { threadId, input: [{ type: "text", text: "greet", text_elements: [] }] },
    });
    assertNoViolations(pair.laws.finish());
  });

  it("lets the caller decide approvals, and nobody after the turn", async () => {
    await using pair = await connected();
    const answers: unknown[] = [];
    onTurnStart(pair.server, (acts) => {
      acts.start();
      void acts.askToRun().then((answer) => {
        answers.push(answer);
        acts.end();
      });
    });
    const asked: unknown[] = [];
    await pair.client.runTurn({
      threadId,
      input: [],
      onApproval: ({ method, params }) => {
        asked.push([method, params.itemId]);
        return "acceptForSession";
      },
    });
    expect(asked).toEqual([["item/commandExecution/requestApproval", "command-1"]]);
    expect(answers).toEqual([{ decision: "acceptForSession" }]);
    assertNoViolations(pair.laws.finish());
    await expect(new FakeTurn(pair.server).askToRun()).rejects.toMatchObject({
      code: rpcCode.methodNotFound,
    });
  });

  it("interrupts on the signal and resolves with the interrupted turn", async () => {
    await using pair = await connected();
    onTurnStart(pair.server, (acts) => acts.start());
    pair.server.answer("turn/interrupt", () => {
      queueMicrotask(() => new FakeTurn(pair.server).end("interrupted"));
      return {};
    });
    const stop = new AbortController();
    const running = pair.client.runTurn({ threadId, input: "wait", signal: stop.signal });
    await pair.client.waitFor("turn/started");
    stop.abort();
    expect((await running).turn.status).toBe("interrupted");
    assertNoViolations(pair.laws.finish());
  });

  it("asks again when the first interrupt came before the turn ran", async () => {
    await using pair = await connected();
    const stop = new AbortController();
    let begin = (): void => {};
    onTurnStart(pair.server, (acts) => {
      begin = () => acts.start();
      stop.abort();
    });
    const running = pair.client.runTurn({ threadId, input: "wait", signal: stop.signal });
    let refusals = 0;
    pair.server.answer("turn/interrupt", () => {
      refusals += 1;
      if (refusals === 1) {
        queueMicrotask(begin);
        throw new Error("no active turn to interrupt");
      }
      queueMicrotask(() => new FakeTurn(pair.server).end("interrupted"));
      return {};
    });
    expect((await running).turn.status).toBe("interrupted");
    expect(refusals).toBe(2);
  });

  it("rejects when the server refuses the turn or goes away", async () => {
    const pair = await connected();
    await expect(pair.client.runTurn({ threadId, input: "x" })).rejects.toThrow("no turn/start");
    onTurnStart(pair.server, (acts) => acts.start());
    const running = pair.client.runTurn({ threadId, input: "x" });
    await pair.client.waitFor("turn/started");
    await pair[Symbol.asyncDispose]();
    await expect(running).rejects.toMatchObject({ code: rpcCode.closed });
  });
});

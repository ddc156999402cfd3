import { BridgeError } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { acpBridge } from "../src/index.ts";
import {
  folder,
  hello,
  hostOf,
  openThread,
  plain,
  sessionId,
  signal,
  specOf,
  textsOf,
  turnId,
} from "./open-thread.ts";

test("a bridge that ends takes with it the agents that have not said hello yet", async () => {
  const host = hostOf();
  const adapter = acpBridge(plain)(host);
  const opening = expect(adapter.openThread(specOf(), { signal })).rejects.toThrow();
  const listing = expect(adapter.listModels?.({ cwd: folder, signal })).rejects.toThrow();
  const processes = [await host.nextProcess(), await host.nextProcess()];
  await adapter[Symbol.asyncDispose]();
  await Promise.all([opening, listing]);
  expect(processes.map(({ disposed }) => disposed)).toEqual([true, true]);
});

test("a bridge that ends takes with it the agents that are opening a session", async () => {
  const host = hostOf();
  const adapter = acpBridge(plain)(host);
  const opening = expect(adapter.openThread(specOf(), { signal })).rejects.toThrow();
  const agent = await hello(host);
  await agent.next("session/new");
  await adapter[Symbol.asyncDispose]();
  await opening;
  expect(agent.process.disposed).toBe(true);
});

test("a thread that nobody wants any more while its session opens leaves no agent behind", async () => {
  const host = hostOf();
  const over = new AbortController();
  const opening = acpBridge(plain)(host).openThread(specOf(), { signal: over.signal });
  const refused = expect(opening).rejects.toThrow("this process of Plain was ended");
  const agent = await hello(host);
  await agent.next("session/new");
  over.abort();
  await refused;
  expect(agent.process.disposed).toBe(true);
});

test("what a session asks that nobody follows gets a no, in the words of each question", async () => {
  const host = hostOf();
  const listing = acpBridge(plain)(host).listCommands?.({ cwd: folder, signal });
  const agent = await hello(host);
  const { id } = await agent.next("session/new");
  // The question is taken first: what is asked in a session comes behind its opening.
  agent.process.emit({ jsonrpc: "2.0", id, result: { sessionId } });
  agent.update({ sessionUpdate: "session_info_update", title: "A title" });
  await new Promise<void>((resolve) => setImmediate(resolve));
  const form = { sessionId, mode: "form", message: "Which?", requestedSchema: {} };
  agent.process.emit({ jsonrpc: "2.0", id: 9, method: "elicitation/create", params: form });
  expect(await agent.answered()).toEqual({ id: 9, result: { action: "cancel" } });
  agent.permit("p", { toolCallId: "a", kind: "execute" }, "allow_once");
  const cancelled = { outcome: { outcome: "cancelled" } };
  expect(await agent.answered()).toEqual({ id: "p", result: cancelled });
  const availableCommands = [{ name: "review", description: "Reviews" }];
  agent.update({ sessionUpdate: "available_commands_update", availableCommands });
  expect(await listing).toHaveLength(1);
});

const turn = { id: turnId, input: [], settings: specOf().settings, outputSchema: null };

test.each(["a prompt", "an answer"])(
  "an agent that lives on but takes no more input is ended, be it %s that it does not take",
  async (frame) => {
    const open = await openThread();
    await open.prompt("hello");
    if (frame === "an answer") {
      open.agent.permit("p", { toolCallId: "a", kind: "edit" }, "allow_once");
      await open.until("ask");
    } else {
      open.end();
      await open.until("end");
    }
    const gone = new BridgeError("crashed", "takes no more input");
    open.agent.process.write = () => Promise.reject(gone);
    if (frame === "an answer") await open.thread.answer("ask-1", { type: "accept" });
    else await open.thread.prompt(turn);
    await expect(open.until("end")).rejects.toThrow("Plain ended (SIGTERM)");
  },
);

test("instructions wait for the first prompt that is no command", async () => {
  const open = await openThread({ spec: { instructions: "Be kind." } });
  expect(textsOf(await open.prompt("/review"))).toEqual(["/review"]);
  open.end();
  await open.until("end");
  expect(textsOf(await open.prompt("hello"))).toEqual(["Be kind.\n\nhello"]);
  open.end();
  await open.until("end");
  expect(textsOf(await open.prompt("again"))).toEqual(["again"]);
});

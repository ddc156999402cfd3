import { setImmediate } from "node:timers/promises";
import { driven, fakeHost } from "@fairlead/bridge-core/testing";
import { expect, test } from "vitest";
import amp from "../src/index.ts";
import {
  answer,
  folder,
  isEnd,
  loggedIn,
  openThread,
  said,
  settings,
  signal,
  text,
  turnId,
  working,
} from "./open-thread.ts";

/** A prompt whose Amp has its private folder made, and no more. */
async function startsMaking() {
  const host = fakeHost({
    environment: loggedIn,
    onSpawn: (process) => {
      if (process.spec.args[1] === "end") process.exit();
    },
  });
  const adapter = amp(host);
  const from = { instructions: null, mcpServers: [], from: null };
  const thread = await adapter.openThread(
    { threadId: turnId, cwd: folder, settings, ...from },
    { signal },
  );
  const opened = { thread, adapter, ...driven(thread, settings, turnId) };
  const prompted = opened.prompt("hello");
  return { host, opened, prompted, making: await host.nextProcess() };
}

test("an interrupt before Amp is even started ends the turn, and nothing is started", async () => {
  const opened = await openThread();
  const prompted = opened.prompt("hello");
  await opened.thread.interrupt();
  await prompted;
  expect(await opened.until(isEnd)).toEqual([{ op: "end", turn: turnId, status: "interrupted" }]);
  expect(opened.host.processes).toEqual([]);
});

test("an interrupt while the private folder is made takes it away when it is made", async () => {
  const { host, making, opened, prompted } = await startsMaking();
  const over = opened.thread.interrupt();
  await setImmediate();
  expect(host.processes).toHaveLength(1);
  making.exit();
  await over;
  await prompted;
  expect(host.processes.map(({ spec }) => spec.args[1])).toEqual(["make", "end"]);
});

test("a thread disposed of while its private folder is made leaves none", async () => {
  const { host, making, opened, prompted } = await startsMaking();
  const over = opened.adapter[Symbol.asyncDispose]();
  await setImmediate();
  expect(host.processes).toHaveLength(1);
  making.exit();
  await over;
  await expect(prompted).rejects.toMatchObject({ kind: "not-running" });
  expect(host.processes.map(({ spec }) => spec.args[1])).toEqual(["make", "end"]);
});

test("a second interrupt does not end the turn behind it", async () => {
  const opened = await openThread();
  await working(opened);
  const [one, two] = [opened.thread.interrupt(), opened.thread.interrupt()];
  await opened.until(isEnd);
  const again = opened.prompt("again", {}, "turn-2");
  await Promise.all([one, two]);
  const amp = await opened.nextAmp();
  await amp.ask("/hello", {});
  await again;
  amp.process.emit(said("again"), answer([text("done")]));
  expect((await opened.until(isEnd)).at(-1)).toMatchObject({ turn: "turn-2", status: "completed" });
});

test("a prompt that failed because the plugin did not report is followed by another Amp", async () => {
  const opened = await openThread();
  const first = opened.prompt("hello");
  await opened.nextAmp();
  opened.host.advance(40_000);
  await expect(first).rejects.toThrow("did not report");
  const second = opened.prompt("hello again");
  const amp = await opened.nextAmp();
  await amp.ask("/hello", {});
  await second;
  expect(amp.process.written).toHaveLength(1);
});

test("a steer is never handed to an Amp in which the plugin has not reported", async () => {
  const opened = await openThread();
  const first = opened.prompt("hello");
  await opened.nextAmp();
  const over = opened.thread.interrupt();
  await opened.until(isEnd);
  void opened.prompt("again", {}, "turn-2").catch(() => {});
  const amp = await opened.nextAmp();
  await Promise.all([first, over]);
  const more = [{ type: "text" as const, text: "two", text_elements: [] }];
  await expect(opened.thread.steer?.(more, "steer-1")).rejects.toMatchObject({
    kind: "not-running",
  });
  expect(amp.process.written).toEqual([]);
});

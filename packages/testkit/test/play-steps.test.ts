import { expect, test } from "vitest";
import { startJsonlAgent } from "../src/record/jsonl-agent.ts";
import { playSteps } from "../src/record/play-steps.ts";
import type { RecordStep } from "../src/record/step.ts";

/** An agent that tells the thread's name, asks back once and ends with a frame nobody waits for. */
const script = `
  const send = (frame) => console.log(JSON.stringify(frame));
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const frame = JSON.parse(line);
    if (frame.method === "start") send({ id: frame.id, result: { thread: { id: "t1" } } });
    if (frame.method === "run") send({ id: 0, method: "ask", params: frame.params });
    if (frame.result) {
      send({ method: "done", params: frame.result });
      send({ method: "afterwards" });
    }
  });
`;

async function play(steps: readonly RecordStep[]): ReturnType<typeof playSteps> {
  await using agent = await startJsonlAgent({
    command: process.execPath,
    arguments: ["-e", script],
    env: process.env,
    cwd: process.cwd(),
  });
  return await playSteps(steps, { agent, cwd: "/the/project", release: () => undefined });
}

test("a scenario fills in what it captured and ends with the last frame it waited for", async () => {
  const frames = await play([
    {
      type: "request",
      method: "start",
      params: { cwd: "$cwd" },
      capture: { thread: "result.thread.id" },
    },
    { type: "send", frame: { method: "run", params: { thread: "$thread" } } },
    { type: "answer", to: { method: "ask" }, with: { decision: "accept" } },
    { type: "await", frame: { method: "done" } },
  ]);
  expect(frames).toEqual([
    { dir: "send", frame: { id: 1, method: "start", params: { cwd: "/the/project" } } },
    { dir: "recv", frame: { id: 1, result: { thread: { id: "t1" } } } },
    { dir: "send", frame: { method: "run", params: { thread: "t1" } } },
    { dir: "recv", frame: { id: 0, method: "ask", params: { thread: "t1" } } },
    { dir: "send", frame: { id: 0, result: { decision: "accept" } } },
    { dir: "recv", frame: { method: "done", params: { decision: "accept" } } },
  ]);
});

test("an agent that ends too early is reported with what was waited for", async () => {
  await using agent = await startJsonlAgent({
    command: process.execPath,
    arguments: ["-e", ""],
    env: process.env,
    cwd: process.cwd(),
  });
  const waiting: readonly RecordStep[] = [{ type: "await", frame: { method: "done" } }];
  const stage = { agent, cwd: "/", release: () => undefined };
  await expect(playSteps(waiting, stage)).rejects.toThrow('never received {"method":"done"}');
});

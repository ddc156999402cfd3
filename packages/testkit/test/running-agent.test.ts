import { expect, test } from "vitest";
import type { FrameLog } from "../src/record/frame-log.ts";
import { createFrameLog } from "../src/record/frame-log.ts";
import { startOnStdio } from "../src/record/running-agent.ts";

/** An agent that answers `go` with two frames and ends on `end`. */
const script = `
  const send = (frame) => console.log(JSON.stringify(frame));
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { method } = JSON.parse(line);
    if (method === "end") process.exit();
    send({ method: "one" });
    console.log("no frame");
    send({ method: "two" });
    send({ method: "afterwards" });
  });
`;

async function start(log: FrameLog): ReturnType<typeof startOnStdio> {
  return await startOnStdio(
    {
      command: process.execPath,
      arguments: ["-e", script],
      env: process.env,
      cwd: process.cwd(),
    },
    log,
  );
}

test("what passes is kept up to the last frame that was waited for", async () => {
  const log = createFrameLog();
  await using agent = await start(log);
  agent.send("a", { method: "go" });
  await log.take("a", ({ method }) => method === "two", "two");
  await log.take("a", ({ method }) => method === "one", "one");
  await log.take("a", ({ method }) => method === "afterwards", "afterwards");
  const frames = [
    { client: "a", dir: "send", frame: { method: "go" } },
    { client: "a", dir: "recv", frame: { method: "one" } },
    { client: "a", dir: "recv", frame: { unparsed: "no frame" } },
    { client: "a", dir: "recv", frame: { method: "two" } },
    { client: "a", dir: "recv", frame: { method: "afterwards" } },
  ];
  expect(log.kept()).toEqual(frames);
});

test("an agent that ends is reported with what was waited for", async () => {
  const log = createFrameLog();
  await using agent = await start(log);
  agent.send("a", { method: "end" });
  await expect(log.take("a", () => true, "anything")).rejects.toThrow(
    "client a never received anything",
  );
});

test("every connection is kept up to its own last frame, or its end", async () => {
  const log = createFrameLog();
  const say = (client: string, method: string): void => {
    log.add({ client, dir: "recv", frame: { method } });
  };
  log.add({ client: "b", event: "connect" });
  say("a", "one");
  say("b", "one");
  say("a", "two");
  say("b", "two");
  await log.take("a", ({ method }) => method === "one", "one");
  expect(log.kept()).toEqual([
    { client: "b", event: "connect" },
    { client: "a", dir: "recv", frame: { method: "one" } },
  ]);
  log.add({ client: "b", event: "disconnect" });
  expect(log.kept()).toHaveLength(5);
});

import { expect, test } from "vitest";
import { fakeHost } from "../src/testing.ts";

const spec = { file: "agent", args: ["--json"], cwd: "/work" };
const { signal } = new AbortController();

test("a recording is played: each written frame lets the agent go on", async () => {
  const playing: Promise<void>[] = [];
  const host = fakeHost({
    onSpawn(process) {
      playing.push(
        process.play([
          { dir: "recv", frame: { ready: true } },
          { dir: "send", frame: { ask: 1 } },
          { dir: "recv", frame: { answer: 1 } },
        ]),
      );
    },
  });
  const child = host.spawn(spec);
  const lines = child.lines[Symbol.asyncIterator]();
  expect(await lines.next()).toEqual({ done: false, value: { json: { ready: true } } });
  const answer = lines.next();
  await child.write({ ask: 1 });
  expect(await answer).toEqual({ done: false, value: { json: { answer: 1 } } });
  await Promise.all(playing);
  child.emitText("bye");
  await child[Symbol.asyncDispose]();
  expect(await lines.next()).toEqual({ done: false, value: { text: "bye" } });
  expect(await lines.next()).toEqual({ done: true, value: undefined });
  expect(await child.exited).toEqual({ code: null, signal: "SIGTERM", stderr: "" });
  await expect(child.write({})).rejects.toMatchObject({ kind: "crashed" });
});

test("a write that is not in the recording fails the reader and the test", async () => {
  const host = fakeHost();
  const child = host.spawn(spec);
  expect(await host.nextProcess()).toBe(child);
  const playing = child.play([{ dir: "send", frame: { ask: 1 } }]);
  const message = 'the bridge wrote {"ask":2}, the recording has {"ask":1}';
  const failed = expect(playing).rejects.toThrow(message);
  await child.write({ ask: 2 });
  await failed;
  await expect(child.lines[Symbol.asyncIterator]().next()).rejects.toThrow(message);
  const waiting = expect(child.nextWrite()).rejects.toThrow("agent ended before the bridge wrote");
  child.exit({ code: 1, stderr: "oops" });
  await waiting;
});

test("files, watches, sleeps and listeners follow the test", async () => {
  const host = fakeHost({ files: { "/data/a.json": "0123", "/data/sub/b.json": "b" } });
  expect(await host.files.list("/data")).toEqual([
    { name: "a.json", folder: false, size: 4, mtimeMs: 1000 },
    { name: "sub", folder: true, size: 0, mtimeMs: 2000 },
  ]);
  await expect(host.files.list("/other")).rejects.toMatchObject({ kind: "not-found" });
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.files.read("/data/a.json", { start: 2, signal })) {
    chunks.push(chunk);
  }
  expect(Buffer.concat(chunks).toString()).toBe("23");

  const stop = new AbortController();
  const changes = host.files.watch("/data", { signal: stop.signal })[Symbol.asyncIterator]();
  const change = changes.next();
  host.setFile("/data/sub/b.json", "not here");
  host.setFile("/data/a.json", null);
  expect(await change).toEqual({ done: false, value: "a.json" });
  const last = changes.next();
  stop.abort();
  expect(await last).toEqual({ done: true, value: undefined });

  const sleeping = host.sleep(100, { signal });
  const cancelled = expect(host.sleep(100, { signal: AbortSignal.abort() })).rejects.toThrow();
  host.advance(100);
  await Promise.all([sleeping, cancelled]);

  const listener = await host.listen(() => Promise.resolve(new Response("called")));
  expect(await (await host.call(new Request(`${listener.url}/hook`))).text()).toBe("called");
  await listener[Symbol.asyncDispose]();
  await expect(host.call(new Request(listener.url))).rejects.toThrow("does not listen");
});

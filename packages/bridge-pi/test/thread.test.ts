import { fieldsOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import pi from "../src/index.ts";
import {
  folder,
  hostOf,
  isAsk,
  isEnd,
  nextPi,
  openThread,
  respond,
  settings,
  signal,
  threadId,
  turnId,
  type OpenedThread,
} from "./open-thread.ts";

const say = (text: string) => [{ type: "text" as const, text, text_elements: [] }];

/** Takes the next command, which has to be of this type. */
async function command({ pi: process }: OpenedThread, type: string): Promise<Fields> {
  const frame = fieldsOf(await process.nextWrite());
  expect(textOf(frame["type"])).toBe(type);
  return frame;
}

/** Takes the next command and answers it. */
async function answered(opened: OpenedThread, type: string, data: object = {}): Promise<Fields> {
  const frame = await command(opened, type);
  respond(opened.pi, frame, data);
  return frame;
}

/** A prompt that Pi has begun to answer. */
async function running(opened: OpenedThread): Promise<void> {
  const handed = opened.prompt("hello");
  await answered(opened, "prompt", { disposition: "started" });
  await handed;
  const message = { role: "user", content: "hello", timestamp: 1 };
  opened.pi.emit({ type: "agent_start" }, { type: "message_start", message });
  await opened.until(({ op }) => op === "alias");
}

const settled = { type: "agent_settled", aborted: false };

test("Pi is started with the thread's id, our extension, the model and the instructions", async () => {
  const model = "anthropic/claude";
  const spec = { settings: { ...settings, model, effort: "none" }, instructions: "/etc/hostname" };
  const { pi: process, thread } = await openThread({ spec });
  const { file, args, cwd } = process.spec;
  expect([file, cwd, thread.nativeId]).toEqual(["pi", folder, threadId]);
  expect(args.slice(0, 3)).toEqual(["--mode", "rpc", "--extension"]);
  expect(args[3]).toMatch(/bridge-pi\/extension\/fairlead\.ts$/);
  // Not the contents of the file of that name.
  const rest = ["--append-system-prompt", "\n/etc/hostname", "--session-id", threadId];
  expect(args.slice(4)).toEqual(["--model", model, "--thinking", "off", ...rest]);
});

test("an older Pi chooses its own id", async () => {
  const { pi: process } = await openThread({ version: "0.73.1" });
  expect(process.spec.args).not.toContain("--session-id");
});

test("a model and an effort are set while Pi runs, once each", async () => {
  const opened = await openThread();
  const change = { model: "openai/gpt/5", effort: "high" };
  const handed = opened.prompt("hello", change);
  const set = await answered(opened, "set_model", { contextWindow: 7 });
  expect(set).toMatchObject({ provider: "openai", modelId: "gpt/5" });
  expect(await answered(opened, "set_thinking_level")).toMatchObject({ level: "high" });
  await answered(opened, "prompt", { disposition: "handled" });
  await handed;
  opened.pi.emit({ type: "thinking_level_changed", level: "high" });
  opened.pi.emit({ type: "thinking_level_changed", level: "off" });
  const ops = await opened.until(({ op }) => op === "settings");
  expect(ops.at(-1)).toEqual({ op: "settings", changed: { effort: "none" } });
  const again = opened.prompt("hello", change);
  await answered(opened, "prompt", { disposition: "handled" });
  await again;
});

test("0.73 would keep a model as the user's default: it is started again with it", async () => {
  const opened = await openThread({ version: "0.73.1" });
  const handed = opened.prompt("hello", { model: "openai/gpt", effort: "high" });
  const second = await nextPi(opened.host);
  expect(opened.pi.disposed).toBe(true);
  expect(second.spec.args).toEqual(expect.arrayContaining(["openai/gpt", "--thinking", "high"]));
  respond(second, await second.nextWrite(), { sessionId: "other" });
  respond(second, await second.nextWrite());
  await handed;
  expect(second.written.map((frame) => fieldsOf(frame)["type"])).toEqual([
    "get_state",
    "prompt",
    "get_state",
  ]);
  const ops = await opened.until(({ op }) => op === "session");
  expect(ops.at(-1)).toEqual({ op: "session", nativeId: "other" });
});

test("a refused prompt is rejected with the version's name, and the next one goes", async () => {
  const opened = await openThread();
  const handed = opened.prompt("hello");
  const { id } = await command(opened, "prompt");
  opened.pi.emit({ id, type: "response", command: "prompt", success: false, error: "No API key" });
  await expect(handed).rejects.toThrow("Pi 1.5.2 refused prompt: No API key");
  await running(opened);
});

test("a prompt waits as long as an extension of the user's asks them something first", async () => {
  const opened = await openThread();
  const { host, pi, thread } = opened;
  const handing = opened.prompt("/deploy");
  const taken = await pi.nextWrite();
  pi.emit({ type: "extension_ui_request", id: "d1", method: "confirm", title: "Deploy?" });
  await opened.until(isAsk);
  host.advance(8 * 60 * 60_000);
  await thread.answer("d1", { type: "decline" });
  expect(await pi.nextWrite()).toMatchObject({ type: "extension_ui_response", id: "d1" });
  respond(pi, taken, { disposition: "handled" });
  await handing;
  expect((await opened.until(isEnd)).at(-1)).toMatchObject({ turn: turnId, status: "completed" });
});

test("an answer without an id is known by its command", async () => {
  const opened = await openThread({ version: "0.73.1" });
  const handed = opened.prompt("hello");
  await command(opened, "prompt");
  opened.pi.emit({ type: "response", command: "prompt", success: false, error: "Unknown command" });
  await expect(handed).rejects.toThrow("Pi 0.73.1 refused prompt");
});

test("a steer is refused where no turn runs, and where it could not be taken back", async () => {
  const idle = await openThread();
  await expect(idle.thread.steer?.(say("more"), "s")).rejects.toMatchObject({
    kind: "not-running",
  });
  const old = await openThread({ version: "0.73.1" });
  const handed = old.prompt("hello");
  await answered(old, "prompt");
  await handed;
  old.pi.emit({ type: "agent_start" });
  await expect(old.thread.steer?.(say("more"), "s")).rejects.toMatchObject({ kind: "not-running" });
});

test("a steer that comes too late is given anew, and the turn ends behind its answer", async () => {
  const opened = await openThread();
  await running(opened);
  const steered = opened.thread.steer?.(say("more"), "steer-1");
  await answered(opened, "steer", { disposition: "queued" });
  await steered;
  opened.pi.emit({ type: "agent_end", willRetry: false }, settled);
  await answered(opened, "clear_queue");
  expect(await answered(opened, "prompt", { disposition: "started" })).toMatchObject({
    message: "more",
  });
  const message = { role: "user", content: "more", timestamp: 2 };
  opened.pi.emit({ type: "agent_start" }, { type: "message_start", message }, settled);
  expect(await opened.until(isEnd)).toEqual([
    { op: "alias", id: "steer-1", key: "user:2" },
    { op: "end", turn: turnId, status: "completed" },
  ]);
});

test("an interrupt takes back what is queued before it stops Pi", async () => {
  const opened = await openThread();
  await running(opened);
  const interrupted = opened.thread.interrupt();
  await answered(opened, "clear_queue");
  const { id } = await command(opened, "abort");
  opened.pi.emit({ type: "agent_settled", aborted: true });
  opened.pi.emit({ id, type: "response", command: "abort", success: true });
  await interrupted;
  const [end] = await opened.until(isEnd);
  expect(end).toEqual({ op: "end", turn: turnId, status: "interrupted" });
  await running(opened);
  opened.pi.emit(settled);
  expect((await opened.until(isEnd)).at(-1)).toMatchObject({ status: "completed" });
});

test("an interrupt of a prompt that is on its way stops it when it has arrived", async () => {
  const opened = await openThread();
  const handed = opened.prompt("hello");
  const interrupted = opened.thread.interrupt();
  await answered(opened, "clear_queue");
  // In either order: the one does not wait for the other.
  const frames = [fieldsOf(await opened.pi.nextWrite()), fieldsOf(await opened.pi.nextWrite())];
  const prompt = frames.find(({ type }) => type === "prompt");
  respond(
    opened.pi,
    frames.find(({ type }) => type === "abort"),
  );
  respond(opened.pi, prompt, { disposition: "started" });
  await handed;
  await answered(opened, "clear_queue");
  opened.pi.emit({ type: "agent_start" }, { type: "agent_settled", aborted: true });
  await answered(opened, "abort");
  await interrupted;
  expect((await opened.until(isEnd)).at(-1)).toMatchObject({ status: "interrupted" });
});

test("a compaction that is refused fails its turn with Pi's words", async () => {
  const opened = await openThread();
  await opened.thread.compact?.();
  const { id } = await command(opened, "compact");
  const error = "Nothing to compact";
  opened.pi.emit({ id, type: "response", command: "compact", success: false, error });
  const end = (await opened.until(isEnd)).at(-1);
  expect(end).toMatchObject({ status: "failed", failure: { message: /Nothing to compact/ } });
});

test("a dialog that Pi gives up is closed", async () => {
  const opened = await openThread();
  const dialog = { type: "extension_ui_request", id: "d", method: "input", title: "Name?" };
  opened.pi.emit({ ...dialog, timeout: 5000 });
  await opened.until(({ op }) => op === "ask");
  opened.host.advance(5000);
  expect(await opened.until(({ op }) => op === "close")).toEqual([{ op: "close", key: "d" }]);
  await opened.thread.answer("d", { type: "decline" });
  expect(opened.pi.written).toHaveLength(1);
});

test("an answer schema and images by URL are refused with a sentence", async () => {
  const { thread } = await openThread();
  const turn = { id: turnId, input: say("x"), settings, outputSchema: {} };
  await expect(thread.prompt(turn)).rejects.toThrow("cannot be held to a schema");
  const input = [{ type: "image" as const, url: "https://example.org/a.png" }];
  const other = thread.prompt({ ...turn, input, outputSchema: null });
  await expect(other).rejects.toThrow("no image by URL");
});

test("images and a skill reach Pi in its own words", async () => {
  const opened = await openThread();
  const input = [
    { type: "skill" as const, name: "skill:review", path: "/s" },
    ...say("the tests"),
    { type: "image" as const, url: "data:image/png;base64,AAAA" },
  ];
  const handed = opened.thread.prompt({ id: turnId, input, settings, outputSchema: null });
  const sent = await answered(opened, "prompt", { disposition: "handled" });
  expect(sent["message"]).toBe("/skill:review the tests");
  expect(sent["images"]).toEqual([{ type: "image", data: "AAAA", mimeType: "image/png" }]);
  await handed;
});

test("the end of Pi is told with its version and last words", async () => {
  const opened = await openThread({ version: "0.87.1" });
  opened.pi.exit({ code: 1, stderr: "out of memory" });
  const gone = opened.until(isEnd);
  await expect(gone).rejects.toThrow("Pi 0.87.1 ended (exit code 1): out of memory");
});

test("a version of another series is tried, with a warning; servers it cannot have are named", async () => {
  const mcpServers = [{ name: "srv", url: "http://x", headers: {} }];
  const opened = await openThread({ version: "0.90.0", spec: { mcpServers } });
  const ops = await opened.until((op) => op.op === "notice" && op.message.includes("MCP"));
  expect(ops).toEqual([
    { op: "notice", message: "This is Pi 0.90.0; Fairlead was tested with 1.5.2." },
    { op: "notice", message: "Pi 0.90.0 knows no MCP servers: srv cannot be used." },
  ]);
});

test("the probe names the version, wherever Pi says it, and what to do without Pi", async () => {
  const host = hostOf("pi 0.73.1");
  expect(await pi(host).probe({ signal })).toEqual({ available: true, version: "0.73.1" });
});

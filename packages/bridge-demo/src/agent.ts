/**
 * A scripted coding agent for machines that have no real one: a program that talks in JSON lines.
 * In: `prompt {id, text, ask}`, `answer {id, answer: accept | decline | cancel}`, `interrupt`.
 * Out: `hello {version}`, `say {id, delta}`, `run {id, command}`, `write {id, path, body}`, then
 * `ask {id, tool, scope}`, `output {id, delta}`, `closed {id, status, exitCode}`; `done {id, status}`
 * A prompt is steps joined by ` ;; `: `run: COMMAND`, `write: NEW FILE = BODY`, `slow`; all else it
 * repeats. With `ask`, nothing is run or written before its answer is `accept`.
 */
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

type Tool = { type: "run"; command: string } | { type: "write"; path: string; body: string };

const answers = new EventEmitter();
let running = new AbortController();
/** Ends all of a command's group when this program closes descriptor 3, or ends in any way. */
const leash = "(read _ <&3; kill -9 0) >/dev/null 2>&1 &\nexec 2>&1 3<&-";
const emit = (frame: Readonly<Record<string, unknown>>): unknown =>
  process.stdout.write(`${JSON.stringify(frame)}\n`);

async function say(text: string, pauseMs: number): Promise<void> {
  const id = crypto.randomUUID();
  for (const delta of text.split(/(?<= )/u)) {
    await sleep(pauseMs, undefined, { signal: running.signal });
    emit({ type: "say", id, delta });
  }
  emit({ type: "closed", id, status: "completed" });
}

async function use(tool: Tool, scope: string, ask: boolean): Promise<void> {
  const { signal } = running;
  const id = crypto.randomUUID();
  emit({ ...tool, id });
  if (ask) emit({ type: "ask", id, tool: tool.type, scope });
  const reply: unknown[] = ask ? await once(answers, id, { signal }) : ["accept"];
  if (reply[0] !== "accept") {
    emit({ type: "closed", id, status: "declined" });
    if (reply[0] === "cancel") running.abort();
  } else if (tool.type === "run") {
    const shell = ["-c", `${leash}\n${tool.command}`];
    const child = spawn("sh", shell, { stdio: ["ignore", "pipe", 2, "pipe"], detached: true });
    child.stdout?.setEncoding("utf8").on("data", (delta) => emit({ type: "output", id, delta }));
    child.stdout?.on("close", () => child.stdio[3]?.destroy());
    signal.addEventListener("abort", () => child.stdio[3]?.destroy());
    const end: unknown[] = await once(child, "close");
    emit({ type: "closed", id, status: end[0] === 0 ? "completed" : "failed", exitCode: end[0] });
  } else {
    const error = await writeFile(tool.path, tool.body, { flag: "wx" }).catch(String);
    emit({ type: "closed", id, status: error === undefined ? "completed" : "failed" });
    if (error !== undefined) await say(error, 15);
  }
  signal.throwIfAborted();
}

async function step(text: string, ask: boolean): Promise<void> {
  const [, verb, rest = ""] = /^(run|write):\s*(.+)$/su.exec(text) ?? [];
  const [file = "", body = ""] = rest.split(/ = (.*)/su);
  if (verb === "run") await use({ type: "run", command: rest }, rest, ask);
  else if (verb === "write") await use({ type: "write", path: resolve(file), body }, file, ask);
  else if (text === "slow") await say("Still thinking … ".repeat(40), 250);
  else await say(`You said: ${text}`, 15);
}

async function takeTurn(id: unknown, text: string, ask: boolean): Promise<void> {
  running = new AbortController();
  try {
    for (const part of text.split(" ;; ")) await step(part.trim(), ask);
  } catch (error) {
    if (!running.signal.aborted) throw error;
  }
  emit({ type: "done", id, status: running.signal.aborted ? "interrupted" : "completed" });
}

emit({ type: "hello", version: "1.0.0" });
for await (const line of createInterface({ input: process.stdin })) {
  const { type, id, text, ask, answer } = z.looseObject({}).parse(JSON.parse(line));
  if (type === "prompt") void takeTurn(id, String(text), ask !== false);
  if (type === "answer") answers.emit(String(id), answer);
  if (type === "interrupt") running.abort();
}
process.exit();

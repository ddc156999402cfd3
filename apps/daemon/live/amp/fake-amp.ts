/**
 * Stands for Amp where turns are played: prints what Amp prints, and has the real plugin, out of the real
 * private folder, decide on its calls. Prompts are `say: …` and `run: …`. Like Amp it runs commands in
 * sessions of their own.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { z } from "zod";

type Handler = (event: object) => Promise<unknown>;

const input = z.looseObject({
  message: z.looseObject({ content: z.array(z.looseObject({ text: z.string().optional() })) }),
});
const verdict = z.looseObject({ action: z.string(), message: z.string().optional() });
const pluginModule = z.looseObject({ default: z.custom<(amp: object) => Promise<void>>() });

const given = process.argv.indexOf("continue");
const session = given === -1 ? `T-${randomUUID()}` : String(process.argv[given + 1]);
const handlers = new Map<string, Handler>();

function print(frame: object): void {
  process.stdout.write(`${JSON.stringify({ ...frame, session_id: session })}\n`);
}

function says(content: readonly object[], stop_reason: string): void {
  const message = { type: "message", role: "assistant", content, stop_reason };
  print({ type: "assistant", message, parent_tool_use_id: null });
}

function tells(content: readonly object[]): void {
  print({ type: "user", message: { role: "user", content }, parent_tool_use_id: null });
}

async function calls(command: string): Promise<void> {
  const id = `toolu_${randomUUID().replaceAll("-", "")}`;
  const call = { command };
  says([{ type: "tool_use", id, name: "shell_command", input: call }], "tool_use");
  const event = { thread: { id: session }, toolUseID: id, tool: "shell_command", input: call };
  const { action, message } = verdict.parse(await handlers.get("tool.call")?.(event));
  const result = action === "allow" ? await ran(command) : (message ?? "");
  const is_error = action !== "allow";
  tells([{ type: "tool_result", tool_use_id: id, content: result, is_error }]);
}

function ran(command: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", command], { detached: true });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("close", (exitCode) => resolve(JSON.stringify({ output, exitCode })));
  });
}

async function answers(text: string): Promise<void> {
  await handlers.get("agent.start")?.({ thread: { id: session }, message: text, id: randomUUID() });
  print({ type: "system", subtype: "init", cwd: process.cwd(), tools: [], mcp_servers: [] });
  tells([{ type: "text", text }]);
  for (const step of text.split(" ;; ")) {
    if (step.startsWith("run: ")) await calls(step.slice(5));
  }
  const said = text.split(" ;; ").find((step) => step.startsWith("say: "));
  says([{ type: "text", text: said?.slice(5) ?? "done" }], "end_turn");
}

const folder = String(process.env["XDG_CONFIG_HOME"]);
const loaded: unknown = await import(
  pathToFileURL(join(folder, "amp", "plugins", "fairlead.ts")).href
);
await pluginModule.parse(loaded).default({
  on: (event: string, handler: Handler) => void handlers.set(event, handler),
});
for await (const line of createInterface({ input: process.stdin })) {
  const { content } = input.parse(JSON.parse(line)).message;
  await answers(content.map(({ text = "" }) => text).join(""));
}

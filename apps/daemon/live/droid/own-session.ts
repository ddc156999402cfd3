import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { Environment } from "../agent/live-agent.ts";

const frame = z.union([
  z.looseObject({ type: z.literal("response"), error: z.unknown().optional() }),
  z.looseObject({
    type: z.literal("notification"),
    params: z.looseObject({
      notification: z.looseObject({ type: z.string(), textDelta: z.string().default("") }),
    }),
  }),
]);

/**
 * Says one thing in a session, in a Droid that knows nothing of Fairlead; resolves with its answer.
 * Rejects when Droid refuses or ends before it has answered.
 */
export async function goOn(
  command: string,
  { sessionId, text }: { readonly sessionId: string; readonly text: string },
  cwd: string,
  env: Environment,
): Promise<string> {
  const formats = ["--input-format", "stream-jsonrpc", "--output-format", "stream-jsonrpc"];
  const droid = spawn(command, ["exec", ...formats], {
    cwd,
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ask = (id: string, method: string, params: Readonly<Record<string, string>>): void => {
    const envelope = { jsonrpc: "2.0", factoryApiVersion: "1.0.0", type: "request" };
    droid.stdin.write(`${JSON.stringify({ ...envelope, id, method, params })}\n`);
  };
  ask("load", "droid.load_session", { sessionId });
  let said = "";
  for await (const line of createInterface(droid.stdout)) {
    const read = frame.safeParse(JSON.parse(line));
    if (!read.success) continue;
    if (read.data.type === "response") {
      if (read.data.error !== undefined) throw new Error(`droid refused: ${line}`);
      if (read.data["id"] === "load") ask("say", "droid.add_user_message", { text });
      continue;
    }
    const { type, textDelta } = read.data.params.notification;
    if (type === "assistant_text_delta") said += textDelta;
    // At the end of its input it ends.
    if (type === "agent_turn_completed") droid.stdin.end();
  }
  if (!droid.stdin.writableEnded) throw new Error("droid ended before it had answered");
  return said;
}

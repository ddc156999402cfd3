import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CodexClient, type FinishedTurn } from "@fairlead/client";
import type { Style } from "../terminal/style.ts";
import { Transcript } from "../terminal/transcript.ts";
import { ownVersion } from "../version.ts";
import { body, file } from "./script.ts";

/** One demo turn to play. */
export interface PlayOptions {
  /** Address of the agent at the daemon. */
  readonly url: string;
  readonly token: string;
  /** Folder the agent works in. */
  readonly cwd: string;
  readonly prompt: string;
  /** What to answer when the agent asks. */
  readonly answer: "yes" | "no";
  readonly write: (text: string) => void;
  readonly style: Style;
  /** Interrupts the turn. */
  readonly signal: AbortSignal;
}

/** How it went. */
export interface Played {
  readonly ok: boolean;
  /** A word or a sentence for the table. */
  readonly outcome: string;
  /** From handing in the prompt to the first piece of the answer; null = there was none. */
  readonly firstDeltaMs: number | null;
}

/**
 * Plays one turn as a client on the daemon's WebSocket, shows it, and checks what it did to the
 * folder.
 */
export async function play(options: PlayOptions): Promise<Played> {
  const { url, token, cwd, prompt, answer, signal, style } = options;
  const transcript = new Transcript(options.write, style, cwd);
  await using client = await CodexClient.connect(url, {
    clientInfo: { name: "fairlead-demo", version: ownVersion() },
    token,
    validate: true,
    onInvalid: (problem) => transcript.line(style.bad(`! ${problem}`)),
  });
  const { thread } = await client.request("thread/start", { cwd });
  transcript.line(`${style.bold("> ")}${prompt}`);
  let asked = 0;
  let firstDeltaMs: number | null = null;
  const startedMs = performance.now();
  const { turn } = await client.runTurn({
    threadId: thread.id,
    input: prompt,
    signal,
    onEvent(event) {
      if (event.method === "item/agentMessage/delta") {
        firstDeltaMs ??= performance.now() - startedMs;
      }
      transcript.show(event);
    },
    async onApproval(request) {
      asked += 1;
      transcript.showRequest(request);
      transcript.line(`  answered: ${answer}`);
      return answer === "yes" ? "accept" : "decline";
    },
  });
  transcript.endLine();
  const written = await readFile(join(cwd, file), "utf8").catch(() => null);
  return { ...judge(turn, { asked, written, answer }), firstDeltaMs };
}

interface Facts {
  readonly asked: number;
  /** Content of the file; null = it does not exist. */
  readonly written: string | null;
  readonly answer: "yes" | "no";
}

function judge(
  { status, error }: FinishedTurn["turn"],
  { asked, written, answer }: Facts,
): Pick<Played, "ok" | "outcome"> {
  const failed = (outcome: string) => ({ ok: false, outcome });
  if (status !== "completed") return failed(error === null ? status : `failed: ${error.message}`);
  // How often is the agent's affair: some think a harmless command needs no leave.
  if (asked === 0) return failed("did not ask before it acted");
  if (answer === "no") {
    return written === null
      ? { ok: true, outcome: "declined" }
      : failed(`${file} was written although that was declined`);
  }
  if (written?.trim() === body) return { ok: true, outcome: "completed" };
  return failed(`${file} was not written as told`);
}

import { CodexClient } from "@fairlead/client";
import { reachAgent } from "../serve/reach-agent.ts";
import { answerRequests } from "./answer-requests.ts";
import { LineInput } from "./line-input.ts";
import { styleOf } from "./style.ts";
import { ThreadView } from "./thread-view.ts";
import { Transcript } from "./transcript.ts";
import { ownVersion } from "../version.ts";

/** Talks to an agent until the user ends it; exit code 1 when a turn failed. */
export async function chat(
  agent: string | undefined,
  { dataDir }: { readonly dataDir?: string },
): Promise<void> {
  await using reached = await reachAgent(agent, dataDir);
  await using client = await CodexClient.connect(`unix://${reached.socket}`, {
    clientInfo: { name: "fairlead-chat", version: ownVersion() },
  });
  const style = styleOf(process.stdout);
  const transcript = new Transcript((text) => process.stdout.write(text), style, process.cwd());
  const view = new ThreadView(client, transcript);
  const over = new AbortController();
  let turn: AbortController | null = null;
  using input = new LineInput({
    input: process.stdin,
    output: process.stdout,
    // The first Ctrl-C stops the agent, one without a running turn the chat.
    onInterrupt() {
      if (turn !== null) turn.abort();
      else if (!view.interrupt()) over.abort();
    },
  });
  void client.closed.then(() => over.abort());
  answerRequests(client, { transcript, input, caughtUp: () => view.caughtUp() });
  const { thread } = await client.request("thread/start", { cwd: process.cwd() });
  transcript.line(style.dim(`${reached.name} in ${thread.cwd} (Ctrl-C interrupts, /quit ends)`));
  view.start(thread.id, (state) => {
    if (turn !== null) return;
    // A turn of the agent's own, while the prompt is shown.
    if (state === "started") transcript.line("");
    else input.showPrompt();
  });
  for (;;) {
    const line = await input.next("> ", over.signal);
    if (line === null || line.trim() === "/quit") return;
    if (line.trim() === "") continue;
    turn = new AbortController();
    const { signal } = turn;
    const finished = await client.runTurn({ threadId: thread.id, input: line, signal });
    await view.caughtUp();
    turn = null;
    if (finished.turn.status === "failed") process.exitCode = 1;
  }
}

import { CodexClient } from "@fairlead/client";
import type { Command } from "commander";
import { reachAgent } from "../serve/reach-agent.ts";
import { answerRequests } from "../terminal/answer-requests.ts";
import { LineInput } from "../terminal/line-input.ts";
import { styleOf } from "../terminal/style.ts";
import { ThreadView } from "../terminal/thread-view.ts";
import { Transcript } from "../terminal/transcript.ts";
import { ownVersion } from "../version.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead chat`. */
export function addChat(program: Command): void {
  program
    .command("chat")
    .description("talk to an agent in this terminal and folder, without codex")
    .argument("[agent]", "default: the best agent found")
    .addOption(dataDirOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ cd ~/project && fairlead chat claude\n  $ echo hello | fairlead chat demo",
    )
    .action(chat);
}

async function chat(
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

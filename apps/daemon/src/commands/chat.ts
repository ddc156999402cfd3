import { CodexClient, type Decision, type ServerRequestContext } from "@fairlead/client";
import type { ServerRequests } from "@fairlead/codex-proto";
import type { Command } from "commander";
import { reachAgent } from "../serve/reach-agent.ts";
import { LineInput } from "../terminal/line-input.ts";
import { styleOf } from "../terminal/style.ts";
import { Transcript } from "../terminal/transcript.ts";
import { ownVersion } from "../version.ts";
import { dataDirOption } from "./options.ts";

type Questions = ServerRequests["item/tool/requestUserInput"];

const decisions: Readonly<Record<string, Decision>> = {
  y: "accept",
  s: "acceptForSession",
  n: "decline",
  c: "cancel",
};

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
  const over = new AbortController();
  let turn: AbortController | null = null;
  using input = new LineInput({
    input: process.stdin,
    output: process.stdout,
    // The first Ctrl-C stops the agent, one without a running turn the chat.
    onInterrupt: () => (turn ?? over).abort(),
  });
  void client.closed.then(() => over.abort());
  using _questions = client.onServerRequest("item/tool/requestUserInput", (params, { signal }) =>
    answerQuestions(params, transcript, input, signal),
  );
  const { thread } = await client.request("thread/start", { cwd: process.cwd() });
  transcript.line(style.dim(`${reached.name} in ${thread.cwd} (Ctrl-C interrupts, /quit ends)`));
  for (;;) {
    const line = await input.next("> ", over.signal);
    if (line === null || line.trim() === "/quit") return;
    if (line.trim() === "") continue;
    turn = new AbortController();
    const { status } = await takeTurn(line, turn.signal);
    turn = null;
    if (status === "failed") process.exitCode = 1;
  }

  async function takeTurn(text: string, signal: AbortSignal) {
    const { turn: finished } = await client.runTurn({
      threadId: thread.id,
      input: text,
      signal,
      onEvent: (event) => transcript.show(event),
      onApproval: async (request, context) => {
        transcript.showRequest(request);
        return await decide(transcript, input, context);
      },
    });
    return finished;
  }
}

async function decide(
  transcript: Transcript,
  input: LineInput,
  { signal }: ServerRequestContext,
): Promise<Decision> {
  for (;;) {
    const prompt = "  [y]es, yes for this [s]ession, [n]o, [c]ancel the turn: ";
    const answer = await input.next(prompt, signal);
    // At the end of the input nobody can say yes any more.
    if (answer === null) return "cancel";
    const decision = decisions[answer.trim().toLowerCase().slice(0, 1)];
    if (decision !== undefined) return decision;
    transcript.line("  Type y, s, n or c.");
  }
}

async function answerQuestions(
  { questions }: Questions["params"],
  transcript: Transcript,
  input: LineInput,
  signal: AbortSignal,
): Promise<Questions["result"]> {
  const answers: Questions["result"]["answers"] = {};
  for (const { id, question, options } of questions) {
    transcript.line(`? ${question}`);
    for (const [index, { label, description }] of (options ?? []).entries()) {
      transcript.line(`  ${index + 1}. ${label}: ${description}`);
    }
    const answer = (await input.next("  number or text: ", signal)) ?? "";
    answers[id] = { answers: [options?.[Number(answer) - 1]?.label ?? answer] };
  }
  return { answers };
}

import type { CodexClient, Decision, ServerRequestContext } from "@fairlead/client";
import type {
  RequestPermissionProfile,
  ServerRequestMethod,
  ServerRequests,
} from "@fairlead/codex-proto";
import { answerElicitation } from "./elicitation.ts";
import type { LineInput } from "./line-input.ts";
import type { Transcript } from "./transcript.ts";

/** How somebody at a terminal is asked. */
export interface AskedUser {
  readonly transcript: Transcript;
  readonly input: LineInput;
  /** Resolves when everything that came before the question is shown. */
  readonly caughtUp: () => Promise<void>;
}

type Params<M extends ServerRequestMethod> = ServerRequests[M]["params"];
type Result<M extends ServerRequestMethod> = ServerRequests[M]["result"];
type Permissions = "item/permissions/requestApproval";
type Questions = "item/tool/requestUserInput";

const decisions: Readonly<Record<string, Decision>> = {
  y: "accept",
  s: "acceptForSession",
  n: "decline",
  c: "cancel",
};

/** Puts all that a server asks to the user, one question after the other, until the client ends. */
export function answerRequests(client: CodexClient, user: AskedUser): void {
  let previous: Promise<unknown> = Promise.resolve();
  const answer = <M extends ServerRequestMethod>(
    method: M,
    ask: (params: Params<M>, user: AskedUser, signal: AbortSignal) => Promise<Result<M>>,
  ): void => {
    client.onServerRequest(method, (params, { signal }: ServerRequestContext) => {
      const result = previous.then(async () => {
        await user.caughtUp();
        // Settled elsewhere while others were asked: nobody waits for an answer any more.
        signal.throwIfAborted();
        return await ask(params, user, signal);
      });
      previous = result.catch(() => {});
      return result;
    });
  };
  answer("item/commandExecution/requestApproval", async (params, asked, signal) => {
    const method = "item/commandExecution/requestApproval";
    asked.transcript.showRequest({ method, params });
    return { decision: await decide(asked, signal) };
  });
  answer("item/fileChange/requestApproval", async (params, asked, signal) => {
    const method = "item/fileChange/requestApproval";
    asked.transcript.showRequest({ method, params });
    return { decision: await decide(asked, signal) };
  });
  answer("item/permissions/requestApproval", answerPermissions);
  answer("item/tool/requestUserInput", answerQuestions);
  answer("mcpServer/elicitation/request", answerElicitation);
}

async function decide({ transcript, input }: AskedUser, signal: AbortSignal): Promise<Decision> {
  for (;;) {
    const prompt = "  [y]es, yes for this [s]ession, [n]o, [c]ancel the turn: ";
    const answer = await input.answer(prompt, signal);
    // At the end of the input nobody can say yes any more.
    if (answer === null) return "cancel";
    const decision = decisions[answer.trim().toLowerCase().slice(0, 1)];
    if (decision !== undefined) return decision;
    transcript.line("  Type y, s, n or c.");
  }
}

async function answerPermissions(
  { permissions, reason }: Params<Permissions>,
  { transcript, input }: AskedUser,
  signal: AbortSignal,
): Promise<Result<Permissions>> {
  transcript.line(`? The agent wants to ${rightsOf(permissions)}`);
  if (reason !== null) transcript.line(`  ${reason}`);
  for (;;) {
    const answer = await input.answer("  [y]es, yes for this [s]ession, [n]o: ", signal);
    const word = answer?.trim().toLowerCase().slice(0, 1) ?? "n";
    if (word === "n") return { permissions: {}, scope: "turn" };
    if (word === "y" || word === "s") {
      const { network, fileSystem } = permissions;
      const granted = { ...(network && { network }), ...(fileSystem && { fileSystem }) };
      return { permissions: granted, scope: word === "s" ? "session" : "turn" };
    }
    transcript.line("  Type y, s or n.");
  }
}

function rightsOf({ network, fileSystem }: RequestPermissionProfile): string {
  const paths = (verb: string, list: readonly string[] | null | undefined) =>
    list == null || list.length === 0 ? [] : [`${verb} ${list.join(", ")}`];
  const entries = fileSystem?.entries ?? [];
  const rights = [
    ...paths("read", fileSystem?.read),
    ...paths("write", fileSystem?.write),
    ...(entries.length === 0 ? [] : [`use ${JSON.stringify(entries)}`]),
    ...(network?.enabled === true ? ["use the network"] : []),
  ];
  return rights.join(" and ") || "have more rights";
}

async function answerQuestions(
  { questions }: Params<Questions>,
  { transcript, input }: AskedUser,
  signal: AbortSignal,
): Promise<Result<Questions>> {
  const answers: Result<Questions>["answers"] = {};
  for (const { id, question, options } of questions) {
    transcript.line(`? ${question}`);
    for (const [index, { label, description }] of (options ?? []).entries()) {
      transcript.line(`  ${index + 1}. ${label}: ${description}`);
    }
    const answer = (await input.answer("  number or text: ", signal)) ?? "";
    answers[id] = { answers: [options?.[Number(answer) - 1]?.label ?? answer] };
  }
  return { answers };
}

import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ApprovalRequest,
  type CodexClient,
  type Decision,
  type FinishedTurn,
  type RunTurnOptions,
  leaveToOthers,
} from "@fairlead/client";
import type { ClientRequests, ToolRequestUserInputQuestion, Turn } from "@fairlead/codex-proto";
import { type MockLlm, startMockLlm } from "@fairlead/testkit";
import { Owned } from "../src/serve/owned.ts";
import type { LiveAgent } from "./agent/live-agent.ts";
import type { LiveDaemon, PolicyName, Stage } from "./stage.ts";
import { WireWatch } from "./wire-watch.ts";

/** A turn with the approvals that were asked for in it. */
export interface LiveTurn extends FinishedTurn {
  readonly asked: readonly ApprovalRequest[];
}

/** What {@link LiveContext.turn} takes beside thread and text. */
export interface LiveTurnOptions extends Partial<Omit<RunTurnOptions, "onApproval">> {
  /** What to answer to approvals. Default: one that is asked for fails the scenario. */
  readonly decide?: Decision | ((request: ApprovalRequest) => Decision | Promise<Decision>);
  /** Default: the scenario's first client. */
  readonly client?: CodexClient;
}

/** One scenario's own project folder, mock LLM and clients; every frame is held to the laws. */
export class LiveContext {
  readonly stage: Stage;
  /** The project folder: empty at first. */
  readonly folder: string;
  readonly mock: MockLlm;
  /** A client of the shared daemon with the default policy. */
  readonly client: CodexClient;
  readonly #watch: WireWatch;
  readonly #owned: Owned;

  private constructor(
    parts: Pick<LiveContext, "stage" | "folder" | "mock" | "client">,
    watch: WireWatch,
    owned: Owned,
  ) {
    this.stage = parts.stage;
    this.folder = parts.folder;
    this.mock = parts.mock;
    this.client = parts.client;
    this.#watch = watch;
    this.#owned = owned;
  }

  /** Runs a scenario in a context of its own. Rejects with the reason and the last frames. */
  static async run(
    stage: Stage,
    scenario: (live: LiveContext) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const owned = new Owned();
    const watch = new WireWatch();
    // What a scenario waits for rejects once its clients and its mock are gone.
    const stop = (): void => void owned[Symbol.asyncDispose]();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const folder = await stage.project();
      const mock = owned.add(await startMockLlm());
      await stage.enter(folder, mock.url);
      const client = owned.add(await watch.connect(await stage.daemon("ask")));
      await scenario(new LiveContext({ stage, folder, mock, client }, watch, owned));
      await owned[Symbol.asyncDispose]();
      await stage.agent.checkAfter?.({ home: stage.home, folder });
      const problems = watch.problems();
      if (problems.length > 0) throw new Error(problems.join("\n"));
    } catch (error) {
      const cause: unknown = signal.aborted ? signal.reason : error;
      throw new Error([reasonOf(cause), ...watch.frames].join("\n  "), { cause: error });
    } finally {
      signal.removeEventListener("abort", stop);
      await owned[Symbol.asyncDispose]();
    }
  }

  /** The agent behind the daemon. */
  get agent(): LiveAgent {
    return this.stage.agent;
  }

  /** Path of a file in the project folder. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** True when the agent left a file of this name in the project folder. */
  async made(name: string): Promise<boolean> {
    return access(this.path(name)).then(
      () => true,
      () => false,
    );
  }

  /** The text of a file in the project folder. */
  read(name: string): Promise<string> {
    return readFile(this.path(name), "utf8");
  }

  /** Writes a file into the project folder. */
  write(name: string, text: string): Promise<void> {
    return writeFile(this.path(name), text);
  }

  /** Takes charge of something until the scenario ends. */
  own<T extends AsyncDisposable | Disposable>(resource: T): T {
    return this.#owned.add(resource);
  }

  /** Lays variables over the environment the agent starts with in the project folder. */
  environment(more: Readonly<Record<string, string>>): void {
    this.stage.extend(this.folder, more);
  }

  /** Points the agent at this scenario's mock in one more folder. */
  async enter(folder: string): Promise<void> {
    await this.stage.enter(folder, this.mock.url);
  }

  /** Types a prompt into the agent's own program in the project folder; resolves with what it said. */
  type(text: string, threadId: string | null = null): Promise<string> {
    const env = this.stage.environment(this.folder);
    return this.agent.type({ text, threadId }, this.folder, env);
  }

  /** One more client: of a daemon, or of the shared one with this policy. */
  async connect(to: LiveDaemon | PolicyName = "ask"): Promise<CodexClient> {
    const daemon = typeof to === "string" ? await this.stage.daemon(to) : to;
    return this.own(await this.#watch.connect(daemon));
  }

  /** Closes a client while things run that others shall see to. */
  disconnect(client: CodexClient): Promise<void> {
    return this.#watch.disconnect(client);
  }

  /** Starts a thread in the project folder; resolves with its id. */
  async start(
    params: Partial<ClientRequests["thread/start"]["params"]> = {},
    client: CodexClient = this.client,
  ): Promise<string> {
    const { thread } = await client.request("thread/start", { cwd: this.folder, ...params });
    return thread.id;
  }

  /** Runs a turn to its end. */
  async turn(
    threadId: string,
    input: RunTurnOptions["input"],
    { decide, client = this.client, ...options }: LiveTurnOptions = {},
  ): Promise<LiveTurn> {
    const asked: ApprovalRequest[] = [];
    const finished = await client.runTurn({
      threadId,
      input,
      ...options,
      onApproval: (request) => {
        asked.push(request);
        if (decide !== undefined) return typeof decide === "string" ? decide : decide(request);
        throw new Error(`nobody expected to be asked: ${JSON.stringify(request)}`);
      },
    });
    return { ...finished, asked };
  }

  /** Starts a turn and comes back at once; approvals go to the client's handlers. */
  async begin(
    threadId: string,
    text: string,
    {
      client = this.client,
      ...more
    }: Partial<ClientRequests["turn/start"]["params"]> & {
      readonly client?: CodexClient;
    } = {},
  ): Promise<string> {
    const input = [{ type: "text" as const, text, text_elements: [] }];
    const { turn } = await client.request("turn/start", { threadId, input, ...more });
    return turn.id;
  }

  /** Waits for the end of a turn. */
  async ended(threadId: string, turnId: string, client: CodexClient = this.client): Promise<Turn> {
    const { turn } = await client.waitFor(
      "turn/completed",
      (params) => params.threadId === threadId && params.turn.id === turnId,
    );
    return turn;
  }

  /** Answers every approval of every thread alike, sub-agents' included; returns what was asked. */
  decideAll(decision: "accept" | "decline", client: CodexClient = this.client): ApprovalRequest[] {
    const asked: ApprovalRequest[] = [];
    const command = "item/commandExecution/requestApproval";
    const file = "item/fileChange/requestApproval";
    const commands = client.onServerRequest(command, (params) => {
      asked.push({ method: command, params });
      return { decision };
    });
    const files = client.onServerRequest(file, (params) => {
      asked.push({ method: file, params });
      return { decision };
    });
    this.own(commands);
    this.own(files);
    return asked;
  }

  /** Refuses every wish for more than the thread may; returns the reasons that were given. */
  refusePermissions(client: CodexClient = this.client): string[] {
    const reasons: string[] = [];
    const method = "item/permissions/requestApproval";
    const handler = client.onServerRequest(method, ({ reason }) => {
      reasons.push(reason ?? "");
      return { permissions: {}, scope: "turn" };
    });
    this.own(handler);
    return reasons;
  }

  /** Answers questions to the user; returns those that were asked. */
  answerQuestions(
    answer: (question: ToolRequestUserInputQuestion) => string | Promise<string>,
  ): ToolRequestUserInputQuestion[] {
    const asked: ToolRequestUserInputQuestion[] = [];
    const handler = this.client.onServerRequest("item/tool/requestUserInput", async (params) => {
      asked.push(...params.questions);
      const given = params.questions.map(async (question) => {
        const text = await answer(question);
        return [question.id, { answers: text === "" ? [] : [text] }] as const;
      });
      return { answers: Object.fromEntries(await Promise.all(given)) };
    });
    this.own(handler);
    return asked;
  }

  /** Resolves when the thread waits for an approval, which is left open; others may answer it. */
  approvalOpen(threadId: string, client: CodexClient = this.client): Promise<ApprovalRequest> {
    return new Promise((resolve) => {
      const method = "item/commandExecution/requestApproval";
      const take = (params: Extract<ApprovalRequest, { method: typeof method }>["params"]) => {
        resolve({ method, params });
        return leaveToOthers();
      };
      this.own(client.onServerRequest(method, take, { threadId }));
    });
  }
}

/** The reason, and where in a scenario it came up. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const frames = cause.stack?.split("\n").filter((line) => line.includes("/live/")) ?? [];
  const place = frames.find((line) => !/\/live\/[\w-]+\.ts/.test(line));
  return place === undefined ? cause.message : `${cause.message}\n${place}`;
}

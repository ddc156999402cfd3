import { BridgeError, messageOf, type AskAnswer, type Prompt } from "@fairlead/bridge-core";
import {
  asCommand,
  fieldsOf,
  modelNamed,
  numberOf,
  SessionThread,
  textItem,
  textOf,
  type Fields,
  type JsonFields,
  type LiveSession,
  type PendingAsk,
  type ServerSession,
  type ServerThreadOptions,
} from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { commandIn, share, type Command } from "./commands.ts";
import { folderOf, type Folder } from "./folder.ts";
import { partsOf } from "./input.ts";
import { addServers, namesIn, removeServers } from "./mcp.ts";
import { decide, tagOf } from "./permissions.ts";
import { eventsSince } from "./resync.ts";
import { openSession } from "./session.ts";
import { replyTo } from "./translate/replies.ts";
import { Translator } from "./translate/translator.ts";

/** One conversation: a session on a server that other threads use too, made with the first prompt. */
export class OpenCodeThread extends SessionThread {
  readonly #folder: Folder;
  readonly #tag: string;
  /** Agents by session, the sub-agents' sessions included. */
  readonly #agents = new Map<string, string>();

  private constructor(options: ServerThreadOptions, folder: Folder) {
    super(options);
    this.#folder = folder;
    this.#tag = tagOf(this.spec.threadId);
  }

  /** Carries on what the thread comes from, in which a turn may run and wait for an answer. */
  static async open(options: ServerThreadOptions): Promise<OpenCodeThread> {
    const { from, cwd, mcpServers } = options.spec;
    const folder = await folderOf(options.lease.backend, cwd);
    const thread = new OpenCodeThread(options, folder);
    const notice = (sentence: string): void => thread.notice(sentence);
    return OpenCodeThread.begun(thread, async () => {
      if (folder.unsafe.length > 0) {
        const why = "since the permissions of their own would let them act unasked";
        notice(`These agents cannot be used as sub-agents, ${why}: ${folder.unsafe.join(", ")}`);
      }
      if (from !== null) await thread.enter();
      await addServers(folder.client, thread.#tag, mcpServers, notice);
      if (from !== null) thread.resync(true);
    });
  }

  async prompt(turn: Prompt): Promise<void> {
    await this.begin(turn);
    const input = asCommand(turn.input);
    const command = await commandIn(input, this.#folder, turn.settings);
    if (command !== null) return this.#command(turn.id, input, command);
    const schema = turn.outputSchema;
    const format = schema === null ? {} : { format: { type: "json_schema", schema } };
    await this.#hand(turn.id, input, "new", format);
  }

  async steer(input: readonly UserInput[], id: string): Promise<void> {
    await this.#hand(id, input, "open", {});
  }

  async interrupt(): Promise<void> {
    await this.running.session.client.post("/abort");
  }

  async compact(): Promise<void> {
    const { client } = this.running.session;
    const used = fieldsOf((await client.ask(""))["model"]);
    const own = { providerID: textOf(used["providerID"]), modelID: textOf(used["id"]) };
    const body = { ...(this.#model() ?? own), auto: false };
    // Answered when the summary is there, which the events tell as well.
    const summary = client.ask("/summarize", { method: "POST", body, timeoutMs: 0 });
    summary.catch((error: unknown) => this.notice(messageOf(error)));
  }

  protected async make(): Promise<LiveSession> {
    const { models, cwd } = this.#folder;
    const session = await openSession(this.#folder, this.#tag, this.spec.from);
    const translator = new Translator({
      session: session.id,
      cwd,
      servers: namesIn(this.#tag, this.spec.mcpServers),
      window: (model) => numberOf(fieldsOf(models.get(model)?.["limit"])["context"]),
    });
    return { session, translator };
  }

  protected async reply(asked: PendingAsk, answer: AskAnswer): Promise<void> {
    const { path, body } = replyTo(asked, answer);
    await this.#folder.client.reply(path, body);
  }

  protected async missed(live: LiveSession, isNew: boolean): Promise<readonly Fields[]> {
    return eventsSince(this.#folder, live, isNew);
  }

  protected override async leave(): Promise<void> {
    const servers = namesIn(this.#tag, this.spec.mcpServers).keys();
    await Promise.all([removeServers(this.#folder.client, servers), super.leave()]);
  }

  protected override take(event: Fields): void {
    const { sessionID, info } = fieldsOf(event["properties"]);
    const { agent } = fieldsOf(info);
    if (typeof agent === "string") this.#agents.set(textOf(sessionID), agent);
    super.take(event);
  }

  protected decided({ type, properties }: Fields): AskAnswer | null {
    if (type !== "permission.asked") return null;
    const request = fieldsOf(properties);
    const { rules: all, agent, cwd } = this.#folder;
    const rules = all.get(this.#agents.get(textOf(request["sessionID"])) ?? agent) ?? [];
    const decision = decide(request, { settings: this.settings, rules, cwd });
    return decision === "ask" ? null : { type: decision === "grant" ? "accept" : "decline" };
  }

  #model(): JsonFields | null {
    const { model } = this.settings;
    if (model === null) return null;
    const [providerID, modelID] = modelNamed(model, "OpenCode", this.#folder.models.keys());
    return { providerID, modelID };
  }

  #choices(model: JsonValue): JsonFields {
    const { effort } = this.settings;
    const { instructions } = this.spec;
    return {
      agent: this.settings.mode === "plan" ? "plan" : this.#folder.agent,
      ...(model !== null && { model }),
      ...(effort !== null && { variant: effort }),
      ...(instructions !== null && { system: instructions }),
    };
  }

  /** Gives OpenCode a turn, or more input for the open one. */
  async #hand(
    id: string,
    input: readonly UserInput[],
    turn: "new" | "open",
    more: JsonFields,
  ): Promise<void> {
    const parts = await partsOf(id, input, this.#folder.cwd, this.host);
    const { session, translator } = this.running;
    const choices = this.#choices(this.#model());
    await translator.turns.handing(id, turn, () =>
      session.client.post("/prompt_async", { ...choices, ...more, parts }),
    );
  }

  /** Runs a slash command, after a question where it has an effect that nothing else asks about. */
  async #command(turn: string, input: readonly UserInput[], command: Command): Promise<void> {
    const { session, translator } = this.running;
    const { name, given, question } = command;
    const others = input.filter(({ type }) => type !== "text");
    const parts = await partsOf(turn, others, this.#folder.cwd, this.host);
    const run = async (): Promise<void> => {
      if (name === share) {
        const told = textItem("fairlead:shared", "message", `Shared: ${await shared(session)}`);
        return this.emit([...told, { op: "end", turn, status: "completed" }]);
      }
      const choices = this.#choices(this.settings.model);
      const body = { ...choices, command: name, arguments: given, parts };
      translator.turns.given(turn, "new", "order");
      await session.client.ask("/command", { method: "POST", body, timeoutMs: 0 });
    };
    this.unattended(this.ordered(turn, question, run));
  }
}

/** Uploads the session; resolves to its link. */
async function shared({ client }: ServerSession): Promise<string> {
  const url = textOf(fieldsOf((await client.post("/share"))["share"])["url"]);
  if (url === "") throw new BridgeError("unsupported", "OpenCode's settings turn sharing off");
  return url;
}

import {
  BridgeError,
  messageOf,
  type AgentThread,
  type AskAnswer,
  type OpenThread,
  type Prompt,
  type Settings,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  asCommand,
  Confirmations,
  fieldsOf,
  RetryLimit,
  ServerThread,
  textOf,
  type Fields,
  type ServerThreadOptions,
} from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { commandIn, share, type Command } from "./commands.ts";
import { folderOf, windowOf, type Folder } from "./folder.ts";
import { partsOf } from "./input.ts";
import { addServers, namesIn, removeServers } from "./mcp.ts";
import { decide, permissionsOf, tagOf } from "./permissions.ts";
import { eventsSince } from "./resync.ts";
import { openSession, type Session } from "./session.ts";
import { replyTo } from "./translate/replies.ts";
import { Translator } from "./translate/translator.ts";

interface Live {
  readonly session: Session;
  readonly translator: Translator;
}

/** One conversation: a session on a server that other threads use too, made with the first prompt. */
export class OpenCodeThread extends ServerThread implements AgentThread {
  readonly #folder: Folder;
  readonly #tag: string;
  readonly #confirmations = new Confirmations((op) => this.emit([op]));
  /** OpenCode itself would try for ever. */
  readonly #retries = new RetryLimit(5, () => this.unattended(this.interrupt()));
  /** Agents by session, the sub-agents' sessions included. */
  readonly #agents = new Map<string, string>();
  #live: Live | null = null;
  #settings: Settings;
  /** The turn that core started last. */
  #prompted: string | null = null;

  private constructor(options: ServerThreadOptions, folder: Folder) {
    super(options);
    this.#folder = folder;
    this.#tag = tagOf(this.spec.threadId);
    this.#settings = this.spec.settings;
  }

  /** Carries on what the thread comes from, in which a turn may run and wait for an answer. */
  static async open(options: ServerThreadOptions): Promise<OpenCodeThread> {
    const { lease, spec } = options;
    const folder = await folderOf(lease.backend, spec.cwd);
    const thread = new OpenCodeThread(options, folder);
    const notice = (sentence: string): void => thread.notice(sentence);
    try {
      if (folder.unsafe.length > 0) {
        const why = "the permissions of their own would let them act unasked";
        const names = folder.unsafe.join(", ");
        notice(`These agents cannot be used as sub-agents, since ${why}: ${names}`);
      }
      if (spec.from !== null) await thread.#enter(spec.from);
      await addServers(folder.client, thread.#tag, spec.mcpServers, notice);
      if (spec.from !== null) thread.#resync(true);
      return thread;
    } catch (error) {
      await thread[Symbol.asyncDispose]();
      throw error;
    }
  }

  get nativeId(): string | null {
    return this.#live?.session.id ?? null;
  }

  async prompt(turn: Prompt): Promise<void> {
    this.#settings = turn.settings;
    if (this.#live === null) await this.#enter(null);
    this.#prompted = turn.id;
    const input = asCommand(turn.input);
    const command = await commandIn(input, this.#folder, turn.settings);
    if (command !== null) return this.unattended(this.#command(turn.id, input, command));
    const schema = turn.outputSchema;
    const format = schema === null ? {} : { format: { type: "json_schema", schema } };
    await this.#hand(turn.id, input, "new", format);
  }

  async steer(input: readonly UserInput[], id: string): Promise<void> {
    await this.#hand(id, input, "open", {});
  }

  async interrupt(): Promise<void> {
    await this.#running().session.client.post("/abort");
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    if (this.#confirmations.answer(ask, answer)) return;
    const { pending } = this.#running().translator;
    const asked = pending.get(ask);
    if (asked === undefined) return;
    pending.delete(ask);
    const { path, body } = replyTo(asked, answer);
    await this.#folder.client.reply(path, body);
  }

  async compact(): Promise<void> {
    const { client } = this.#running().session;
    const { model } = this.#settings;
    const used = fieldsOf((await client.ask(""))["model"]);
    const own = { providerID: textOf(used["providerID"]), modelID: textOf(used["id"]) };
    const body = { ...(model === null ? own : modelOf(model, this.#folder)), auto: false };
    // Answered when the summary is there, which the events tell as well.
    const summary = client.ask("/summarize", { method: "POST", body, timeoutMs: 0 });
    summary.catch((error: unknown) => this.notice(messageOf(error)));
  }

  protected async leave(): Promise<void> {
    const { client } = this.#folder;
    const open = this.#live?.translator.turns.open ?? null;
    const ending = [removeServers(client, namesIn(this.#tag, this.spec.mcpServers).keys())];
    if (open !== null && open === this.#prompted) ending.push(this.interrupt());
    await Promise.all(ending);
  }

  async #enter(from: OpenThread["from"]): Promise<void> {
    const { models, cwd } = this.#folder;
    await this.server.events.making(async () => {
      const session = await openSession(this.#folder, this.#tag, from);
      const translator = new Translator({
        session: session.id,
        cwd,
        servers: namesIn(this.#tag, this.spec.mcpServers),
        window: (provider, model) => windowOf(models.get(`${provider}/${model}`)),
      });
      this.#live = { session, translator };
      this.listen({
        owns: (id) => translator.owns(id),
        event: (event) => this.#take(event),
        resync: () => this.#resync(false),
      });
      this.emit([{ op: "session", nativeId: session.id }]);
      this.emit(session.copied);
    });
  }

  #running(): Live {
    if (this.#live === null) throw new BridgeError("not-running", "nothing was asked yet");
    return this.#live;
  }

  #take(event: Fields): void {
    const { type, properties: told } = event;
    const properties = fieldsOf(told);
    const { agent } = fieldsOf(properties["info"]);
    if (typeof agent === "string") this.#agents.set(textOf(properties["sessionID"]), agent);
    const ops = this.#running().translator.translate(event);
    if (ops === null) this.host.log("debug", "opencode: an event of unknown kind", event);
    const answered = type === "permission.asked" && this.#decides(properties);
    const news = (ops ?? []).filter(({ op }) => !answered || op !== "ask");
    this.emit(news.map((op) => this.#retries.pass(op)));
  }

  /** True for a request that nobody has to be asked about, which is answered then. */
  #decides(request: Fields): boolean {
    const id = textOf(request["id"]);
    const { rules: all, agent, cwd } = this.#folder;
    const rules = all.get(this.#agents.get(textOf(request["sessionID"])) ?? agent) ?? [];
    const decision = decide(request, { settings: this.#settings, rules, cwd });
    if (decision === "ask" || !this.#running().translator.pending.has(id)) return false;
    this.unattended(this.answer(id, { type: decision === "grant" ? "accept" : "decline" }));
    return true;
  }

  /** Events were lost, or happened before: they are told again, as far as they still matter. */
  #resync(isNew: boolean): void {
    const { session, translator } = this.#running();
    const events = eventsSince(this.#folder.client, session, translator, isNew);
    this.unattended(events.then((all) => all.forEach((event) => this.#take(event))));
  }

  #choices(model: JsonValue): { readonly [name: string]: JsonValue } {
    const { effort } = this.#settings;
    const { instructions } = this.spec;
    return {
      agent: permissionsOf(this.#settings).agent ?? this.#folder.agent,
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
    more: { readonly [name: string]: JsonValue },
  ): Promise<void> {
    const parts = await partsOf(id, input, this.#folder.cwd, this.host);
    const { session, translator } = this.#running();
    const { turns } = translator;
    if (turn === "open" && turns.open === null) {
      throw new BridgeError("not-running", "no turn runs that could take more input");
    }
    const { model } = this.#settings;
    const choices = this.#choices(model === null ? null : modelOf(model, this.#folder));
    await turns.handing(id, turn, () =>
      session.client.post("/prompt_async", { ...choices, ...more, parts }),
    );
  }

  /** Runs a slash command, after a question where it has an effect that nothing else asks about. */
  async #command(id: string, input: readonly UserInput[], command: Command): Promise<void> {
    const { session, translator } = this.#running();
    const { name, given, question } = command;
    const end = { op: "end", turn: id } as const;
    try {
      const others = input.filter(({ type }) => type !== "text");
      const parts = await partsOf(id, others, this.#folder.cwd, this.host);
      if (question !== null && !(await this.#confirmations.ask(question))) {
        return this.emit([{ ...end, status: "interrupted" }]);
      }
      if (name === share) {
        return this.emit([...(await shared(session)), { ...end, status: "completed" }]);
      }
      const choices = this.#choices(this.#settings.model);
      const body = { ...choices, command: name, arguments: given, parts };
      translator.turns.given(id, "new", "order");
      await session.client.ask("/command", { method: "POST", body, timeoutMs: 0 });
    } catch (error) {
      // The answer comes with the turn's end, which may be late: the events tell how it goes.
      const isLate = BridgeError.is(error) && error.kind === "connection";
      if (isLate && translator.turns.open === id) return;
      translator.turns.withdrawn(id);
      this.fail(id, error);
    }
  }
}

/** Uploads the session. */
async function shared({ client }: Session): Promise<readonly ThreadOp[]> {
  const url = textOf(fieldsOf((await client.post("/share"))["share"])["url"]);
  if (url === "") throw new BridgeError("unsupported", "OpenCode's settings turn sharing off");
  const key = "fairlead:shared";
  return [
    { op: "open", key, item: { type: "message" } },
    { op: "text", key, delta: `Shared: ${url}` },
    { op: "close", key },
  ];
}

/** A model by PROVIDER/MODEL; without the provider where just one has it. */
function modelOf(
  id: string,
  { models }: Folder,
): { readonly providerID: string; readonly modelID: string } {
  const [only, ...others] = [...models.keys()].filter((name) => name.endsWith(`/${id}`));
  const name = only !== undefined && others.length === 0 ? only : id;
  const [, providerID, modelID] = /^([^/]+)\/(.+)$/s.exec(name) ?? [];
  if (providerID !== undefined && modelID !== undefined) return { providerID, modelID };
  throw new BridgeError("bad-request", `${id} is no model of OpenCode's: name it PROVIDER/MODEL`);
}

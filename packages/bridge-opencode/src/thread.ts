import {
  BridgeError,
  messageOf,
  opChannel,
  type AgentThread,
  type AskAnswer,
  type BridgeHost,
  type Failure,
  type OpenThread,
  type Prompt,
  type Settings,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  asCommand,
  Confirmations,
  fieldsOf,
  textOf,
  unattended,
} from "@fairlead/bridge-core/parts";
import type { Fields, Lease } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { Approvals } from "./approvals.ts";
import { commandIn, type Command } from "./commands.ts";
import type { Folder } from "./folder.ts";
import { partsOf } from "./input.ts";
import { removeServers } from "./mcp.ts";
import { permissionsOf } from "./permissions.ts";
import { eventsSince } from "./resync.ts";
import type { Server } from "./server.ts";
import { Session, type Place } from "./session.ts";
import { Translator } from "./translate/translator.ts";
import { partId } from "./translate/turns.ts";

/** OpenCode itself would try for ever. */
const maxAttempts = 5;

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  /** Given back when the thread is disposed. */
  readonly lease: Lease<Server>;
  readonly folder: Folder;
  readonly spec: OpenThread;
  /** The session it carries on; null makes one with the first prompt. */
  readonly session: Session | null;
  /** MCP servers of the thread: their names in OpenCode, and the user's. */
  readonly servers: ReadonlyMap<string, string>;
  /** What the user should know from the start. */
  readonly notices: readonly string[];
  readonly onDisposed: (thread: OpenCodeThread) => void;
}

interface Live {
  readonly session: Session;
  readonly translator: Translator;
  readonly approvals: Approvals;
}

/** One conversation: a session on a server that other threads use too. */
export class OpenCodeThread implements AgentThread {
  readonly #options: ThreadOptions;
  readonly #server: Server;
  readonly #channel = opChannel<ThreadOp>();
  readonly ops: AsyncIterable<ThreadOp> = this.#channel.items;
  readonly #owned: Disposable[] = [];
  readonly #confirmations = new Confirmations((op) => this.#channel.push(op));
  #live: Live | null = null;
  #settings: Settings;
  /** The turn that core started last. */
  #prompted: string | null = null;
  #gaveUp: Failure | null = null;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#server = options.lease.backend;
    this.#settings = options.spec.settings;
    this.#owned.push(options.lease);
    void this.#server.ended.then((error) => this.#channel.close(error ?? undefined));
    for (const message of options.notices) this.#channel.push({ op: "notice", message });
    if (options.session === null) return;
    this.#carry(options.session);
    // A turn may run in it, and wait for an answer.
    this.#resync(true);
  }

  get nativeId(): string | null {
    return this.#live?.session.id ?? null;
  }

  async prompt(turn: Prompt): Promise<void> {
    this.#settings = turn.settings;
    this.#gaveUp = null;
    const live = this.#live ?? this.#carry(await Session.create(this.#place));
    this.#prompted = turn.id;
    const input = asCommand(turn.input);
    const command = await commandIn(input, this.#server.client, this.#options.spec.cwd);
    if (command === null) return this.#send(live, turn, await this.#parts(input, turn.id));
    const others = input.filter((part) => part.type !== "text");
    const parts = await this.#parts(others, turn.id);
    unattended(this.#command(live, turn, command, parts), this.#options.host.log);
  }

  async steer(input: readonly UserInput[], id: string): Promise<void> {
    const parts = await this.#parts(input, id);
    const { session, translator } = this.#running();
    if (translator.turns.open === null) {
      throw new BridgeError("not-running", "no turn runs that could take more input");
    }
    translator.turns.given(id, "open");
    const body = { ...this.#choices(this.#settings), parts };
    await this.#handOver(session.path("/prompt_async"), body, translator, id);
  }

  async interrupt(): Promise<void> {
    await this.#abort();
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    if (!this.#confirmations.answer(ask, answer))
      await this.#running().approvals.answer(ask, answer);
  }

  async compact(): Promise<void> {
    const { session } = this.#running();
    const { client } = this.#server;
    const { model } = this.#settings;
    const used = fieldsOf((await client.ask(session.path()))["model"]);
    const { providerID, modelID } =
      model === null
        ? { providerID: used["providerID"], modelID: used["id"] }
        : modelOf(model, this.#options.folder);
    const body = { providerID: textOf(providerID), modelID: textOf(modelID), auto: false };
    // Answered when the summary is there, which the events tell as well.
    const request = { method: "POST", body, timeoutMs: 0 } as const;
    client.ask(session.path("/summarize"), request).catch((error: unknown) => {
      this.#channel.push({ op: "notice", message: messageOf(error) });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { onDisposed, servers, spec, host } = this.#options;
    onDisposed(this);
    const open = this.#live?.translator.turns.open ?? null;
    for (const owned of this.#owned.splice(1)) owned[Symbol.dispose]();
    this.#channel.close();
    const ending = [removeServers(this.#server.client, spec.cwd, servers)];
    if (open !== null && open === this.#prompted) ending.push(this.#abort());
    unattended(Promise.all(ending), host.log);
    await Promise.allSettled(ending);
    for (const owned of this.#owned.splice(0)) owned[Symbol.dispose]();
  }

  get #place(): Place {
    const { folder, spec } = this.#options;
    return { server: this.#server, folder, spec };
  }

  #carry(session: Session): Live {
    const { servers, folder, spec } = this.#options;
    const translator = new Translator({
      session: session.id,
      cwd: spec.cwd,
      servers: () => servers,
      window: (provider, model) => folder.windows.get(`${provider}/${model}`),
    });
    const settings = (): Settings => this.#settings;
    const { client } = this.#server;
    const approvals = new Approvals({ client, translator, folder, cwd: spec.cwd, settings });
    this.#live = { session, translator, approvals };
    this.#owned.push(
      this.#server.events.listen({
        owns: (id) => translator.owns(id),
        event: (event) => this.#take(event),
        resync: () => this.#resync(false),
      }),
    );
    this.#channel.push({ op: "session", nativeId: session.id });
    for (const [key, id] of session.copied) this.#channel.push({ op: "alias", id, key });
    return this.#live;
  }

  #running(): Live {
    if (this.#live === null) throw new BridgeError("not-running", "nothing was asked yet");
    return this.#live;
  }

  /** What goes wrong with one thread's event is not to end the stream of all. */
  #take(event: Fields): void {
    try {
      this.#event(event);
    } catch (error) {
      this.#channel.close(error);
    }
  }

  #event(event: Fields): void {
    const { translator, approvals } = this.#running();
    const { log } = this.#options.host;
    const properties = fieldsOf(event["properties"]);
    approvals.noteAgent(properties);
    const ops = translator.translate(event);
    if (ops === null) log("debug", `opencode: an event of unknown kind`, event);
    const reply = event["type"] === "permission.asked" ? approvals.decide(properties) : null;
    if (reply !== null) unattended(reply, log);
    for (const op of ops ?? []) if (reply === null || op.op !== "ask") this.#emit(op);
    this.#limitRetries(textOf(properties["sessionID"]), ops ?? []);
  }

  #emit(op: ThreadOp): void {
    const failure = this.#gaveUp;
    if (op.op !== "end" || op.thread !== undefined) return this.#channel.push(op);
    this.#gaveUp = null;
    this.#channel.push(failure === null ? op : { ...op, status: "failed", failure });
  }

  #limitRetries(session: string, ops: readonly ThreadOp[]): void {
    const failure = ops.find((op) => op.op === "retry")?.failure;
    if (failure === undefined || this.#gaveUp !== null) return;
    if ((this.#running().translator.attempts.get(session) ?? 0) < maxAttempts) return;
    this.#gaveUp = failure;
    unattended(this.#abort(), this.#options.host.log);
  }

  /** Events were lost, or happened before: they are told again, as far as they still matter. */
  #resync(isNew: boolean): void {
    const { session, translator } = this.#running();
    const telling = async (): Promise<void> => {
      const events = await eventsSince(this.#server.client, session, translator, isNew);
      for (const event of events) this.#take(event);
    };
    unattended(telling(), this.#options.host.log);
  }

  #choices({ model, effort }: Settings): { readonly [name: string]: JsonValue } {
    const { folder, spec } = this.#options;
    return {
      agent: permissionsOf(this.#settings).agent ?? folder.agent,
      ...(model !== null && { model: modelOf(model, folder) }),
      ...(effort !== null && { variant: effort }),
      ...(spec.instructions !== null && { system: spec.instructions }),
    };
  }

  async #send({ session, translator }: Live, turn: Prompt, parts: JsonValue[]): Promise<void> {
    const schema = turn.outputSchema;
    const format = schema === null ? {} : { format: { type: "json_schema", schema } };
    const body = { ...this.#choices(turn.settings), ...format, parts };
    translator.turns.given(turn.id, "new");
    await this.#handOver(session.path("/prompt_async"), body, translator, turn.id);
  }

  async #handOver(path: string, body: JsonValue, { turns }: Translator, id: string): Promise<void> {
    await this.#server.client.post(path, body).catch((error: unknown) => {
      turns.withdrawn(id);
      throw error;
    });
  }

  /** Runs a slash command, after a question where it has an effect that nothing else asks about. */
  async #command(live: Live, turn: Prompt, command: Command, parts: JsonValue[]): Promise<void> {
    const { session, translator } = live;
    try {
      const { model, ...choices } = this.#choices(turn.settings);
      const question = command.question(turn.settings, this.#options.folder);
      if (question !== null && !(await this.#confirmations.ask(question))) {
        return this.#channel.push({ op: "end", turn: turn.id, status: "interrupted" });
      }
      if (command.share) return await this.#share(session, turn.id);
      translator.turns.given(turn.id, "new", "order");
      const named = model === undefined ? {} : { model: turn.settings.model };
      const { name, given } = command;
      const body = { ...choices, ...named, command: name, arguments: given, parts };
      const request = { method: "POST", body, timeoutMs: 0 } as const;
      await this.#server.client.ask(session.path("/command"), request);
    } catch (error) {
      const kind = BridgeError.is(error) ? error.kind : "other";
      // The answer comes with the turn's end, which may be late: the events tell how it goes.
      if (kind === "connection" && translator.turns.open === turn.id) return;
      translator.turns.withdrawn(turn.id);
      const failure = { kind, message: messageOf(error) };
      this.#channel.push({ op: "end", turn: turn.id, status: "failed", failure });
    }
  }

  async #share(session: Session, turn: string): Promise<void> {
    const { share } = await this.#server.client.post(session.path("/share"));
    const url = textOf(fieldsOf(share)["url"]);
    if (url === "") throw new BridgeError("unsupported", "OpenCode's settings turn sharing off");
    const key = "fairlead:shared";
    this.#channel.push({ op: "open", key, item: { type: "message" } });
    this.#channel.push({ op: "text", key, delta: `Shared: ${url}` });
    this.#channel.push({ op: "close", key });
    this.#channel.push({ op: "end", turn, status: "completed" });
  }

  async #abort(): Promise<void> {
    await this.#server.client.post(this.#running().session.path("/abort"));
  }

  async #parts(input: readonly UserInput[], id: string): Promise<JsonValue[]> {
    const { host, spec } = this.#options;
    const parts = await partsOf(input, spec.cwd, host);
    return parts.map((part, at) => ({ ...part, id: partId(id, at) }));
  }
}

/** PROVIDER/MODEL; the provider may be left out where just one has the model. */
function modelOf(
  id: string,
  { windows }: Folder,
): { readonly providerID: string; readonly modelID: string } {
  const [only, ...others] = [...windows.keys()].filter((known) => known.endsWith(`/${id}`));
  const name = only !== undefined && others.length === 0 ? only : id;
  const at = name.indexOf("/");
  if (at < 1) {
    throw new BridgeError("bad-request", `${id} is no model of OpenCode's: name it PROVIDER/MODEL`);
  }
  return { providerID: name.slice(0, at), modelID: name.slice(at + 1) };
}

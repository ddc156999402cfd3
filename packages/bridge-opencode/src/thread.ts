import {
  BridgeError,
  messageOf,
  type AgentThread,
  type AskAnswer,
  type BridgeHost,
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
  textOf,
  ThreadOps,
  type AgentServer,
  type Fields,
  type Lease,
} from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { Approvals } from "./approvals.ts";
import { commandIn, share, type Command } from "./commands.ts";
import type { Folder } from "./folder.ts";
import { partsOf } from "./input.ts";
import { removeServers } from "./mcp.ts";
import { permissionsOf, tagOf } from "./permissions.ts";
import { eventsSince } from "./resync.ts";
import { openSession, type Session } from "./session.ts";
import { Translator } from "./translate/translator.ts";

/** OpenCode itself would try for ever. */
const maxFailures = 5;

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  /** Given back when the thread is disposed. */
  readonly lease: Lease<AgentServer>;
  readonly folder: Folder;
  readonly spec: OpenThread;
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
  readonly listening: Disposable;
}

/** One conversation: a session on a server that other threads use too, made with the first prompt. */
export class OpenCodeThread extends ThreadOps implements AgentThread {
  readonly #options: ThreadOptions;
  readonly #confirmations = new Confirmations((op) => this.emit([op]));
  readonly #retries = new RetryLimit(maxFailures, () => this.unattended(this.interrupt()));
  #live: Live | null = null;
  #settings: Settings;
  /** The turn that core started last. */
  #prompted: string | null = null;

  constructor(options: ThreadOptions) {
    super(options.host);
    this.#options = options;
    this.#settings = options.spec.settings;
    void options.lease.backend.ended.then((error) => this.finish(error ?? undefined));
    this.emit(options.notices.map((message) => ({ op: "notice", message })));
  }

  get nativeId(): string | null {
    return this.#live?.session.id ?? null;
  }

  /** Carries a session on, in which a turn may run and wait for an answer. */
  resume(session: Session): void {
    this.#carry(session);
    this.#resync(true);
  }

  async prompt(turn: Prompt): Promise<void> {
    const { lease, folder, spec } = this.#options;
    this.#settings = turn.settings;
    if (this.#live === null) {
      const make = async (): Promise<void> =>
        this.#carry(await openSession(folder, tagOf(spec.threadId), null));
      await lease.backend.events.making(make);
    }
    this.#prompted = turn.id;
    const input = asCommand(turn.input);
    const command = await commandIn(input, folder, turn.settings);
    if (command !== null) return this.unattended(this.#command(turn, command));
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
    await this.#running().approvals.answer(ask, answer);
  }

  async compact(): Promise<void> {
    const { client } = this.#running().session;
    const { model } = this.#settings;
    const used = fieldsOf((await client.ask(""))["model"]);
    const own = { providerID: textOf(used["providerID"]), modelID: textOf(used["id"]) };
    const body = { ...(model === null ? own : modelOf(model)), auto: false };
    // Answered when the summary is there, which the events tell as well.
    const request = { method: "POST", body, timeoutMs: 0 } as const;
    client.ask("/summarize", request).catch((error: unknown) => {
      this.emit([{ op: "notice", message: messageOf(error) }]);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { onDisposed, servers, folder, lease } = this.#options;
    onDisposed(this);
    const open = this.#live?.translator.turns.open ?? null;
    this.#live?.listening[Symbol.dispose]();
    this.finish();
    const ending = [removeServers(folder.client, servers)];
    if (open !== null && open === this.#prompted) ending.push(this.interrupt());
    this.unattended(Promise.all(ending));
    await Promise.allSettled(ending);
    lease[Symbol.dispose]();
  }

  #carry(session: Session): void {
    const { servers, folder, lease } = this.#options;
    const translator = new Translator({
      session: session.id,
      cwd: folder.cwd,
      servers,
      window: (provider, model) => folder.windows.get(`${provider}/${model}`),
    });
    const listening = lease.backend.events.listen({
      owns: (id) => translator.owns(id),
      event: (event) => this.#take(event),
      resync: () => this.#resync(false),
    });
    const approvals = new Approvals(folder, translator);
    this.#live = { session, translator, approvals, listening };
    this.emit([{ op: "session", nativeId: session.id }]);
    this.emit([...session.copied].map(([key, id]) => ({ op: "alias", id, key })));
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
      this.finish(error instanceof Error ? error : new BridgeError("other", messageOf(error)));
    }
  }

  #event(event: Fields): void {
    const { translator, approvals } = this.#running();
    const properties = fieldsOf(event["properties"]);
    approvals.noteAgent(properties);
    const ops = translator.translate(event);
    if (ops === null) this.#options.host.log("debug", `opencode: an event of unknown kind`, event);
    const asks = event["type"] === "permission.asked";
    const reply = asks ? approvals.decide(properties, this.#settings) : null;
    if (reply !== null) this.unattended(reply);
    const told = (ops ?? []).filter(({ op }) => reply === null || op !== "ask");
    this.emit(told.map((op) => this.#retries.pass(op)));
  }

  /** Events were lost, or happened before: they are told again, as far as they still matter. */
  #resync(isNew: boolean): void {
    const { session, translator } = this.#running();
    const { client } = this.#options.folder;
    const told = eventsSince(client, session, translator, isNew);
    this.unattended(told.then((events) => events.forEach((event) => this.#take(event))));
  }

  #choices(): { readonly [name: string]: JsonValue } {
    const { folder, spec } = this.#options;
    const { effort } = this.#settings;
    return {
      agent: permissionsOf(this.#settings).agent ?? folder.agent,
      ...(effort !== null && { variant: effort }),
      ...(spec.instructions !== null && { system: spec.instructions }),
    };
  }

  async #parts(input: readonly UserInput[], id: string): Promise<JsonValue[]> {
    const { host, folder } = this.#options;
    return partsOf(id, input, folder.cwd, host);
  }

  /** Gives OpenCode a turn, or more input for the open one. */
  async #hand(
    id: string,
    input: readonly UserInput[],
    turn: "new" | "open",
    more: { readonly [name: string]: JsonValue },
  ): Promise<void> {
    const parts = await this.#parts(input, id);
    const { session, translator } = this.#running();
    const { turns } = translator;
    if (turn === "open" && turns.open === null) {
      throw new BridgeError("not-running", "no turn runs that could take more input");
    }
    const { model } = this.#settings;
    const choices = { ...this.#choices(), ...(model !== null && { model: modelOf(model) }) };
    turns.given(id, turn);
    try {
      await session.client.post("/prompt_async", { ...choices, ...more, parts });
    } catch (error) {
      turns.withdrawn(id);
      throw error;
    }
  }

  /** Runs a slash command, after a question where it has an effect that nothing else asks about. */
  async #command({ id, input }: Prompt, { name, given, question }: Command): Promise<void> {
    const { session, translator } = this.#running();
    const { model } = this.#settings;
    const end = { op: "end", turn: id } as const;
    try {
      const parts = await this.#parts(
        asCommand(input).filter(({ type }) => type !== "text"),
        id,
      );
      if (question !== null && !(await this.#confirmations.ask(question))) {
        return this.emit([{ ...end, status: "interrupted" }]);
      }
      if (name === share)
        return this.emit([...(await shared(session)), { ...end, status: "completed" }]);
      translator.turns.given(id, "new", "order");
      const choices = { ...this.#choices(), ...(model !== null && { model }) };
      const body = { ...choices, command: name, arguments: given, parts };
      await session.client.ask("/command", { method: "POST", body, timeoutMs: 0 });
    } catch (error) {
      const kind = BridgeError.is(error) ? error.kind : "other";
      // The answer comes with the turn's end, which may be late: the events tell how it goes.
      if (kind === "connection" && translator.turns.open === id) return;
      translator.turns.withdrawn(id);
      this.emit([{ ...end, status: "failed", failure: { kind, message: messageOf(error) } }]);
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

/** A model by PROVIDER/MODEL. */
function modelOf(id: string): { readonly providerID: string; readonly modelID: string } {
  const [, providerID, modelID] = /^([^/]+)\/(.+)$/s.exec(id) ?? [];
  if (providerID !== undefined && modelID !== undefined) return { providerID, modelID };
  throw new BridgeError("bad-request", `${id} is no model of OpenCode's: name it PROVIDER/MODEL`);
}

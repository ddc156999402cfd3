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
  fieldsOf,
  numberOf,
  textOf,
  unattended,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { inFolder } from "./client.ts";
import type { Folder } from "./folder.ts";
import { partsOf } from "./input.ts";
import { decide, permissionsOf } from "./permissions.ts";
import type { Server } from "./server.ts";
import { Session } from "./session.ts";
import { replyTo, type PendingAsk } from "./translate/replies.ts";
import { Translator } from "./translate/translator.ts";
import { partId } from "./translate/turns.ts";

/** OpenCode itself would try for ever. */
const maxAttempts = 5;

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  readonly server: Server;
  readonly folder: Folder;
  readonly spec: OpenThread;
  /** The session it carries on; null makes one with the first prompt. */
  readonly session: Session | null;
  readonly onDisposed: (thread: OpenCodeThread) => void;
}

interface Live {
  readonly session: Session;
  readonly translator: Translator;
}

/** One conversation: a session on a server that other threads use too. */
export class OpenCodeThread implements AgentThread {
  readonly #options: ThreadOptions;
  readonly #channel = opChannel<ThreadOp>();
  readonly ops: AsyncIterable<ThreadOp> = this.#channel.items;
  readonly #owned: Disposable[] = [];
  /** Agents by session, the sub-agents' sessions included. */
  readonly #agents = new Map<string, string>();
  #live: Live | null = null;
  #settings: Settings;
  #gaveUp: Failure | null = null;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#settings = options.spec.settings;
    this.#owned.push(options.server.use());
    if (options.session !== null) this.#carry(options.session);
  }

  get nativeId(): string | null {
    return this.#live?.session.id ?? null;
  }

  async prompt(turn: Prompt): Promise<void> {
    const { server, spec } = this.#options;
    this.#settings = turn.settings;
    const { session, translator } = this.#live ?? this.#carry(await Session.create(this.#options));
    const parts = await this.#parts(turn.input, turn.id);
    const { model, effort: variant } = turn.settings;
    const agent = permissionsOf(turn.settings).agent ?? this.#options.folder.agent;
    const body: JsonValue = {
      agent,
      parts,
      ...(model !== null && { model: modelOf(model) }),
      ...(variant !== null && { variant }),
      ...(spec.instructions !== null && { system: spec.instructions }),
      ...(turn.outputSchema !== null && {
        format: { type: "json_schema", schema: turn.outputSchema },
      }),
    };
    this.#gaveUp = null;
    translator.turns.given(turn.id, "new");
    await server.client
      .ask(session.path("/prompt_async"), { method: "POST", body })
      .catch((error: unknown) => {
        translator.turns.withdrawn(turn.id);
        throw error;
      });
  }

  async steer(input: readonly UserInput[], id: string): Promise<void> {
    const parts = await this.#parts(input, id);
    const { session, translator } = this.#running();
    if (translator.turns.open === null) {
      throw new BridgeError("not-running", "no turn runs that could take more input");
    }
    const agent = permissionsOf(this.#settings).agent ?? this.#options.folder.agent;
    translator.turns.given(id, "open");
    const body = { agent, parts };
    const { client } = this.#options.server;
    await client.ask(session.path("/prompt_async"), { method: "POST", body }).catch((error) => {
      translator.turns.withdrawn(id);
      throw error;
    });
  }

  async interrupt(): Promise<void> {
    await this.#abort();
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    const { translator } = this.#running();
    const pending = translator.pending.get(ask);
    if (pending !== undefined) await this.#reply(pending, answer);
  }

  async compact(): Promise<void> {
    const { session } = this.#running();
    const { client } = this.#options.server;
    const { model } = this.#settings;
    const used = fieldsOf((await client.ask(session.path()))["model"]);
    const body =
      model === null ? { providerID: used["providerID"], modelID: used["id"] } : modelOf(model);
    const done = client.ask(session.path("/summarize"), {
      method: "POST",
      body: { providerID: textOf(body.providerID), modelID: textOf(body.modelID), auto: false },
      timeoutMs: 0,
    });
    done.catch((error: unknown) => this.#channel.push({ op: "notice", message: messageOf(error) }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onDisposed(this);
    const open = this.#live?.translator.turns.open ?? null;
    if (open !== null) await this.#abort().catch(() => {});
    for (const owned of this.#owned.splice(0)) owned[Symbol.dispose]();
    this.#channel.close();
  }

  #carry(session: Session): Live {
    const { server, spec } = this.#options;
    const translator = new Translator({ session: session.id, cwd: spec.cwd });
    this.#live = { session, translator };
    this.#owned.push(
      server.events.listen({
        owns: (id) => translator.owns(id),
        event: (event) => this.#event(event, translator),
        resync: () => {},
        ended: (error) => this.#channel.close(error ?? undefined),
      }),
    );
    this.#channel.push({ op: "session", nativeId: session.id });
    return this.#live;
  }

  #running(): Live {
    if (this.#live === null) throw new BridgeError("not-running", "nothing was asked yet");
    return this.#live;
  }

  #event(event: Fields, translator: Translator): void {
    const properties = fieldsOf(event["properties"]);
    const { agent } = fieldsOf(properties["info"]);
    if (agent !== undefined) this.#agents.set(textOf(properties["sessionID"]), textOf(agent));
    const ops = translator.translate(event);
    if (ops === null) this.#options.host.log("debug", "opencode: an event of unknown kind", event);
    const answered = event["type"] === "permission.asked" && this.#decided(properties, translator);
    for (const op of ops ?? []) if (!answered || op.op !== "ask") this.#emit(op);
    this.#limitRetries(properties, ops ?? []);
  }

  #emit(op: ThreadOp): void {
    const failure = this.#gaveUp;
    const isEnd = op.op === "end" && op.thread === undefined;
    this.#channel.push(isEnd && failure !== null ? { ...op, status: "failed", failure } : op);
    if (isEnd) this.#gaveUp = null;
  }

  /** Answers a request in the user's place, where their settings or rules do. */
  #decided(request: Fields, translator: Translator): boolean {
    const { folder, spec } = this.#options;
    const pending = translator.pending.get(textOf(request["id"]));
    if (pending === undefined) return false;
    const { filepath, files } = fieldsOf(request["metadata"]);
    const agent = this.#agents.get(pending.session) ?? folder.agent;
    const decision = decide(
      {
        permission: textOf(request["permission"]),
        patterns: Array.isArray(request["patterns"]) ? request["patterns"].map(textOf) : ["*"],
      },
      {
        settings: this.#settings,
        rules: folder.rules.get(agent) ?? [],
        files: filesOf(filepath, files),
        cwd: spec.cwd,
      },
    );
    if (decision === "ask") return false;
    const answer: AskAnswer = { type: decision === "grant" ? "accept" : "decline" };
    unattended(this.#reply(pending, answer), this.#options.host.log);
    return true;
  }

  async #reply(pending: PendingAsk, answer: AskAnswer): Promise<void> {
    const { translator } = this.#running();
    translator.pending.delete(pending.id);
    if (answer.type === "decline" || answer.type === "cancel") translator.declined.add(pending.key);
    const { path, body } = replyTo(pending, answer);
    const { client } = this.#options.server;
    await client.ask(inFolder(path, this.#options.spec.cwd), { method: "POST", body });
  }

  #limitRetries({ sessionID }: Fields, ops: readonly ThreadOp[]): void {
    const { translator } = this.#running();
    const failure = ops.find((op) => op.op === "retry")?.failure;
    if (failure === undefined || this.#gaveUp !== null) return;
    if ((translator.attempts.get(textOf(sessionID)) ?? 0) < maxAttempts) return;
    this.#gaveUp = failure;
    unattended(this.#abort(), this.#options.host.log);
  }

  async #abort(): Promise<void> {
    const { session } = this.#running();
    await this.#options.server.client.ask(session.path("/abort"), { method: "POST", body: {} });
  }

  async #parts(input: readonly UserInput[], id: string): Promise<JsonValue> {
    const { host, spec } = this.#options;
    const parts = await partsOf(asCommand(input), spec.cwd, host);
    return parts.map((part, at) => ({ ...part, id: partId(id, at) }));
  }
}

function modelOf(id: string): { readonly providerID: string; readonly modelID: string } {
  const at = id.indexOf("/");
  if (at < 1) {
    throw new BridgeError("bad-request", `${id} is no model of OpenCode's: name it PROVIDER/MODEL`);
  }
  return { providerID: id.slice(0, at), modelID: id.slice(at + 1) };
}

function filesOf(filepath: unknown, files: unknown): readonly string[] {
  if (!Array.isArray(files)) return [textOf(filepath)];
  return files.flatMap((file) => {
    const { filePath, movePath } = fieldsOf(file);
    return [textOf(filePath), ...(movePath === undefined ? [] : [textOf(movePath)])];
  });
}

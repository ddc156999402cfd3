import {
  BridgeError,
  messageOf,
  type AgentProcess,
  type BridgeHost,
  type SpawnSpec,
} from "@fairlead/bridge-core";
import { acpFailure, fieldsOf, isFields, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { client, methods, RequestError, type AnyMessage } from "@agentclientprotocol/sdk";

const maxUnclaimed = 100;

/** What an agent sends of its own accord about one session. */
export interface SessionSink {
  /** The `update` of a `session/update`. */
  update(update: Fields): void;
  /** Answers `session/request_permission` and `elicitation/create`. */
  request(method: string, params: Fields, signal: AbortSignal): Promise<Fields>;
}

/** Of a session that nobody follows: nothing is heard, and every question is answered with a no. */
export const nobody: SessionSink = {
  update() {},
  request: (method) =>
    Promise.resolve(
      method === methods.client.elicitation.create
        ? { action: "cancel" }
        : { outcome: { outcome: "cancelled" } },
    ),
};

/** One process of an agent's that speaks ACP, and the sessions in it. */
export class Connection implements AsyncDisposable {
  /** Resolves when the process is gone: with the reason, or null after dispose. */
  readonly ended: Promise<BridgeError | null>;
  readonly #host: BridgeHost;
  readonly #name: string;
  readonly #process: AgentProcess;
  readonly #sinks = new Map<string, SessionSink>();
  /** What was told of sessions before their opening was answered, newest last. */
  #unclaimed: (readonly [session: string, update: Fields])[] = [];
  readonly #agent: ReturnType<typeof connect>;
  #frames: ReadableStreamDefaultController<AnyMessage> | null = null;
  #disposed = false;
  #gone: BridgeError | null = null;
  #notFrames = 0;

  constructor(host: BridgeHost, name: string, spec: SpawnSpec) {
    this.#host = host;
    this.#name = name;
    this.#process = host.spawn(spec);
    const readable = new ReadableStream<AnyMessage>({
      start: (frames) => void (this.#frames = frames),
    });
    const writable = new WritableStream<AnyMessage>({
      write: (frame) => this.#process.write(frame),
    });
    this.#agent = connect({ readable, writable }, (...request) => this.#request(...request), host);
    // One that takes no more input is of no use, and may never end by itself.
    void this.#agent.closed.then(() => this.#process[Symbol.asyncDispose]());
    this.ended = this.#read().then((error) => {
      this.#gone = error;
      this.#agent.close(error);
      return this.#disposed ? null : error;
    });
  }

  /** What the agent says of a session from now on goes there. */
  route(session: string, sink: SessionSink): void {
    this.#sinks.set(session, sink);
    const claimed = this.#unclaimed.filter(([id]) => id === session);
    this.#unclaimed = this.#unclaimed.filter(([id]) => id !== session);
    for (const [, update] of claimed) sink.update(update);
  }

  /** Nobody wants to hear of a session any more. */
  unroute(session: string): void {
    this.#sinks.delete(session);
  }

  /** The agent's answer; as long as it lives it may take its time. Rejects when it refuses or is gone. */
  async ask(method: string, params: Fields): Promise<Fields> {
    try {
      return fieldsOf(await this.#agent.agent.request<unknown>(method, params));
    } catch (error) {
      if (this.#disposed) throw ended(this.#name);
      if (error instanceof RequestError) throw acpFailure(this.#name, method, error);
      throw this.#gone ?? error;
    }
  }

  /** Tells the agent something. */
  async tell(method: string, params: Fields): Promise<void> {
    await this.#agent.agent.notify(method, params);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#agent.close(ended(this.#name));
    await this.#process[Symbol.asyncDispose]();
  }

  /** Reads frames until there are none; resolves with the reason. */
  async #read(): Promise<BridgeError> {
    try {
      for await (const line of this.#process.lines) {
        if ("json" in line && isFields(line.json)) this.#take(line.json);
        else this.#noFrame(line);
      }
    } catch (error) {
      return BridgeError.is(error) ? error : new BridgeError("crashed", messageOf(error));
    }
    const { code, signal, stderr } = await this.#process.exited;
    const words = stderr.trim();
    const how = `${this.#name} ended (${signal ?? `exit code ${code}`})`;
    return new BridgeError("crashed", `${how}${words && `: ${words}`}`);
  }

  /**
   * Updates are taken here: the SDK refuses those of unknown kind, and would hand over the others later
   * than the answers behind them.
   */
  #take(frame: Fields): void {
    const { method, id, params } = frame;
    const isUpdate = method === methods.client.session.update && id === undefined;
    if (isUpdate) return this.#updated(fieldsOf(params));
    const isMessage = typeof method === "string" || id !== undefined;
    if (!isMessage) return this.#noFrame(frame);
    if (!this.#disposed) this.#frames?.enqueue(messageIn(frame));
  }

  #updated({ sessionId, update }: Fields): void {
    const session = textOf(sessionId);
    const sink = this.#sinks.get(session);
    if (sink !== undefined) return sink.update(fieldsOf(update));
    this.#unclaimed = [...this.#unclaimed.slice(-maxUnclaimed), [session, fieldsOf(update)]];
  }

  #noFrame(line: unknown): void {
    this.#notFrames += 1;
    this.#host.log("debug", `${this.#name}: ${this.#notFrames} lines are no frames`, line);
  }

  async #request(method: string, params: Fields, signal: AbortSignal): Promise<Fields> {
    // An elicitation may name the request it belongs to in place of the session; sub-agents have their own.
    const [only] = this.#sinks.values();
    const sink = this.#sinks.get(textOf(params["sessionId"])) ?? only;
    if (sink === undefined) throw RequestError.invalidParams(undefined, "no such session");
    return sink.request(method, params, signal);
  }
}

function connect(
  stream: { readable: ReadableStream<AnyMessage>; writable: WritableStream<AnyMessage> },
  request: SessionSink["request"],
  { log }: Pick<BridgeHost, "log">,
) {
  const { session, elicitation } = methods.client;
  const app = client({ name: "fairlead" })
    .onRequest(session.requestPermission, fieldsOf, ({ method, params, signal }) =>
      request(method, params, signal),
    )
    .onRequest(elicitation.create, fieldsOf, ({ method, params, signal }) =>
      request(method, params, signal),
    )
    .onRequest("*", ({ method, params }) => {
      log("debug", `an ACP request of unknown kind: ${method}`, params);
      throw RequestError.methodNotFound(method);
    })
    .onNotification("*", ({ method, params }) => {
      log("debug", `an ACP notification of unknown kind: ${method}`, params);
    });
  return app.connect(stream);
}

/** A frame as the SDK reads it: some agents leave out the version. */
function messageIn(frame: Fields): AnyMessage {
  const message: Fields = { ...frame, jsonrpc: "2.0" };
  return isMessage(message) ? message : { jsonrpc: "2.0", method: "fairlead/unreadable" };
}

function isMessage(message: Fields): message is AnyMessage {
  return message["jsonrpc"] === "2.0";
}

function ended(name: string): BridgeError {
  return new BridgeError("not-running", `this process of ${name} was ended`);
}

import {
  type CloseReason,
  type Connected,
  type FrameTransport,
  Peer,
  type RequestOptions,
  RpcError,
  type SessionNotice,
  connectSession,
  rpcCode,
} from "@fairlead/bridge-core/peer";
import {
  type ClientInfo,
  type ClientMethod,
  type ClientRequests,
  type InitializeResponse,
  type ServerNotificationMethod,
  type ServerNotifications,
  type ServerRequestMethod,
  resultSchema,
} from "@fairlead/codex-proto";
import { type FrameTap, tapped } from "./frame-tap.ts";
import { type Notification, NotificationLog } from "./notification-log.ts";
import { type FinishedTurn, type RunTurnOptions, runTurn } from "./run-turn.ts";
import {
  type AnyServerRequestHandler,
  type ServerRequestHandler,
  ServerRequestHandlers,
  refuse,
} from "./server-request-handlers.ts";
import { SessionTransport } from "./session-transport.ts";
import { WireEdge } from "./wire-edge.ts";

/** How to connect. */
export interface CodexClientOptions {
  /** Who connects, as the server shows it to the operator. */
  readonly clientInfo: Pick<ClientInfo, "name" | "version"> & Partial<ClientInfo>;
  /** Bearer token of a WebSocket server. */
  readonly token?: string;
  /** Asks for experimental methods and notifications. Default false. */
  readonly experimental?: boolean;
  /** Notifications the server shall not send. */
  readonly optOut?: readonly ServerNotificationMethod[];
  /**
   * Checks all that the server sends against the schema of the pinned codex. What fails rejects its
   * request, or goes to `onInvalid`. Default false: a newer server's additions pass.
   */
  readonly validate?: boolean;
  /**
   * Answers server requests without a handler of their own. Default: refused with −32601; but with a
   * cursor they wait for their handler, as what waited for this client is asked before it can add
   * one.
   */
  readonly onUnhandledRequest?: AnyServerRequestHandler;
  /** Hears of frames that this client cannot use, as a sentence. Default: they are ignored. */
  readonly onInvalid?: (problem: string) => void;
  /** Sees every frame, from the first on. */
  readonly onFrame?: FrameTap;
  /** How many notifications are kept for late readers. Default 10,000. */
  readonly logLimit?: number;
  /** Lets the client come back after a lost connection; see {@link CodexClient.reconnect}. */
  readonly session?: ClientSession;
}

/** A session of a Fairlead server, to which the client may come back. */
export interface ClientSession {
  /** The name of this device. */
  readonly device: string;
  /** The cursor of an earlier client, to go on where it was. Default: a new session. */
  readonly cursor?: number;
  /** The connection was lost. Until `reconnect` the client waits, and keeps what it is asked. */
  readonly onLost?: (reason: CloseReason) => void;
}

/** Where in the log to look, and how long. */
export interface WaitOptions {
  /** First position to look at. Default 0: also what came before the call. */
  readonly from?: number;
  /** Gives up with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Which server requests a handler takes. */
export interface HandlerScope {
  /** Only those of this thread; such a handler goes before one without. */
  readonly threadId?: string;
}

/**
 * A client of a codex app-server: real codex or Fairlead. Everything is typed by its method.
 * Notifications are kept in a log, so waiting for one that has already come is no race.
 */
export class CodexClient implements AsyncDisposable {
  /** Resolves when the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<CloseReason>;
  readonly #peer: Peer;
  readonly #edge: WireEdge;
  readonly #log: NotificationLog;
  readonly #handlers: ServerRequestHandlers;
  readonly #onInvalid: (problem: string) => void;
  readonly #options: CodexClientOptions;
  readonly #resumable: SessionTransport | null;
  #server: InitializeResponse | undefined;
  #session: SessionNotice | null;

  private constructor(connected: Connected, options: CodexClientOptions) {
    this.#options = options;
    this.#session = connected.session;
    const wanted = options.session;
    this.#resumable =
      wanted === undefined
        ? null
        : new SessionTransport(connected, wanted.cursor ?? null, wanted.onLost ?? (() => {}));
    const transport = this.#resumable ?? connected.transport;
    const { onFrame, validate = false, logLimit = 10_000 } = options;
    this.#edge = new WireEdge(validate);
    this.#log = new NotificationLog(logLimit);
    this.#handlers = new ServerRequestHandlers(
      this.#edge,
      options.onUnhandledRequest ?? (wanted?.cursor === undefined ? refuse : null),
    );
    this.#onInvalid = options.onInvalid ?? (() => {});
    this.#peer = new Peer(onFrame === undefined ? transport : tapped(transport, onFrame), {
      onNotification: (method, params) => this.#notified(method, params),
      onRequest: (method, params, request) => this.#handlers.answer(method, params, request),
      onUnparsable: (reason) => this.#onInvalid(reason),
    });
    this.closed = this.#peer.closed.then((reason) => {
      this.#log.end();
      return reason;
    });
  }

  /**
   * Connects and shakes hands. `target` is a transport, which the client then owns, or an address:
   * `ws://…`, `wss://…`, `unix:///…`. A transport of a session comes with what the server said of
   * it. Rejects, with everything closed, when the server refuses.
   */
  static async connect(
    target: FrameTransport | Connected | string,
    options: CodexClientOptions,
  ): Promise<CodexClient> {
    const client = new CodexClient(
      await reach(target, options, options.session?.cursor ?? null),
      options,
    );
    try {
      await client.#initialize();
      client.#resumable?.ready();
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  /** What the server said of itself in `initialize`. */
  get server(): InitializeResponse {
    if (this.#server === undefined) throw new Error("the client is not connected yet");
    return this.#server;
  }

  /** The number of the last frame of the session; null without one. Keep it to come back later. */
  get cursor(): number | null {
    return this.#resumable?.cursor ?? null;
  }

  /** What became of the session at the last connection; null without one. */
  get session(): SessionNotice | null {
    return this.#session;
  }

  /**
   * Goes on over a new connection after the old one was lost, or in its place. When the server
   * resumes the session, nothing is lost: open requests are sent again and run once, and what came
   * meanwhile is in the log. Otherwise (`drift`) open requests reject with `rpcCode.closed`, and
   * threads must be loaded with `thread/resume`. Rejects, and may be tried again, when the server
   * cannot be reached. Throws for a client without `session`.
   */
  async reconnect(target: Connected | string): Promise<SessionNotice | null> {
    const resumable = this.#resumable;
    if (resumable === null) throw new Error("a client without `session` cannot come back");
    const connected = await reach(target, this.#options, resumable.cursor);
    this.#session = connected.session;
    const isResumed = connected.session?.attached === "resumed";
    if (!isResumed) this.#handlers.settleAll();
    resumable.replace(connected);
    if (!isResumed) await this.#initialize();
    return connected.session;
  }

  /** Asks the server. Rejects with its `RpcError`, or with code `rpcCode.closed` after the end. */
  async request<M extends ClientMethod>(
    method: M,
    params: ClientRequests[M]["params"],
    options?: RequestOptions,
  ): Promise<ClientRequests[M]["result"]> {
    const result = await this.#peer.request(method, params, options);
    this.#edge.check<ClientRequests[M]["result"]>(result, `the result of ${method}`, () =>
      resultSchema(method),
    );
    return result;
  }

  /**
   * The position the next notification will have: take it before an act to wait for its effects.
   */
  get position(): number {
    return this.#log.position;
  }

  /**
   * The notifications from a position on, by default from now on, until the connection ends.
   * Any number of readers; each gets all.
   */
  notifications(options: WaitOptions = {}): AsyncIterableIterator<Notification> {
    return this.#log.read(options.from ?? this.#log.position, options.signal);
  }

  /**
   * The parameters of the first notification of a method that fits, be it in the log or still to
   * come. Rejects when the connection ends before.
   */
  async waitFor<M extends ServerNotificationMethod>(
    method: M,
    fits: (params: ServerNotifications[M]) => boolean = () => true,
    { from = 0, signal }: WaitOptions = {},
  ): Promise<ServerNotifications[M]> {
    for await (const entry of this.#log.read(from, signal)) {
      if (isOf(entry, method) && fits(entry.params)) return entry.params;
    }
    const text = `the connection closed before ${method} came`;
    throw new RpcError(rpcCode.closed, text);
  }

  /** Answers server requests of a method until the result is disposed. The newest handler wins. */
  onServerRequest<M extends ServerRequestMethod>(
    method: M,
    handler: ServerRequestHandler<M>,
    { threadId }: HandlerScope = {},
  ): Disposable {
    return this.#handlers.add(method, handler, threadId);
  }

  /** Starts a turn and follows it to its end; see {@link RunTurnOptions}. */
  runTurn(options: RunTurnOptions): Promise<FinishedTurn> {
    return runTurn(this, options);
  }

  /** Ends the connection and waits for its end. Idempotent. */
  async close(): Promise<void> {
    this.#peer.close();
    await this.closed;
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #initialize(): Promise<void> {
    const { clientInfo, experimental = false, optOut } = this.#options;
    this.#server = await this.request("initialize", {
      clientInfo: { title: null, ...clientInfo },
      capabilities: {
        experimentalApi: experimental,
        requestAttestation: false,
        optOutNotificationMethods: optOut === undefined ? null : [...optOut],
      },
    });
    this.#peer.notify("initialized", undefined);
  }

  #notified(method: string, params: unknown): void {
    let entry: Notification | undefined;
    try {
      entry = this.#edge.notification(method, params);
    } catch (error) {
      this.#onInvalid(error instanceof Error ? error.message : String(error));
      return;
    }
    if (entry === undefined) {
      this.#onInvalid(`${method} is no notification of this version of the protocol`);
      return;
    }
    if (entry.method === "serverRequest/resolved") this.#handlers.settle(entry.params.requestId);
    this.#log.append(entry);
  }
}

async function reach(
  target: FrameTransport | Connected | string,
  { token, session }: CodexClientOptions,
  cursor: number | null,
): Promise<Connected> {
  if (typeof target !== "string") {
    return "transport" in target ? target : { transport: target, session: null };
  }
  return connectSession(target, {
    ...(token !== undefined && { token }),
    ...(session !== undefined && { session: { device: session.device, cursor } }),
  });
}

function isOf<M extends ServerNotificationMethod>(
  entry: Notification,
  method: M,
): entry is Notification & Notification<M> {
  return entry.method === method;
}

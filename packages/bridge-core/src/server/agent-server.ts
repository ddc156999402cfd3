import { homedir } from "node:os";
import { join } from "node:path";
import { codexVersion } from "@fairlead/codex-proto";
import type { BridgeAdapter, BridgeFactory, BridgeHost } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import { mintId } from "../ids.ts";
import { allMethods } from "../methods/all-methods.ts";
import type { MethodEntry } from "../methods/table.ts";
import { defaultPolicy, type OperatorPolicy } from "../policy.ts";
import { loginShellEnvironment, type EnvironmentResolver } from "../process/environment.ts";
import { createBridgeHost } from "../process/host.ts";
import { ProcessGroups } from "../process/process-groups.ts";
import type { FrameTransport } from "../rpc/transport.ts";
import { fileEpochs, memoryEpochs } from "../session/epoch-source.ts";
import { defaultSessionLimits, type SessionLimits } from "../session/limits.ts";
import { SessionBook, type FoundSession } from "../session/session-book.ts";
import {
  encodeNotice,
  parseSessionQuery,
  sessionHeader,
  type SessionNotice,
  type SessionRequest,
} from "../session/session-notice.ts";
import type { Session } from "../session/session.ts";
import { fileStore, memoryStore } from "../threads/store.ts";
import type { ConnectionRequest, Upgrade } from "../transport/listen.ts";
import { AskDesk } from "./ask-desk.ts";
import { Audience } from "./audience.ts";
import { ChangeWatch } from "./change-watch.ts";
import { Connection, type ConnectionParts } from "./connection.ts";
import { ModelCatalogue } from "./model-catalogue.ts";
import { openAgent } from "./open-agent.ts";
import { ownPlatform } from "./platform.ts";
import type { ThreadServices } from "./services.ts";
import { ThreadBook } from "./thread-book.ts";

/** Settings of {@link createAgentServer}. */
export interface AgentServerOptions {
  readonly bridge: BridgeFactory;
  /**
   * Folder of the thread index and journals, created when missing. Null = in memory, lost at the
   * end.
   */
  readonly dataDir: string | null;
  /**
   * Absolute folder of threads whose client names none. Default: the home of the user. Never `/`.
   */
  readonly defaultCwd?: string;
  /** What no client may exceed. Default: approvals on, writes in the workspace only. */
  readonly policy?: OperatorPolicy;
  /**
   * What a program's environment would be in the user's terminal. Default: asks the login shell.
   */
  readonly environment?: EnvironmentResolver;
  /** Set in every environment of the agent, whatever the folder. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * What is started in place of the programs the bridge names, by their names: a path, or another
   * name on the `PATH`.
   */
  readonly programs?: ReadonlyMap<string, string>;
  /** Default: nothing is logged. */
  readonly log?: BridgeHost["log"];
  /**
   * After this long an unanswered approval counts as declined. In milliseconds; default null: it
   * waits for ever.
   */
  readonly approvalLimitMs?: number | null;
  /**
   * Shared by all servers of one program, so that its end is the end of every agent. Default: its
   * own.
   */
  readonly groups?: ProcessGroups;
  /** Agents kept running at once; idle ones beyond it end, the longest unused first. Default 16. */
  readonly maxAgents?: number;
  /**
   * Idle time after which an agent's process ends; its thread stays. In milliseconds, default ten
   * minutes.
   */
  readonly idleMs?: number;
  /**
   * Time an agent has to end an interrupted turn before it is ended itself. In milliseconds,
   * default five seconds.
   */
  readonly interruptGraceMs?: number;
  /**
   * Time without a connection after which a client that named its device is given up: its processes
   * end, what it was asked goes on waiting. In milliseconds, default ten minutes.
   */
  readonly sessionIdleMs?: number;
  /** Frames kept for a client that comes back. Default 2048, of 16 MiB together. */
  readonly ring?: { readonly frames?: number; readonly bytes?: number };
  /** Milliseconds since 1970. Default: the system clock. */
  readonly now?: () => number;
}

/** One agent, spoken to over the codex wire by any number of clients. */
export interface AgentServer extends AsyncDisposable {
  readonly adapter: BridgeAdapter;
  /** What becomes of each codex method, by name. */
  readonly methods: readonly MethodEntry[];
  /**
   * Takes a connection on. The server owns the transport from here on. Without `session` the client
   * ends with its connection; with one it may come back and gets what it missed.
   */
  attach(transport: FrameTransport, options?: AttachOptions): AttachedClient;
  /**
   * Takes on a connection of {@link listenWebSocket}, which may name its session in the query:
   * `?device=NAME&cursor=SEQ`. The header `fairlead-session` of the answer says what became of it.
   */
  readonly onUpgrade: (request: ConnectionRequest) => Upgrade;
}

/** How to take a connection on. */
export interface AttachOptions {
  /** Absent or null: a client nobody can come back to, whose frames carry no numbers. */
  readonly session?: SessionRequest | null;
  /**
   * Whether an answer of this client to a server request of a method can come. A question whose other
   * clients all refuse to answer does not wait for one who cannot. Default: to every method.
   */
  readonly mayAnswer?: (method: string) => boolean;
}

/** A client while it is connected. */
export interface AttachedClient {
  /** Resolves when the connection has ended. The session of a named device goes on. */
  readonly closed: Promise<void>;
  /** What became of the session asked for; null when none was. */
  readonly session: SessionNotice | null;
}

/**
 * Serves one agent over the codex `app-server` wire: the same threads for every client, turns that
 * go on when a client is lost, approvals that wait. Dispose ends every client, every agent process
 * and every command, and writes the index.
 */
export function createAgentServer(options: AgentServerOptions): AgentServer {
  const { bridge, dataDir, maxAgents = 16, idleMs = 10 * 60_000 } = options;
  const {
    policy = defaultPolicy,
    defaultCwd = homedir(),
    log = () => {},
    now = Date.now,
  } = options;
  const environment = options.environment ?? loginShellEnvironment({ log });
  const { groups = new ProcessGroups(), env, programs } = options;
  const host = createBridgeHost({
    environment,
    log,
    groups,
    ...(env !== undefined && { env }),
    ...(programs !== undefined && { programs }),
  });
  const adapter = bridge(host);
  if (adapter.contract !== 1) {
    throw new Error(
      `This bridge wants contract ${String(adapter.contract)}; this version of Fairlead has contract 1.`,
    );
  }
  const models = new ModelCatalogue({ adapter, log }, now);
  const everyone = new Audience(now);
  const agentDir = dataDir === null ? null : join(dataDir, adapter.id);
  const epochs =
    agentDir === null ? memoryEpochs(now) : fileEpochs(join(agentDir, "epoch"), now, log);
  const services: ThreadServices = {
    adapter,
    host,
    groups,
    store: agentDir === null ? memoryStore() : fileStore(join(agentDir, "threads"), log),
    desk: new AskDesk(options.approvalLimitMs ?? null, () => epochs.next()),
    policy,
    everyone,
    now,
    mint: mintId,
    defaultModel: () => models.defaultModel,
    log,
    clientToolServer: "client",
    interruptGraceMs: options.interruptGraceMs ?? 5000,
  };
  const life = new AbortController();
  const book: ThreadBook = new ThreadBook(services, {
    openAgent: (thread, unwanted) =>
      openAgent(services, thread, AbortSignal.any([life.signal, unwanted])),
    defaultCwd,
    maxAgents,
  });
  const changes = new ChangeWatch(book, life.signal);
  const methods = allMethods({ book, models, defaultCwd, environment });
  const reaper = setInterval(() => void book.reap(idleMs), Math.min(idleMs, 60_000));
  reaper.unref();
  const connections = new Set<Connection>();
  const sessions = new SessionBook({
    epochs,
    limits: sessionLimits(options.ring),
    idleMs: options.sessionIdleMs ?? 10 * 60_000,
    now,
    mint: mintId,
    onEnd(session: Session): void {
      everyone.delete(session);
      for (const thread of book.live) thread.audience.delete(session);
    },
  });
  let disposed: Promise<void> | null = null;

  const dispose = async (): Promise<void> => {
    clearInterval(reaper);
    life.abort(new Error("Fairlead is shutting down"));
    const gone = [...connections].map((connection) => connection.ended);
    sessions[Symbol.dispose]();
    await methods[Symbol.asyncDispose]();
    await book[Symbol.asyncDispose]();
    models[Symbol.dispose]();
    await adapter[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
    await Promise.all(gone);
    if (options.groups === undefined) groups[Symbol.dispose]();
  };

  const parts: ConnectionParts = {
    methods: methods.table,
    services,
    everyone,
    identity: (client, version) => ({
      // As codex builds it: clients read the first version and refuse old ones.
      userAgent: `${client}/${codexVersion} (fairlead; ${adapter.id}) (${client}; ${version})`,
      codexHome: dataDir ?? defaultCwd,
      ...ownPlatform(),
    }),
  };

  const take = (
    transport: FrameTransport,
    found: FoundSession | null,
    mayAnswer?: (method: string) => boolean,
  ): Promise<void> => {
    const session = found?.session ?? sessions.anonymous();
    if (mayAnswer !== undefined) session.limitAnswers(mayAnswer);
    const connection = new Connection(transport, session, parts);
    connections.add(connection);
    // Not before: with nobody to tell, nothing needs to be known.
    changes.start();
    session.attach(connection, found?.notice.seq ?? 0);
    return connection.ended.then(() => void connections.delete(connection));
  };

  return {
    adapter,
    methods: methods.table.entries(),
    attach(transport, { session = null, mayAnswer } = {}) {
      const found = session === null ? null : sessions.find(session);
      return { closed: take(transport, found, mayAnswer), session: found?.notice ?? null };
    },
    onUpgrade({ query }) {
      const wanted = parseSessionQuery(query);
      if (typeof wanted === "string") return { refusal: wanted };
      let found: FoundSession | null;
      try {
        found = wanted === null ? null : sessions.find(wanted);
      } catch (error) {
        return { refusal: messageOf(error) };
      }
      return {
        headers: found === null ? {} : { [sessionHeader]: encodeNotice(found.notice) },
        onConnection: (transport) => void take(transport, found),
      };
    },
    [Symbol.asyncDispose]: () => (disposed ??= dispose()),
  };
}

function sessionLimits(ring: AgentServerOptions["ring"]): SessionLimits {
  const { ringFrames, ringLength } = defaultSessionLimits;
  return {
    ...defaultSessionLimits,
    ringFrames: ring?.frames ?? ringFrames,
    ringLength: ring?.bytes ?? ringLength,
  };
}

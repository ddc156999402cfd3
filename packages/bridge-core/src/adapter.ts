/**
 * Everything an agent bridge implements and everything it may touch. Types only; no runtime code.
 */
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import type { AskAnswer, ThreadOp } from "./ops.ts";

/**
 * Default export of every bridge package. Must be cheap and pure: no spawn, no IO until a method is
 * called.
 */
export type BridgeFactory = (host: BridgeHost) => BridgeAdapter;

/**
 * One agent, as core uses it. Made once per server; dispose ends everything it started. Core calls
 * the methods at any time and several at once.
 */
export interface BridgeAdapter extends AsyncDisposable {
  /**
   * Core refuses other values with a readable message (two copies of core in one tree: never
   * `instanceof`).
   */
  readonly contract: 1;
  /** Kebab slug: storage namespace and agent name on the wire. */
  readonly id: string;
  /** The agent's name as people know it: core puts it into sentences for them. */
  readonly displayName: string;
  readonly capabilities: BridgeCapabilities;
  /** Usable right now? Never throws, ≤5 s, opens no session. */
  probe(o: Call): Promise<AgentStatus>;
  /**
   * Start, resume or fork one conversation. Rejects with a branded `BridgeError` of a {@link
   * FailureKind}. Where a resumed one still runs a turn (see {@link NativeSessions.changes}), its ops
   * are: the turn's `begin` under its native key, what it did so far as `sessions.read` would tell
   * it, an `ask` for each answer it waits for, and what it does from then on. Core leaves out what
   * it has shown.
   */
  openThread(spec: OpenThread, o: Call): Promise<AgentThread>;
  /** May start a backend. Core caches per cwd and never lets it delay `thread/list`. */
  listModels?(o: InFolder): Promise<readonly ModelInfo[]>;
  /** Skills and slash commands together; the wire has one list. */
  listCommands?(o: InFolder): Promise<readonly CommandInfo[]>;
  /**
   * Starts the backend that all threads of a folder share. Agents with a process per thread omit
   * it: see `spare`.
   */
  warm?(o: InFolder): Promise<void>;
  /**
   * Conversations in the agent's own storage, loaded or not. Absent = the agent keeps none that can
   * be read.
   */
  readonly sessions?: NativeSessions;
}
/** Only what a method's presence cannot say. */
export interface BridgeCapabilities {
  /**
   * all: asks before every effect; some: only what the agent deems dangerous; none: never (client
   * is warned).
   */
  readonly gating: "all" | "some" | "none";
  /**
   * How far `from` reaches: fork before any turn, only at the end, resume only, nothing (core
   * replays text).
   */
  readonly from: "forkAtTurn" | "forkAtEnd" | "resume" | "none";
  /** openThread leaves no trace on disk before the first prompt, so core may hold opened spares. */
  readonly spare: boolean;
  /** What a prompt may contain; core refuses the rest by name. */
  readonly input: readonly UserInput["type"][];
}
/** What every call gets: aborted when nobody wants the answer any more. */
export interface Call {
  readonly signal: AbortSignal;
}
/** A question whose answer depends on the folder. */
export interface InFolder extends Call {
  readonly cwd: string;
}
/** Whether the agent can be used now; `detail` is a sentence that says what to do. */
export type AgentStatus =
  | { readonly available: true; readonly version: string | null }
  /**
   * `login`: argv the user may run in a terminal (core offers it in its PTY); null when there is
   * none.
   */
  | {
      readonly available: false;
      readonly reason: "not-installed" | "unauthenticated" | "unsupported-version" | "error";
      readonly detail: string;
      readonly login: readonly string[] | null;
    };
/** A model the agent offers. */
export interface ModelInfo {
  /** What `Settings.model` takes. */
  readonly id: string;
  readonly label: string;
  /** What `Settings.effort` takes, lowest first; empty when the model has none. */
  readonly efforts: readonly string[];
  readonly defaultEffort: string | null;
  /** True for the one that runs when none is chosen. */
  readonly default: boolean;
}
/** A skill or a slash command of the agent's. */
export interface CommandInfo {
  readonly kind: "skill" | "command";
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  /** File that defines it; null when the agent does not tell. */
  readonly path: string | null;
}

/** How to open a conversation: new, resumed, or forked from another one. */
export interface OpenThread {
  /** Core's id (UUIDv7). The native session id too, where the agent lets its caller choose. */
  readonly threadId: string;
  readonly cwd: string;
  readonly settings: Settings;
  /** The client's own, on top of the agent's; null when there are none. */
  readonly instructions: string | null;
  /**
   * The user's servers plus, when the client supplied dynamic tools, core's own loopback server for
   * them.
   */
  readonly mcpServers: readonly McpServer[];
  /**
   * `before`: native key of the first turn to leave out. Rollback = fork before + same threadId;
   * core does that.
   */
  readonly from: null | {
    readonly nativeId: string;
    readonly fork: boolean;
    readonly before: string | null;
  };
}
/** What holds for a prompt: whole and effective. */
export interface Settings {
  /** Null: the agent's own default. */
  readonly model: string | null;
  /** Null: the model's own default. */
  readonly effort: string | null;
  /** `plan`: the agent proposes and changes nothing. */
  readonly mode: "default" | "plan";
  /** auto = the bridge must still obey `sandbox` as far as the agent can. */
  readonly approvals: "ask" | "auto";
  readonly sandbox: "read-only" | "workspace-write" | "danger-full-access";
}
/** An MCP server the agent shall use: started by it, or reached by URL. */
export type McpServer =
  | {
      readonly name: string;
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      readonly name: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/**
 * One live conversation. Core guarantees: one prompt at a time; verbs are never called after
 * dispose; `ops` has one consumer, started right after openThread, which always pulls: it never
 * waits for a client, an answer, the disk or another thread. Dispose is idempotent, never throws,
 * kills the process group.
 */
export interface AgentThread extends AsyncDisposable {
  /**
   * Known after openThread for most agents, else announced by a `session` op before the first
   * `end`.
   */
  readonly nativeId: string | null;
  /**
   * Everything the agent does, in the agent's order, inside turns and between them. Return or throw
   * = the agent is gone: core fails the open turn (throw a BridgeError for a precise reason),
   * disposes, and opens again from `nativeId` at the next prompt. For process agents this is `for
   * await (m of process.lines) yield* translate(m)`.
   */
  readonly ops: AsyncIterable<ThreadOp>;
  /**
   * Hand over one turn. Resolves when the agent has it, rejects if it will not run. Ends with an
   * `end` op.
   */
  prompt(turn: Prompt): Promise<void>;
  /**
   * Add input to the running turn. Resolves once the agent holds it AND the open turn's `end` will
   * come after its answer; else rejects `not-running` and core queues it as the agent's next
   * prompt, inside the same turn on the wire. Absent = core always queues.
   */
  steer?(input: readonly UserInput[], id: string): Promise<void>;
  /**
   * Stop the turn, drop the agent's own queue. An `end` op must follow within 5 s or core disposes
   * the thread.
   */
  interrupt(): Promise<void>;
  /** Reply to an `ask`. Called exactly once per ask unless withdrawn; unknown ids are ignored. */
  answer(ask: string, answer: AskAnswer): Promise<void>;
  /** Starts an agent turn (`begin`, a compaction item, `end`). */
  compact?(): Promise<void>;
}
/** One turn, as the agent gets it. */
export interface Prompt {
  /** Turn id on the wire. A UUID: pass it as the native message id where the agent accepts one. */
  readonly id: string;
  readonly input: readonly UserInput[];
  /** Whole and effective, not a diff. */
  readonly settings: Settings;
  /** JSON Schema of the final answer; null when it is free. */
  readonly outputSchema: JsonValue | null;
}

/** The agent's own storage of conversations, the ones from its own terminal included. */
export interface NativeSessions {
  /**
   * Newest first; stop pulling = stop reading. Never starts an agent process unless there is no
   * other source.
   */
  list(o: {
    readonly cwd: string | null;
    readonly signal: AbortSignal;
  }): AsyncIterable<NativeSession>;
  /**
   * Past turns, oldest first, each `begin … end`, as live ops; from the turn behind `after`. Core
   * indexes and pages. With {@link NativeSessions.changes}, a turn without `end` is one that runs
   * now; one that its agent died in has an `end` too.
   */
  read(
    nativeId: string,
    o: { readonly after: string | null; readonly signal: AbortSignal },
  ): AsyncIterable<ThreadOp>;
  /**
   * NativeIds that changed outside us. Present = conversations may go on without us: core opens the
   * agent as soon as a client resumes one, and again when one that clients follow changes; it tells
   * of new ones, and shows what went by meanwhile. Absent = core lists again on demand.
   *
   * One consumer per server, from its first client to its end. Never starts the agent: it waits for
   * a backend that runs. May name an id any number of times, ours too. When it returns or throws
   * core begins it again after a pause; it ends at the signal.
   */
  changes?(o: Call): AsyncIterable<string>;
  /** Absent = a title given here is core's alone. */
  rename?(nativeId: string, title: string): Promise<void>;
  /** Absent = `thread/delete` of a stored conversation is refused. */
  delete?(nativeId: string): Promise<void>;
}
/** One stored conversation, as far as a list shows it. */
export interface NativeSession {
  readonly nativeId: string;
  /** The conversation whose sub-agent this is. */
  readonly parentNativeId: string | null;
  readonly cwd: string | null;
  readonly title: string | null;
  /** First user message, one line. */
  readonly preview: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Equal stamp = equal content (size+mtime, revision): core keeps its index. */
  readonly stamp: string;
  readonly archived: boolean;
  /** Another process is writing it: core offers read and fork, not resume. */
  readonly busyElsewhere: boolean;
}

/**
 * Everything outside the bridge's own memory. Faked wholesale in tests. Calls after dispose reject.
 */
export interface BridgeHost {
  /** Own process group; environment = the user's launch environment of `cwd`, then `env`. */
  spawn(spec: SpawnSpec): AgentProcess;
  readonly fetch: typeof globalThis.fetch;
  /** Launch environment of a folder, for finding the agent's data directories. */
  environment(cwd: string | null): Promise<Readonly<Record<string, string>>>;
  /** Read-only. */
  readonly files: {
    list(folder: string): Promise<
      readonly {
        readonly name: string;
        readonly folder: boolean;
        readonly size: number;
        readonly mtimeMs: number;
      }[]
    >;
    read(
      path: string,
      o: { readonly start?: number; readonly signal: AbortSignal },
    ): AsyncIterable<Uint8Array>;
    watch(folder: string, o: Call): AsyncIterable<string>;
  };
  /** Loopback, tokened, for agents whose plugin or hook calls back. */
  listen(
    handler: (request: Request) => Promise<Response>,
  ): Promise<AsyncDisposable & { readonly url: string; readonly token: string }>;
  /** 32 random bytes, hex: passwords of shared backends. */
  secret(): string;
  sleep(ms: number, o: Call): Promise<void>;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
}
/**
 * A program to start. `file` is looked up on the PATH of `cwd`'s environment; `env` goes on top of
 * it.
 */
export interface SpawnSpec {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}
/** A running program of the agent's. Dispose ends its whole process group. */
export interface AgentProcess extends AsyncDisposable {
  /**
   * One per line, LF only. Text that is not JSON is delivered, not fatal: a banner, a login prompt.
   */
  readonly lines: AsyncIterable<{ readonly json: unknown } | { readonly text: string }>;
  /** One JSON line; resolves when the pipe took it. */
  write(message: unknown): Promise<void>;
  /** Close stdin. */
  end(): void;
  /** To the agent only, not the group. */
  signal(name: "SIGINT" | "SIGTERM"): void;
  /** Never rejects. `stderr`: last 8 KiB. */
  readonly exited: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly stderr: string;
  }>;
}

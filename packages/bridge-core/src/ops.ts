/**
 * What an agent did, as data: the half of the contract that a bridge's translator makes. Types
 * only.
 */
import type { CommandAction, JsonValue, UserInput } from "@fairlead/codex-proto";
import type { Settings } from "./adapter.ts";

/**
 * What the agent did. Pure JSON: a translator is `(native) => ThreadOp[]`, with no callbacks, ids,
 * clock or IO. `key` is the agent's own id of the thing, unique within its turn and equal live and
 * in `sessions.read`; where the agent has none, a counter. Wire ids are `uuid5(turnId, key)`: see
 * IDS below.
 */
export type ThreadOp = OpBody & {
  /** Key of a sub-agent's thread (see `child`); absent = this thread. */
  readonly thread?: string;
  /** The agent's own time; core's clock otherwise. Required in `sessions.read`. */
  readonly atMs?: number;
};
type OpBody =
  /**
   * A turn the client did not start (task notification, foreign prompt, history). While one is
   * open: folded into it. With a key that was a turn before it is another turn on the wire; one that
   * the agent never ended, because the daemon or the agent was cut off, goes on in it, where the
   * agent's conversations go on without us: its input and the items shown whole are not shown again.
   */
  | { readonly op: "begin"; readonly turn: string; readonly input: readonly UserInput[] }
  /**
   * The native key of a turn or steer that core started: joins history to what was seen live. Also
   * the key of a copied turn in a fork, `id` being its key in the original.
   */
  | { readonly op: "alias"; readonly id: string; readonly key: string }
  /**
   * `turn`: Prompt.id or begin's key; ends nothing else. Omit only if the agent cannot say. Still
   * open items are closed.
   */
  | {
      readonly op: "end";
      readonly turn?: string;
      readonly status: "completed" | "interrupted" | "failed";
      readonly failure?: Failure;
    }
  /**
   * Upsert by key; the type is fixed by the first one (wait until it is known). Re-opening a closed
   * key is ignored.
   */
  | { readonly op: "open"; readonly key: string; readonly item: ItemDraft }
  /**
   * message, reasoning (part = summary section), plan. Streamed text is final; there is no
   * retraction on the wire.
   */
  | { readonly op: "text"; readonly key: string; readonly delta: string; readonly part?: number }
  /**
   * command, mcpTool. `total` = cumulative output: core sends the new suffix, also when by now the
   * start is missing. Capped by core at 256 KiB, never held whole.
   */
  | { readonly op: "output"; readonly key: string; readonly delta: string }
  | { readonly op: "output"; readonly key: string; readonly total: string }
  /**
   * `item` completes the draft (exit code, diffs, result); `output` is the truth and may differ
   * from the deltas. What the user declined, and then is `failed` or of no status, is `declined`.
   */
  | {
      readonly op: "close";
      readonly key: string;
      readonly status?: "completed" | "failed" | "declined";
      readonly item?: ItemPatch;
      readonly output?: string;
    }
  /** The agent's list of steps, whole. */
  | {
      readonly op: "plan";
      readonly steps: readonly {
        readonly step: string;
        readonly status: "pending" | "inProgress" | "completed";
      }[];
    }
  /**
   * After each model request. `session` only if the agent counts it; core sums otherwise. `window`
   * = context size.
   */
  | {
      readonly op: "usage";
      readonly last: Tokens;
      readonly session?: Tokens;
      readonly window?: number;
    }
  /**
   * Ask the user; `id` is native. May come between turns and in child threads. Open the item first.
   */
  | { readonly op: "ask"; readonly id: string; readonly ask: Ask }
  /**
   * The agent no longer waits. Implied by the item's close, the turn's end and the stream's end.
   */
  | { readonly op: "withdraw"; readonly id: string }
  /**
   * A sub-agent's conversation. Its ops follow with `thread: key`, its own begin/end, and may
   * outlive our turn.
   */
  | {
      readonly op: "child";
      readonly key: string;
      readonly item: string | null;
      readonly nativeId: string | null;
      readonly title: string | null;
    }
  /**
   * Work goes on between turns (a background command): while true the agent must not be let go for
   * being idle.
   */
  | { readonly op: "background"; readonly running: boolean }
  /** The conversation has another native id from here on. */
  | { readonly op: "session"; readonly nativeId: string }
  /**
   * The agent itself changed them. `approvals` and `sandbox` are the user's and not taken from
   * here.
   */
  | { readonly op: "settings"; readonly changed: Partial<Settings> }
  | { readonly op: "title"; readonly title: string }
  /** A sentence for the user; the turn goes on. */
  | { readonly op: "notice"; readonly message: string }
  /** A model request failed and is tried again. */
  | { readonly op: "retry"; readonly failure: Failure };

/*
 * IDS (core only; a bridge sees just OpenThread.threadId and Prompt.id). Unique within a thread.
 * 1 The wire id of a native key K inside a scope S is K itself if it is a UUID, else uuid5(S, K).
 * 2 threadId: minted for ours (and offered as native id), else id(agent, nativeId); a sub-agent's is
 *   id(parent thread, child key). Many nativeIds may be one thread (rollback, compaction), never the
 *   other way round.
 * 3 turnId: minted for client turns, because turn/start is answered before the agent speaks, else
 *   id(thread, begin.turn), or uuid5(thread, "ID again N") where that is used up; an `alias` joins
 *   both. itemId = uuid5(turnId, key); that of a user message = uuid5(turnId, "user" | steer id).
 * 4 The journal wins: turns core saw are served from its journal, and sessions.read supplies only
 *   turns none of whose keys core has seen, and the rest of those that were cut. So keys must be
 *   durable only for turns core never saw; a fork journals what it inherits.
 */

/**
 * Tokens of one or more model requests. `input` includes `cached`, `output` includes `reasoning`.
 */
export interface Tokens {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}
/** Why something failed, as far as clients and core tell apart. */
export type FailureKind =
  | "context-window"
  | "usage-limit"
  | "rate-limit"
  | "overloaded"
  | "unauthenticated"
  | "bad-request"
  | "connection"
  | "not-found"
  | "busy-elsewhere"
  | "not-running"
  | "unsupported"
  | "not-installed"
  | "crashed"
  | "other";
/**
 * A failure with its sentence for the user, and the HTTP status of the model's answer where there
 * was one.
 */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly httpStatus?: number;
}

/** Drafts, not wire items: core fills the rest. Unknown native tools are `tool`, never nothing. */
export type ItemDraft =
  | { readonly type: "message" }
  | { readonly type: "reasoning" }
  | { readonly type: "plan"; readonly text?: string }
  | {
      readonly type: "command";
      readonly command: string;
      readonly cwd: string | null;
      readonly exitCode?: number | null;
      /**
       * What it reads, lists or searches, for tools that say so; core derives it from the text
       * otherwise.
       */
      readonly actions?: readonly CommandAction[];
      /** `userShell`: the user ran it, not the agent. Default `agent`. */
      readonly source?: "agent" | "userShell";
    }
  | { readonly type: "fileChange"; readonly changes: readonly FileChange[] }
  | {
      readonly type: "mcpTool";
      readonly server: string;
      readonly tool: string;
      readonly arguments: JsonValue;
      readonly result?: readonly ToolContent[];
    }
  | {
      readonly type: "tool";
      readonly tool: string;
      readonly arguments: JsonValue;
      readonly result?: readonly ToolContent[];
    }
  | { readonly type: "subagent"; readonly prompt: string }
  | { readonly type: "webSearch"; readonly query: string }
  | { readonly type: "imageView"; readonly path: string }
  | { readonly type: "compaction" };
/** What a later op knows of an item: any fields of its draft, and its type. */
export type ItemPatch = ItemDraft extends infer D
  ? D extends { readonly type: infer T }
    ? { readonly type: T } & Partial<Omit<D, "type">>
    : never
  : never;
/** One file of a change. */
export interface FileChange {
  /** Absolute. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly movedTo?: string;
  /** Unified hunks; whole content for add/delete. */
  readonly diff: string;
}
/** A piece of a tool's result. */
export type ToolContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly mediaType: string; readonly base64: string };

/**
 * A question to the user. `scope`: what "for this session" would cover, in the agent's words ("echo
 * *"). Core remembers it and answers later asks of equal scope itself; a bridge never tells an
 * agent "always". Null = this call only. A change of files may have several, mostly one for each file, as
 * codex has it: each is granted, and a later ask is answered when all of its own are.
 */
export type Ask =
  | {
      readonly kind: "command";
      readonly key: string;
      readonly reason: string | null;
      readonly scope: string | null;
    }
  | {
      readonly kind: "fileChange";
      readonly key: string;
      readonly reason: string | null;
      readonly scope: string | readonly string[] | null;
    }
  | {
      readonly kind: "permissions";
      readonly key: string;
      readonly reason: string | null;
      readonly scope: string | null;
      readonly read: readonly string[];
      readonly write: readonly string[];
      readonly network: boolean;
    }
  /** Also plan-mode exit: a plan item, then one question whose options are the agent's. */
  | { readonly kind: "questions"; readonly key: string; readonly questions: readonly Question[] }
  | {
      readonly kind: "elicitation";
      readonly server: string;
      readonly message: string;
      readonly form: JsonValue | null;
      readonly url: string | null;
    };
/**
 * One question; `freeText`: an answer beside the options is allowed; `secret`: do not show what is
 * typed.
 */
export interface Question {
  readonly id: string;
  readonly header: string;
  readonly question: string;
  readonly options: readonly { readonly label: string; readonly description: string }[];
  readonly multiple: boolean;
  readonly freeText: boolean;
  readonly secret: boolean;
}
/**
 * What a bridge is told about an ask, in `AgentThread.answer`. Core reads the clients' words; they
 * arrive so:
 *
 * - `accept`, to a command, a file change or permissions: a clear yes, be it for once or for the
 *   session. Later asks of a scope the user granted for the session get it at once, unasked.
 * - `answers` to questions, `content` to an elicitation: what the user gave.
 * - `decline`: every other answer. The client's no, permissions granted in part, an empty answer,
 *   refusals of all clients asked, the operator's time limit. The turn goes on.
 * - A client's `cancel` of a command or a file change: `decline`, then `interrupt()`, which is called
 *   without waiting for `answer` to resolve.
 * - A client's `cancel` of an elicitation: `cancel`, and the turn goes on.
 * - An interrupt while an ask waits: `cancel` for each that waits, then `interrupt()`, in the same
 *   manner. What is asked after that, until the turn ends, gets `cancel` unasked.
 *
 * No answer comes to an ask that is withdrawn, whose item is closed or whose turn ends first, nor
 * when the thread is disposed. A lost client answers nothing.
 */
export type AskAnswer =
  | { readonly type: "accept" }
  | { readonly type: "decline" }
  | { readonly type: "cancel" }
  | { readonly type: "answers"; readonly answers: Readonly<Record<string, readonly string[]>> }
  | { readonly type: "content"; readonly content: JsonValue };

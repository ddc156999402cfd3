import type { Settings, ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, numberOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { Conversation, type ConversationContext } from "./conversation.ts";
import { retryOf } from "./failures.ts";
import { askOf, type PendingAsk } from "./replies.ts";
import type { Turns } from "./turns.ts";

/** What a translator has to know beside the events. */
export interface TranslatorOptions {
  /** The root session. */
  readonly session: string;
  /** Folder of the session: paths in a model's words are relative to it. */
  readonly cwd: string;
  /** MCP servers by their names in OpenCode, which calls their tools `SERVER_TOOL`; the user's names. */
  readonly servers?: () => ReadonlyMap<string, string>;
  /** Context size of a model, where OpenCode tells it. */
  readonly window?: (provider: string, model: string) => number | undefined;
}

/** The root session or that of a sub-agent, whose thread has its name. */
interface Session {
  readonly conversation: Conversation;
  /** The session that started it; null for the root. */
  readonly parent: string | null;
  /** Its thread was told of. */
  isLinked: boolean;
}

const quiet =
  /^(message\.(part\.)?removed|todo\.updated|session\.(idle|diff|compacted|deleted)|command\.executed|file\.|server\.|plugin\.|catalog\.|integration\.|reference\.|lsp\.|vcs\.|mcp\.|pty\.|tui\.|project\.|installation\.|worktree\.|workspace\.|models-dev\.|ide\.)/;

/**
 * Events of one root session and of its sub-agents' child sessions, as ops of one thread. Pure. The
 * caller hands in every event of a session this one {@link owns}, or whose parent it owns, in order.
 */
export class Translator {
  /** Asks that wait for an answer, by id: `per_…` or `que_…`. The caller deletes what it answers. */
  readonly pending = new Map<string, PendingAsk>();
  /** Number of the running retry of a model request, by session; OpenCode itself never gives up. */
  readonly attempts = new Map<string, number>();
  /** Turns of the root session: the caller says which prompts it sent. */
  readonly turns: Turns;
  readonly #root: string;
  readonly #context: ConversationContext;
  readonly #sessions = new Map<string, Session>();
  #title = "";
  #settings: Pick<Settings, "model" | "effort" | "mode"> | null = null;
  #isReverted = false;

  constructor({ session, cwd, servers, window }: TranslatorOptions) {
    this.#root = session;
    this.#context = {
      place: () => ({ cwd, servers: servers?.() ?? new Map() }),
      window: (provider, model) => window?.(provider, model),
    };
    const conversation = new Conversation(this.#context);
    this.#sessions.set(session, { conversation, parent: null, isLinked: true });
    this.turns = conversation.turns;
  }

  /** True for the root session and every child of it known so far. */
  owns(session: string): boolean {
    return this.#sessions.has(session);
  }

  /** The ops of an event; null when its kind is unknown. */
  translate({ type, properties }: Fields): ThreadOp[] | null {
    const told = fieldsOf(properties);
    if (type === "session.created" || type === "session.updated") {
      return this.#session(fieldsOf(told["info"]));
    }
    const session = textOf(told["sessionID"]);
    const conversation = this.#sessions.get(session)?.conversation;
    if (conversation === undefined) return [];
    const ops = this.#translate(textOf(type), told, session, conversation);
    return ops === null ? null : this.#within(session, ops);
  }

  #translate(type: string, told: Fields, session: string, of: Conversation): ThreadOp[] | null {
    switch (type) {
      case "message.updated":
        return of.message(fieldsOf(told["info"]));
      case "message.part.updated":
        return this.#part(fieldsOf(told["part"]), session, of);
      case "message.part.delta":
        return of.delta(told);
      case "session.status":
        return this.#status(fieldsOf(told["status"]), session, of);
      case "session.error":
        return of.error(fieldsOf(told["error"]));
      case "permission.asked":
      case "question.asked":
        return this.#ask(told, session, of);
      case "permission.replied":
      case "question.replied":
      case "question.rejected": {
        // Answered elsewhere, or by us: then it waits no more.
        const id = textOf(told["requestID"]);
        return this.pending.delete(id) ? [{ op: "withdraw", id }] : [];
      }
      default:
        return quiet.test(type) ? [] : null;
    }
  }

  #session({ id, parentID, title, agent, model, revert }: Fields): ThreadOp[] {
    const parent = textOf(parentID);
    if (this.owns(parent)) this.#adopt(textOf(id), parent);
    if (id !== this.#root) return [];
    const ops = this.#changed(textOf(agent), fieldsOf(model));
    const name = textOf(title);
    // Until a title is found OpenCode writes the time into its place.
    const isNamed = name !== this.#title && !/^New session - \d/.test(name);
    if (isNamed) ops.push({ op: "title", title: name });
    this.#title = name;
    const wasReverted = this.#isReverted;
    this.#isReverted = revert !== undefined && revert !== null;
    if (!this.#isReverted || wasReverted) return ops;
    const message =
      "The conversation was set back in OpenCode: the next prompt goes on from there.";
    return [...ops, { op: "notice", message }];
  }

  /** What a session runs with is first told as it is, and as a change from then on. */
  #changed(agent: string, { id, providerID, variant }: Fields): ThreadOp[] {
    if (agent === "" || typeof id !== "string") return [];
    const before = this.#settings;
    const effort = typeof variant === "string" && variant !== "default" ? variant : null;
    const mode: Settings["mode"] = agent === "plan" ? "plan" : "default";
    const now = { model: `${textOf(providerID)}/${id}`, effort, mode };
    this.#settings = now;
    if (before === null) return [];
    const changed = {
      ...(before.model !== now.model && { model: now.model }),
      ...(before.effort !== effort && { effort }),
      ...(before.mode !== mode && { mode }),
    };
    return Object.keys(changed).length === 0 ? [] : [{ op: "settings", changed }];
  }

  #adopt(session: string, parent: string): void {
    if (this.owns(session)) return;
    const conversation = new Conversation(this.#context);
    this.#sessions.set(session, { conversation, parent, isLinked: false });
  }

  #part(part: Fields, session: string, of: Conversation): ThreadOp[] | null {
    const ops = of.part(part);
    const { metadata, input, status } = fieldsOf(part["state"]);
    const { sessionId: child, background } = fieldsOf(metadata);
    if (part["tool"] !== "task" || typeof child !== "string" || ops === null) return ops;
    this.#adopt(child, session);
    const title = textOf(fieldsOf(input)["description"]) || null;
    const linked = this.#link(child, textOf(part["id"]), title);
    if (status === "running" || background === true) return [...ops, ...linked];
    const result = status === "error" ? "interrupted" : "completed";
    return [...linked, ...this.#endChild(child, result), ...ops];
  }

  /** Names a child's thread: by its session, which is the same live and in storage. */
  #link(child: string, item: string | null, title: string | null): ThreadOp[] {
    const session = this.#sessions.get(child);
    if (session === undefined || session.isLinked) return [];
    session.isLinked = true;
    return [{ op: "child", key: child, item, nativeId: child, title }];
  }

  #endChild(child: string, status: "completed" | "interrupted"): ThreadOp[] {
    const ops = this.#sessions.get(child)?.conversation.end({ status }) ?? [];
    return this.#within(child, this.#ended(child, ops));
  }

  #status(status: Fields, session: string, of: Conversation): ThreadOp[] {
    if (status["type"] === "idle") {
      this.attempts.delete(session);
      return this.#ended(session, of.idle());
    }
    of.busy();
    if (status["type"] !== "retry") return [];
    const attempt = numberOf(status["attempt"]) ?? 1;
    if (this.attempts.get(session) === attempt) return [];
    this.attempts.set(session, attempt);
    return [...of.abandon(), { op: "retry", failure: retryOf(status) }];
  }

  /** What a turn's end takes along: its asks, and the sub-agents that were stopped with it. */
  #ended(session: string, ops: ThreadOp[]): ThreadOp[] {
    const [end] = ops;
    if (end?.op !== "end") return ops;
    for (const [id, ask] of this.pending) if (ask.session === session) this.pending.delete(id);
    if (end.status === "completed") return ops;
    const children = [...this.#sessions].filter(([, { parent }]) => parent === session);
    return [...children.flatMap(([child]) => this.#endChild(child, "interrupted")), end];
  }

  #ask(asked: Fields, session: string, of: Conversation): ThreadOp[] {
    const id = textOf(asked["id"]);
    const { call, opened } = of.asked(asked);
    if (this.pending.has(id)) return [opened];
    const key = textOf(call["id"]);
    const ask = askOf(key, asked, textOf(call["tool"]));
    const questions = ask.kind === "questions" ? ask.questions.map((each) => each.id) : null;
    this.pending.set(id, { id, session, key, questions });
    return [opened, { op: "ask", id, ask }];
  }

  #within(session: string, ops: ThreadOp[]): ThreadOp[] {
    const parent = this.#sessions.get(session)?.parent ?? null;
    if (parent === null) return ops;
    const begins = ops.some(({ op }) => op === "begin");
    const linked = begins ? this.#link(session, null, null) : [];
    const inside = ops.map((op) => ("thread" in op ? op : { ...op, thread: session }));
    return [...this.#within(parent, linked), ...inside];
  }
}

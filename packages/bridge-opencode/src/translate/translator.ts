import type { Ask, Settings, ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, numberOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { Conversation, type ConversationContext } from "./conversation.ts";
import { retryOf } from "./failures.ts";
import { permissionAsk, questionsOf, type PendingAsk } from "./replies.ts";
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

/** A child session and the call it belongs to. */
interface Child {
  readonly session: string;
  /** The session that started it. */
  readonly parent: string;
  linked: boolean;
}

const quiet =
  /^(session\.(idle|diff|compacted|deleted)|command\.executed|file\.|server\.|plugin\.|catalog\.|integration\.|reference\.|lsp\.|vcs\.|mcp\.|pty\.|tui\.|project\.|installation\.|worktree\.|workspace\.|models-dev\.|ide\.)/;

/**
 * Events of one root session and of its sub-agents' child sessions, as ops of one thread. Pure. The
 * caller hands in every event of a session this one {@link owns}, or whose parent it owns, in order.
 */
export class Translator {
  /** Asks that wait for an answer, by id: `per_…` or `que_…`. The caller deletes what it answers. */
  readonly pending = new Map<string, PendingAsk>();
  /** Keys of items (`PendingAsk.key`) that the user declined: the caller adds, they close so. */
  readonly declined = new Set<string>();
  /** Number of the running retry of a model request, by session; OpenCode itself never gives up. */
  readonly attempts = new Map<string, number>();
  readonly #options: TranslatorOptions;
  readonly #context: ConversationContext;
  readonly #conversations = new Map<string, Conversation>();
  readonly #children = new Map<string, Child>();
  readonly #root: Conversation;
  #title = "";
  #settings: Pick<Settings, "model" | "effort" | "mode"> | null = null;
  #reverted = false;

  constructor(options: TranslatorOptions) {
    this.#options = options;
    this.#context = {
      place: () => ({ cwd: options.cwd, servers: options.servers?.() ?? new Map() }),
      window: (provider, model) => options.window?.(provider, model),
      declined: this.declined,
    };
    this.#root = new Conversation(this.#context);
    this.#conversations.set(options.session, this.#root);
  }

  /** Turns of the root session: the caller says which prompts it sent. */
  get turns(): Turns {
    return this.#root.turns;
  }

  /** True for the root session and every child of it known so far. */
  owns(session: string): boolean {
    return this.#conversations.has(session);
  }

  /** The ops of an event; null when its kind is unknown. */
  translate({ type, properties }: Fields): ThreadOp[] | null {
    const told = fieldsOf(properties);
    const session = textOf(told["sessionID"]);
    if (type === "session.created" || type === "session.updated") return this.#session(told);
    const conversation = this.#conversations.get(session);
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
      case "message.part.removed":
        return of.removed(told);
      case "message.removed":
        return [];
      case "session.status":
        return this.#status(fieldsOf(told["status"]), session, of);
      case "session.error":
        return of.error(fieldsOf(told["error"]));
      case "todo.updated":
        return of.plan(told["todos"]);
      case "permission.asked":
        return this.#permission(told, session, of);
      case "question.asked":
        return this.#question(told, session, of);
      case "permission.replied":
      case "question.replied":
      case "question.rejected":
        return this.#replied(told);
      default:
        return quiet.test(type) ? [] : null;
    }
  }

  #session({ info }: Fields): ThreadOp[] {
    const { id, parentID, title, agent, model, revert } = fieldsOf(info);
    const session = textOf(id);
    const parent = textOf(parentID);
    if (this.owns(parent) && !this.owns(session)) this.#adopt(session, parent);
    if (session !== this.#options.session) return [];
    const ops = this.#changed(textOf(agent), fieldsOf(model));
    const name = textOf(title);
    // Until a title is found OpenCode writes the time into its place.
    if (name !== this.#title && !/^New session - \d/.test(name))
      ops.push({ op: "title", title: name });
    this.#title = name;
    const reverted = revert !== undefined && revert !== null;
    if (reverted && !this.#reverted) {
      const message =
        "The conversation was set back in OpenCode: the next prompt goes on from there.";
      ops.push({ op: "notice", message });
    }
    this.#reverted = reverted;
    return ops;
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
      ...(before.model === now.model ? {} : { model: now.model }),
      ...(before.effort === effort ? {} : { effort }),
      ...(before.mode === mode ? {} : { mode }),
    };
    return Object.keys(changed).length === 0 ? [] : [{ op: "settings", changed }];
  }

  #adopt(session: string, parent: string): void {
    this.#conversations.set(session, new Conversation(this.#context));
    this.#children.set(session, { session, parent, linked: false });
  }

  #part(part: Fields, session: string, of: Conversation): ThreadOp[] | null {
    const ops = of.part(part);
    if (part["tool"] !== "task" || ops === null) return ops;
    const { metadata, input, status } = fieldsOf(part["state"]);
    const { sessionId, background } = fieldsOf(metadata);
    if (typeof sessionId !== "string") return ops;
    if (!this.owns(sessionId)) this.#adopt(sessionId, session);
    const title = textOf(fieldsOf(input)["description"]) || null;
    const linked = this.#link(sessionId, textOf(part["id"]), title);
    const goesOn = status === "running" || background === true;
    if (goesOn) return [...ops, ...linked];
    const result = status === "error" ? "interrupted" : "completed";
    return [...linked, ...this.#endChild(sessionId, result), ...ops];
  }

  /** Names a child's thread: by its session, which is the same live and in storage. */
  #link(session: string, item: string | null, title: string | null): ThreadOp[] {
    const child = this.#children.get(session);
    if (child === undefined || child.linked) return [];
    child.linked = true;
    return [{ op: "child", key: session, item, nativeId: session, title }];
  }

  #endChild(session: string, status: "completed" | "interrupted"): ThreadOp[] {
    const ops = this.#conversations.get(session)?.end({ status }) ?? [];
    return this.#within(session, this.#ended(session, ops));
  }

  #status(status: Fields, session: string, of: Conversation): ThreadOp[] {
    switch (status["type"]) {
      case "busy":
        of.busy();
        return [];
      case "retry": {
        const failure = retryOf(status);
        const attempt = numberOf(status["attempt"]) ?? 1;
        if (this.attempts.get(session) === attempt) return [];
        this.attempts.set(session, attempt);
        of.busy();
        return [...of.abandon(), { op: "retry", failure }];
      }
      default: {
        this.attempts.delete(session);
        return this.#ended(session, of.idle());
      }
    }
  }

  /** What a turn's end takes along: its asks, and the sub-agents that were stopped with it. */
  #ended(session: string, ops: ThreadOp[]): ThreadOp[] {
    const [end] = ops;
    if (end?.op !== "end") return ops;
    for (const [id, ask] of this.pending) if (ask.session === session) this.pending.delete(id);
    if (end.status === "completed") return ops;
    const children = [...this.#children.values()].filter(({ parent }) => parent === session);
    return [...children.flatMap((child) => this.#endChild(child.session, "interrupted")), end];
  }

  #permission(asked: Fields, session: string, of: Conversation): ThreadOp[] {
    const { tool, key, opened } = of.asked(asked);
    const ask = permissionAsk(key, asked, tool);
    return [
      ...opened,
      ...this.#ask({ kind: "permission", session, key, questions: [] }, asked, ask),
    ];
  }

  #question(asked: Fields, session: string, of: Conversation): ThreadOp[] {
    const { key, opened } = of.asked(asked);
    const questions = questionsOf(asked["questions"]);
    const ids = questions.map(({ id }) => id);
    const ask = { kind: "questions", key, questions } as const;
    return [
      ...opened,
      ...this.#ask({ kind: "question", session, key, questions: ids }, asked, ask),
    ];
  }

  #ask(pending: Omit<PendingAsk, "id">, asked: Fields, ask: Ask): ThreadOp[] {
    const id = textOf(asked["id"]);
    if (this.pending.has(id)) return [];
    this.pending.set(id, { ...pending, id });
    return [{ op: "ask", id, ask }];
  }

  /** Answered elsewhere, or by us: then it waits no more. */
  #replied({ requestID }: Fields): ThreadOp[] {
    const id = textOf(requestID);
    return this.pending.delete(id) ? [{ op: "withdraw", id }] : [];
  }

  #within(session: string, ops: ThreadOp[]): ThreadOp[] {
    if (session === this.#options.session) return ops;
    const begins = ops.some(({ op }) => op === "begin");
    const linked = begins ? this.#link(session, null, null) : [];
    const inside = ops.map((op) => ("thread" in op ? op : { ...op, thread: session }));
    const { parent } = this.#children.get(session) ?? {};
    return [...this.#within(parent ?? this.#options.session, linked), ...inside];
  }
}

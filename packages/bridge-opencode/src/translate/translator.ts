import type { ThreadOp } from "@fairlead/bridge-core";
import {
  Facts,
  fieldsOf,
  PendingAsks,
  SessionTree,
  settingFacts,
  textOf,
  type Fields,
  type OrderedTurns,
  type SessionTranslator,
} from "@fairlead/bridge-core/parts";
import { Conversation, type TranslatorOptions } from "./conversation.ts";
import { askOf } from "./replies.ts";

const quiet =
  /^(message\.(part\.)?removed|todo\.updated|session\.(idle|diff|compacted|deleted)|command\.executed|file\.|server\.|plugin\.|catalog\.|integration\.|reference\.|lsp\.|vcs\.|mcp\.|pty\.|tui\.|project\.|installation\.|worktree\.|workspace\.|models-dev\.|ide\.)/;

/**
 * Events of one root session and of its sub-agents' child sessions, as ops of one thread. Pure. The
 * caller hands in every event of a session this one {@link owns}, or whose parent it owns, in order.
 */
export class Translator implements SessionTranslator {
  readonly pending: PendingAsks = new PendingAsks();
  readonly #root: string;
  readonly #sessions: SessionTree<Conversation>;
  readonly #facts = new Facts();

  constructor(options: TranslatorOptions) {
    this.#root = options.session;
    this.#sessions = new SessionTree(this.#root, () => new Conversation(options));
  }

  get turns(): OrderedTurns {
    return this.#sessions.root.turns;
  }

  owns(session: string): boolean {
    return this.#sessions.get(session) !== undefined;
  }

  translate({ type, properties }: Fields): ThreadOp[] | null {
    const told = fieldsOf(properties);
    if (type === "session.created" || type === "session.updated") {
      return this.#session(fieldsOf(told["info"]));
    }
    const session = textOf(told["sessionID"]);
    const conversation = this.#sessions.get(session);
    if (conversation === undefined) return [];
    const ops = this.#translate(textOf(type), told, session, conversation);
    if (ops === null) return null;
    const all = this.#sessions.within(session, ops);
    this.pending.passed(all, this.#root);
    return all;
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
        return of.status(fieldsOf(told["status"]));
      case "session.error":
        return of.error(fieldsOf(told["error"]));
      case "permission.asked":
      case "question.asked":
        return this.#ask(told, session, of);
      case "permission.replied":
      case "question.replied":
      case "question.rejected":
        return this.pending.replied(textOf(told["requestID"]));
      default:
        return quiet.test(type) ? [] : null;
    }
  }

  #session({ id, parentID, title, agent, model, revert }: Fields): ThreadOp[] {
    this.#sessions.adopt(textOf(id), textOf(parentID));
    if (id !== this.#root) return [];
    const name = textOf(title);
    // Until a title is found OpenCode writes the time into its place.
    const isNamed = !/^New session - \d/.test(name);
    const message =
      "The conversation was set back in OpenCode: the next prompt goes on from there.";
    return this.#facts.news({
      ...settingsOf(textOf(agent), fieldsOf(model)),
      title: isNamed ? { op: "title", title: name } : null,
      revert: fieldsOf(revert)["messageID"] === undefined ? null : { op: "notice", message },
    });
  }

  #part(part: Fields, session: string, of: Conversation): ThreadOp[] | null {
    const ops = of.part(part);
    const { metadata, input, status } = fieldsOf(part["state"]);
    const { sessionId: child, background } = fieldsOf(metadata);
    if (part["tool"] !== "task" || typeof child !== "string" || ops === null) return ops;
    const title = textOf(fieldsOf(input)["description"]) || null;
    const ended = status === "error" ? "interrupted" : "completed";
    const result = status === "running" || background === true ? null : ended;
    const place = { parent: session, item: textOf(part["id"]), title };
    return this.#sessions.call(child, place, result, ops);
  }

  #ask(asked: Fields, session: string, of: Conversation): ThreadOp[] {
    const { call, opened } = of.asked(asked);
    const key = textOf(call["id"]);
    const ask = askOf(key, asked, textOf(call["tool"]));
    return [opened, ...this.pending.asked({ id: textOf(asked["id"]), session, key }, ask)];
  }
}

/** What a session runs with, each fact by itself; nothing where it is not told. */
function settingsOf(agent: string, { id, providerID, variant }: Fields): Record<string, ThreadOp> {
  if (agent === "" || typeof id !== "string") return {};
  const effort = typeof variant === "string" && variant !== "default" ? variant : null;
  const mode = agent === "plan" ? "plan" : "default";
  return settingFacts({ model: `${textOf(providerID)}/${id}`, effort, mode });
}

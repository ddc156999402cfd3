import { RpcError } from "@fairlead/bridge-core/session";
import type { AgentEntry } from "../agents/agent-entry.ts";
import type { ClientSeat, Reply } from "./client-seat.ts";
import { type Fields, elementsOf, fieldsOf, textOf } from "./fields.ts";
import type { GatewayParts } from "./parts.ts";
import type { UnifiedShared } from "./unified-shared.ts";
import { type FindAgent, splitModelId } from "./unified/model-id.ts";
import { moveDecision } from "./unified/move-decision.ts";
import { rewriteRequest } from "./unified/rewrite-models.ts";
import { errorOf } from "./upstream.ts";

/** Threads whose opening is remembered, so that they can be opened elsewhere alike. */
const maxOpenings = 200;

/** Settings that go over to another agent: what its turns may do, and where. */
const carried: ReadonlySet<string> = new Set([
  "cwd",
  "approvalPolicy",
  "sandboxPolicy",
  "permissions",
]);

/** A request that wants a model of another agent. */
export interface WantedMove {
  readonly method: string;
  readonly params: unknown;
  /** As the client knows it. */
  readonly threadId: string;
  readonly owner: AgentEntry;
  readonly model: string;
}

/** Threads that go over to the agent of the model their client chose, before their first prompt. */
export class ThreadMoves {
  readonly #parts: GatewayParts;
  readonly #shared: UnifiedShared;
  readonly #findAgent: FindAgent;
  /** Params of `thread/start`, by the id clients know. */
  readonly #openings = new Map<string, Fields>();
  /** New homes of threads that clients know already, so that their start is no news. */
  readonly #arrivals = new Set<string>();
  /** What was set on threads since, by the id clients know. */
  readonly #settings = new Map<string, Fields>();

  constructor(parts: GatewayParts, shared: UnifiedShared, findAgent: FindAgent) {
    this.#parts = parts;
    this.#shared = shared;
    this.#findAgent = findAgent;
  }

  /** Whether a model is one of another agent than the thread's. */
  isElsewhere(model: string, owner: AgentEntry): boolean {
    const split = splitModelId(model, this.#findAgent);
    return split !== null && split.agent !== owner.name;
  }

  /** Whether a notification tells of the start of a thread that clients know already. */
  hides(agent: string, method: string, threadId: string): boolean {
    return method === "thread/started" && this.#arrivals.delete(`${agent} ${threadId}`);
  }

  /** Remembers how a thread was opened, once it is. */
  started(method: string, params: unknown, reply: Reply): Reply {
    if (method !== "thread/start") return reply;
    return (answer) => {
      const id =
        answer.kind === "result" ? textOf(fieldsOf(answer.result())["thread"], "id") : null;
      if (id !== null) this.#openings.set(id, fieldsOf(params));
      const [oldest] = this.#openings.keys();
      if (this.#openings.size > maxOpenings && oldest !== undefined) this.#openings.delete(oldest);
      reply(answer);
    };
  }

  /** Remembers what an agent says is set on a thread, by the id clients know. */
  told(method: string, threadId: string, params: unknown): void {
    if (method !== "thread/settings/updated") return;
    this.#settle(threadId, fieldsOf(fieldsOf(params)["threadSettings"]));
  }

  /** Remembers what a request has set, once it is. */
  changed(method: string, params: unknown, reply: Reply): Reply {
    const threadId = textOf(params, "threadId");
    if (method !== "thread/settings/update" || threadId === null) return reply;
    return (answer) => {
      if (answer.kind === "result") this.#settle(threadId, fieldsOf(params));
      reply(answer);
    };
  }

  /** Resolves when a thread does not move any more; null when it does not now. Never rejects. */
  under(threadId: string): Promise<unknown> | null {
    return this.#shared.moving.get(threadId) ?? null;
  }

  /**
   * Sends the request to the agent that is to get it: the thread's, or that of the model, to which the
   * thread has moved by then. Rejects with a sentence when it cannot move. Requests about the thread
   * are to wait meanwhile, whoever's they are: see {@link under}.
   */
  async decide(
    seat: ClientSeat,
    wanted: WantedMove,
    send: (to: AgentEntry) => void,
  ): Promise<void> {
    const { moving } = this.#shared;
    const sent = this.#decide(seat, wanted).then(send);
    const settled = sent.catch(() => null);
    moving.set(wanted.threadId, settled);
    try {
      await sent;
    } finally {
      if (moving.get(wanted.threadId) === settled) moving.delete(wanted.threadId);
    }
  }

  async #decide(seat: ClientSeat, wanted: WantedMove): Promise<AgentEntry> {
    const { method, owner, model } = wanted;
    const hasTurns = await this.#hasTurns(seat, wanted);
    const thread = { agent: owner.name, hasTurns };
    const findAgent = this.#findAgent;
    const decision = moveDecision({ method, thread, requested: model, findAgent });
    switch (decision.kind) {
      case "stay":
        return owner;
      case "refuse":
        throw RpcError.invalidRequest(decision.sentence);
      case "move":
        return this.#move(seat, wanted, decision.agent);
    }
  }

  #settle(threadId: string, given: Fields): void {
    const set = Object.entries(given).filter(([key, value]) => carried.has(key) && value != null);
    if (set.length === 0) return;
    const { sandboxPolicy, permissions, ...before } = this.#settings.get(threadId) ?? {};
    // Each of the two replaces the other.
    const replaced = set.some(([key]) => key === "sandboxPolicy" || key === "permissions");
    const kept = replaced ? before : { ...before, sandboxPolicy, permissions };
    this.#settings.delete(threadId);
    this.#settings.set(threadId, { ...kept, ...Object.fromEntries(set) });
    const [oldest] = this.#settings.keys();
    if (this.#settings.size > maxOpenings && oldest !== undefined) this.#settings.delete(oldest);
  }

  async #move(
    seat: ClientSeat,
    { threadId, owner, model }: WantedMove,
    to: string,
  ): Promise<AgentEntry> {
    const target = this.#parts.agents.find(to);
    if (target === undefined) throw RpcError.invalidRequest(`${to} is not switched on`);
    const before = this.#shared.aliases.target(threadId);
    const native = before?.nativeId ?? threadId;
    const opening = this.#openings.get(threadId) ?? (await this.#openingOf(seat, owner, native));
    const settings = this.#settings.get(threadId);
    const wanted = { ...opening, model };
    const params = rewriteRequest("thread/start", wanted, to, this.#findAgent);
    const started = await ask(seat, target, "thread/start", params, (result) => {
      // Right with the answer: what the agent says of the thread from here on is the client's.
      const id = textOf(fieldsOf(result)["thread"], "id");
      if (id === null) return;
      this.#arrivals.add(`${to} ${id}`);
      this.#shared.aliases = this.#shared.aliases.with(threadId, { agent: to, nativeId: id });
    });
    const id = textOf(fieldsOf(started)["thread"], "id");
    if (id === null) {
      throw RpcError.invalidRequest(`${target.displayName} did not open a thread for ${model}`);
    }
    try {
      // It must not be freer there than its client has set it.
      if (settings !== undefined) {
        await ask(seat, target, "thread/settings/update", { ...settings, threadId: id });
      }
    } catch (error) {
      const { aliases } = this.#shared;
      this.#shared.aliases = aliases.with(
        threadId,
        before ?? { agent: owner.name, nativeId: native },
      );
      await ask(seat, target, "thread/delete", { threadId: id }).catch(() => null);
      throw error;
    }
    // It is empty. Where it cannot be deleted it is out of the way.
    await ask(seat, owner, "thread/delete", { threadId: native }).catch(() =>
      ask(seat, owner, "thread/archive", { threadId: native }).catch(() => null),
    );
    this.#parts.directory.forget(threadId);
    return target;
  }

  /** A thread nobody here opened is opened alike as far as its agent tells. */
  async #openingOf(seat: ClientSeat, owner: AgentEntry, threadId: string): Promise<Fields> {
    const known = await ask(seat, owner, "thread/resume", { threadId, excludeTurns: true })
      .catch(() => ask(seat, owner, "thread/read", { threadId, includeTurns: false }))
      .then(fieldsOf);
    const { sandbox: sandboxPolicy, approvalPolicy } = known;
    const shown = this.#shared.aliases.shownId(owner.name, threadId);
    this.#settle(shown, { approvalPolicy, sandboxPolicy, ...this.#settings.get(shown) });
    const cwd = textOf(known["thread"], "cwd");
    return cwd === null ? {} : { cwd };
  }

  async #hasTurns(seat: ClientSeat, { threadId, owner }: WantedMove): Promise<boolean> {
    const { aliases } = this.#shared;
    const native = aliases.target(threadId)?.nativeId ?? threadId;
    if (this.#parts.ledger.runningOn(owner.name, native) !== undefined) return true;
    const page = { threadId: native, limit: 1, itemsView: "notLoaded" };
    try {
      const listed = await ask(seat, owner, "thread/turns/list", page);
      return elementsOf(fieldsOf(listed)["data"]).length > 0;
    } catch (error) {
      // A thread that nobody has spoken in is not written down yet: codex says so in these words.
      if (error instanceof RpcError && isUnwritten.test(error.message)) return false;
      throw error;
    }
  }
}

const isUnwritten = /not materialized|before first user message|no rollout|not found|not loaded/iu;

function ask(
  seat: ClientSeat,
  entry: AgentEntry,
  method: string,
  params: unknown,
  onResult: (result: unknown) => void = () => {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    seat.send(entry, method, params, (answer) => {
      if (answer.kind === "error") return reject(errorOf(answer.error));
      const result = answer.result();
      onResult(result);
      resolve(result);
    });
  });
}

import type { AgentEntry } from "../agents/agent-entry.ts";
import { withoutTerminals } from "../agents/without-terminals.ts";
import type { ClientSeat, Reply } from "./client-seat.ts";
import type { EndpointRules } from "./endpoint-rules.ts";
import { fieldsOf, textOf } from "./fields.ts";
import type { GatewayParts } from "./parts.ts";
import {
  namesThreads,
  saysUnknownThread,
  threadOf,
  threadOfRequest,
  threadsInResult,
} from "./thread-names.ts";
import { ThreadSearch } from "./thread-search.ts";

/** Foreign threads of one client that are remembered. */
const maxForeign = 1000;

/**
 * The endpoint of one agent. A request about a thread of another agent goes to that one: clients that
 * keep a connection per agent send some of them over the wrong one.
 */
export class AgentRules implements EndpointRules {
  readonly #made: AgentEntry;
  readonly #parts: GatewayParts;
  readonly #search: ThreadSearch;
  /** Threads of other agents that the client has spoken of. */
  readonly #foreign = new Set<string>();

  constructor(home: AgentEntry, parts: GatewayParts) {
    this.#made = home;
    this.#parts = parts;
    this.#search = new ThreadSearch({ ...parts, agents: withoutTerminals(parts.agents) });
  }

  async ready(): Promise<void> {}

  lost(): void {}

  recall(agent: string, threadId: string): void {
    if (agent !== this.#made.name) this.#remember(threadId);
  }

  agentOf(_seat: ClientSeat, method: string, params: unknown): string {
    const threadId = threadOfRequest(method, params);
    return (threadId === null ? undefined : this.#ownerOf(threadId))?.name ?? this.#home.name;
  }

  run(seat: ClientSeat, method: string, params: unknown, reply: Reply): void {
    const threadId = threadOfRequest(method, params);
    if (threadId === null) return seat.send(this.#home, method, params, reply);
    const owner = this.#ownerOf(threadId);
    if (owner !== undefined) return this.#sendTo(owner, seat, method, params, threadId, reply);
    seat.send(this.#home, method, params, (answer) => {
      if (answer.kind === "result" || !saysUnknownThread(answer.error.message))
        return reply(answer);
      void this.#search.find(seat, threadId, this.#home).then((found) => {
        if (found === null || found.name === this.#made.name) return reply(answer);
        return this.#sendTo(found, seat, method, params, threadId, reply);
      });
    });
  }

  shown(_seat: ClientSeat, agent: string, _method: string, params: unknown): unknown {
    if (agent === this.#home.name) return params;
    // Of another agent only what is about the threads the client has spoken of there.
    const threadId = threadOf(params);
    if (threadId === null) return null;
    if (this.#foreign.has(threadId)) return params;
    const parent = textOf(fieldsOf(params)["thread"], "parentThreadId");
    if (parent === null || !this.#foreign.has(parent)) return null;
    this.#remember(threadId);
    return params;
  }

  shownDelta(_agent: string, text: string): string {
    return text;
  }

  /** As the configuration has it now: a reload may have made it anew. */
  get #home(): AgentEntry {
    return this.#parts.agents.find(this.#made.name) ?? this.#made;
  }

  #ownerOf(threadId: string): AgentEntry | undefined {
    const name = this.#parts.directory.ownerOf(threadId);
    return name === undefined ? undefined : this.#parts.agents.find(name);
  }

  #sendTo(
    agent: AgentEntry,
    seat: ClientSeat,
    method: string,
    params: unknown,
    threadId: string,
    reply: Reply,
  ): void {
    if (agent.name === this.#made.name) return seat.send(agent, method, params, reply);
    this.#remember(threadId);
    seat.send(agent, method, params, (answer) => {
      // A fork, a review: what it made is the client's as well.
      if (answer.kind === "result" && namesThreads(method)) {
        for (const id of threadsInResult(method, answer.result())) this.#remember(id);
      }
      reply(answer);
    });
  }

  #remember(threadId: string): void {
    this.#foreign.add(threadId);
    if (this.#foreign.size <= maxForeign) return;
    const [oldest] = this.#foreign;
    if (oldest !== undefined) this.#foreign.delete(oldest);
  }
}

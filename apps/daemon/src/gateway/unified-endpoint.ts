import { encodeNotification, messageOf, RpcError, rpcCode } from "@fairlead/bridge-core/session";
import type { AgentEntry } from "../agents/agent-entry.ts";
import type { ClientSeat, Reply } from "./client-seat.ts";
import { fieldsOf, textOf } from "./fields.ts";
import type { GatewayParts } from "./parts.ts";
import { threadOf, threadOfRequest } from "./thread-names.ts";
import { ThreadMoves } from "./thread-moves.ts";
import { ThreadSearch } from "./thread-search.ts";
import type { UnifiedShared } from "./unified-shared.ts";
import { agentlessTarget, type UnifiedAgents } from "./unified/agentless-target.ts";
import type { AskAgent, Merged } from "./unified/ask-agents.ts";
import { Handles } from "./unified/handles.ts";
import {
  mergeLoadedList,
  mergeModelList,
  mergeProviderList,
  mergeSkillsList,
} from "./unified/merge-catalogues.ts";
import { mergeThreadList, mergeThreadSearch } from "./unified/merge-threads.ts";
import type { FindAgent } from "./unified/model-id.ts";
import {
  mayNeedRewriting,
  requestedModel,
  rewriteNotification,
  rewriteRequest,
  rewriteResult,
} from "./unified/rewrite-models.ts";
import { errorOf, failedAnswer, type UpstreamAnswer } from "./upstream.ts";

/** Time each agent has for its part of a merged answer. */
const partTimeoutMs = 10_000;
/** The same for one that did not answer the last time, until it does. */
const lateTimeoutMs = 1000;

/** What one client makes of all agents together. */
export class UnifiedEndpoint {
  readonly #parts: GatewayParts;
  readonly #shared: UnifiedShared;
  readonly #search: ThreadSearch;
  readonly #handles = new Handles();
  readonly #moves: ThreadMoves;
  readonly #findAgent: FindAgent;
  /** Agents that did not answer in time. */
  readonly #late = new Set<string>();
  /** What the client was warned of, once. */
  readonly #warned = new Set<string>();
  /** Agent whose account is the client's. */
  #accountOf: string | null = null;

  constructor(parts: GatewayParts, shared: UnifiedShared) {
    this.#parts = parts;
    this.#shared = shared;
    this.#search = new ThreadSearch(parts);
    this.#findAgent = (name) => parts.agents.find(name)?.name;
    this.#moves = new ThreadMoves(parts, shared, this.#findAgent);
  }

  /** Name of the agent of the thread the params name; null when they name none that is known. */
  ownerOf(params: unknown): string | null {
    const threadId = textOf(params, "threadId");
    return threadId === null ? null : (this.#knownOwner(threadId)?.name ?? null);
  }

  run(seat: ClientSeat, method: string, params: unknown, reply: Reply): void {
    const threadId = threadOfRequest(method, params);
    if (threadId === null) {
      void this.#agentless(seat, method, params, reply).catch((error: unknown) => {
        reply(answerOf(error));
      });
      return;
    }
    const moving = this.#moves.under(threadId);
    if (moving !== null) {
      void moving.then(() => this.run(seat, method, params, reply));
      return;
    }
    const owner = this.#knownOwner(threadId);
    if (owner !== undefined) return this.#ofThread(seat, owner, method, params, threadId, reply);
    void this.#unknownThread(seat, method, params, threadId, reply).catch((error: unknown) => {
      reply(answerOf(error));
    });
  }

  shown(agent: string, method: string, params: unknown): unknown {
    const { aliases } = this.#shared;
    this.#handles.told(method, params);
    const threadId = threadOf(params);
    if (threadId !== null && aliases.isLeftBehind(agent, threadId)) return null;
    if (threadId !== null && this.#moves.hides(agent, method, threadId)) return null;
    const isAccount = method.startsWith("account/");
    if (isAccount && this.#accountOf !== null && agent !== this.#accountOf) return null;
    if (threadId !== null) this.#moves.told(method, aliases.shownId(agent, threadId), params);
    const rewritten = mayNeedRewriting(method)
      ? rewriteNotification(method, params, agent)
      : params;
    return this.#inClientWords(agent, rewritten);
  }

  shownDelta(agent: string, text: string): string {
    return this.#shared.aliases.toClient(agent, text);
  }

  lost(agent: string): void {
    this.#handles.lost(agent);
  }

  #knownOwner(threadId: string): AgentEntry | undefined {
    const name =
      this.#shared.aliases.target(threadId)?.agent ?? this.#parts.directory.ownerOf(threadId);
    return name === undefined ? undefined : this.#parts.agents.find(name);
  }

  async #unknownThread(
    seat: ClientSeat,
    method: string,
    params: unknown,
    threadId: string,
    reply: Reply,
  ): Promise<void> {
    const home = this.#parts.agents.find(await this.#shared.defaultAgent()) ?? null;
    const found = (await this.#search.find(seat, threadId, home)) ?? home;
    if (found === null) return reply(failedAnswer("No agent is switched on."));
    this.#ofThread(seat, found, method, params, threadId, reply);
  }

  #ofThread(
    seat: ClientSeat,
    owner: AgentEntry,
    method: string,
    params: unknown,
    threadId: string,
    reply: Reply,
  ): void {
    const model = requestedModel(method, params);
    if (model === null || !this.#moves.isElsewhere(model, owner)) {
      return this.#forward(seat, owner, method, params, reply);
    }
    // Clients name the model they would start with; whose thread it is decides the thread.
    if (method === "thread/resume") {
      return this.#forward(seat, owner, method, withoutModel(params), reply);
    }
    const wanted = { method, params, threadId, owner, model };
    void this.#moves
      .decide(seat, wanted, (target) => this.#forward(seat, target, method, params, reply))
      .catch((error: unknown) => {
        // Of an error here the codex TUI shows that there was one, and no more.
        if (method === "thread/settings/update") this.#warn(seat, messageOf(error));
        reply(answerOf(error));
      });
  }

  async #agentless(seat: ClientSeat, method: string, params: unknown, reply: Reply): Promise<void> {
    const holder = this.#handles.agentOf(method, params);
    const held = holder === undefined ? undefined : this.#parts.agents.find(holder);
    if (held !== undefined) return this.#forward(seat, held, method, params, reply);
    const agents = await this.#usable();
    const target = agentlessTarget(method, params, agents);
    switch (target.kind) {
      case "gateway":
        throw RpcError.invalidRequest("Already initialized");
      case "all": {
        const { result, leftOut } = await this.#merged(seat, method, params, agents);
        for (const { agent, reason } of leftOut) {
          this.#warn(seat, `${agent} is left out of ${method}: ${reason}`);
        }
        const body = `"result":${JSON.stringify(result ?? null)}}`;
        return reply({ kind: "result", body, result: () => result });
      }
      case "one": {
        const entry = this.#parts.agents.find(target.agent);
        if (entry === undefined) throw RpcError.invalidRequest("no agent is switched on");
        if (method === "account/read") this.#accountOf = entry.name;
        const answered = this.#moves.started(method, params, reply);
        return this.#forward(seat, entry, method, params, answered);
      }
    }
  }

  /** Sends a request to its agent in that one's words, and its answer back in the client's. */
  #forward(
    seat: ClientSeat,
    entry: AgentEntry,
    method: string,
    params: unknown,
    reply: Reply,
  ): void {
    const agent = entry.name;
    this.#handles.sent(method, params, agent);
    const done = this.#moves.changed(method, params, reply);
    seat.send(entry, method, this.#toAgent(agent, method, params), (answer) => {
      this.#handles.answered(method, params, answer.kind === "error");
      done(this.#toClient(agent, method, answer));
    });
  }

  #toAgent(agent: string, method: string, params: unknown): unknown {
    const { aliases } = this.#shared;
    const named =
      aliases.size === 0 ? params : withText(params, (text) => aliases.toAgent(agent, text));
    return rewriteRequest(method, named, agent, this.#findAgent);
  }

  #toClient(agent: string, method: string, answer: UpstreamAnswer): UpstreamAnswer {
    const { aliases } = this.#shared;
    if (answer.kind === "error") {
      const { message, ...error } = answer.error;
      return { kind: "error", error: { ...error, message: this.#spoken(agent, message) } };
    }
    if (!mayNeedRewriting(method)) {
      return { ...answer, body: aliases.toClient(agent, answer.body) };
    }
    const given = answer.result();
    const rewritten = rewriteResult(method, given, agent);
    const before =
      rewritten === given ? answer.body : `"result":${JSON.stringify(rewritten ?? null)}}`;
    return { kind: "result", body: aliases.toClient(agent, before), result: () => rewritten };
  }

  /** With the ids that clients know threads by. */
  #inClientWords(agent: string, value: unknown): unknown {
    const { aliases } = this.#shared;
    if (aliases.size === 0) return value;
    return withText(value, (text) => aliases.toClient(agent, text));
  }

  /** The same in a sentence, where ids stand without quotes. */
  #spoken(agent: string, message: string): string {
    const { aliases } = this.#shared;
    return message.replaceAll(anId, (id) => aliases.shownId(agent, id));
  }

  #merged(
    seat: ClientSeat,
    method: string,
    params: unknown,
    { names, defaultAgent }: UnifiedAgents,
  ): Promise<Merged<unknown>> {
    const ask = this.#askOf(seat);
    switch (method) {
      case "thread/list":
        return mergeThreadList(params, names, ask);
      case "thread/search":
        return mergeThreadSearch(params, names, ask);
      case "thread/loaded/list":
        return mergeLoadedList(params, names, ask);
      case "skills/list":
        return mergeSkillsList(params, names, ask);
      case "modelProvider/list":
        return mergeProviderList(names, defaultAgent, ask);
      case "model/list": {
        const agents = names.map((name) => ({
          name,
          displayName: this.#parts.agents.find(name)?.displayName ?? name,
        }));
        return mergeModelList(params, agents, defaultAgent, ask);
      }
      default:
        return Promise.reject(RpcError.methodNotFound(`${method} is not answered by all agents`));
    }
  }

  #askOf(seat: ClientSeat): AskAgent {
    return (agent, method, params) =>
      new Promise((resolve, reject) => {
        const entry = this.#parts.agents.find(agent);
        if (entry === undefined) return reject(new Error(`${agent} is switched off`));
        const timeoutMs = this.#late.has(agent) ? lateTimeoutMs : partTimeoutMs;
        const late = setTimeout(() => {
          this.#late.add(agent);
          reject(new Error("it does not answer in time"));
        }, timeoutMs);
        this.#forward(seat, entry, method, params, (answer) => {
          clearTimeout(late);
          this.#late.delete(agent);
          if (answer.kind === "error") return reject(errorOf(answer.error));
          resolve(this.#withoutLeftBehind(agent, answer.result()));
        });
      });
  }

  /** An empty thread that moved away is a thread of the other agent now. */
  #withoutLeftBehind(agent: string, result: unknown): unknown {
    const { aliases } = this.#shared;
    const shown = this.#inClientWords(agent, result);
    const { data } = fieldsOf(shown);
    if (aliases.size === 0 || !Array.isArray(data)) return shown;
    const rows: readonly unknown[] = data;
    const kept = rows.filter((row) => {
      const id = typeof row === "string" ? row : (textOf(row, "id") ?? threadOf(row));
      return id === null || !aliases.isLeftBehind(agent, id);
    });
    return { ...fieldsOf(shown), data: kept };
  }

  async #usable(): Promise<UnifiedAgents> {
    const { agents } = this.#parts;
    const up = await Promise.all(
      agents.names.map(async (name) => {
        const status = await agents.find(name)?.status();
        return status?.available === true ? [name] : [];
      }),
    );
    const defaultAgent = await this.#shared.defaultAgent();
    return { names: up.flat(), defaultAgent, findAgent: this.#findAgent };
  }

  #warn(seat: ClientSeat, message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    const params = { threadId: null, message };
    seat.tell("warning", encodeNotification("warning", params, this.#parts.now()));
  }
}

/** The error as an answer. */
function answerOf(error: unknown): UpstreamAnswer {
  const isRpc = error instanceof RpcError;
  const code = isRpc ? error.code : rpcCode.internalError;
  return { kind: "error", error: { code, message: messageOf(error) } };
}

const anId = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gu;

/** What a client resumes keeps its model: the answer says which. */
function withoutModel(params: unknown): unknown {
  const { model: _model, modelProvider: _provider, ...rest } = fieldsOf(params);
  return rest;
}

/** A value whose JSON text is changed; the value itself when it is not. */
function withText(value: unknown, change: (text: string) => string): unknown {
  const text = JSON.stringify(value);
  if (text === undefined) return value;
  const changed = change(text);
  if (changed === text) return value;
  const parsed: unknown = JSON.parse(changed);
  return parsed;
}

import { withoutTerminals } from "../agents/without-terminals.ts";
import type { ClientSeat, Reply } from "./client-seat.ts";
import type { EndpointRules } from "./endpoint-rules.ts";
import type { GatewayParts } from "./parts.ts";
import type { UnifiedEndpoint } from "./unified-endpoint.ts";
import type { UnifiedShared } from "./unified-shared.ts";
import { failedAnswer } from "./upstream.ts";

/**
 * The endpoint that is all agents, for one client. What it takes is loaded when the first client of
 * it asks something: a start has no need of it.
 */
export class UnifiedRules implements EndpointRules {
  readonly #parts: GatewayParts;
  readonly #shared: UnifiedShared;
  #endpoint: UnifiedEndpoint | null = null;
  #loading: Promise<void> | null = null;

  constructor(parts: GatewayParts, shared: UnifiedShared) {
    this.#parts = { ...parts, agents: withoutTerminals(parts.agents) };
    this.#shared = shared;
  }

  ready(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  agentOf(_seat: ClientSeat, _method: string, params: unknown): string | null {
    return this.#endpoint?.ownerOf(params) ?? null;
  }

  run(seat: ClientSeat, method: string, params: unknown, reply: Reply): void {
    if (this.#endpoint !== null) return this.#endpoint.run(seat, method, params, reply);
    void this.ready().then(() => {
      if (this.#endpoint !== null) return this.#endpoint.run(seat, method, params, reply);
      return reply(failedAnswer("The endpoint of all agents could not be loaded."));
    });
  }

  shown(_seat: ClientSeat, agent: string, method: string, params: unknown): unknown {
    return this.#endpoint === null ? params : this.#endpoint.shown(agent, method, params);
  }

  shownDelta(agent: string, text: string): string {
    return this.#endpoint?.shownDelta(agent, text) ?? text;
  }

  recall(): void {}

  lost(agent: string): void {
    this.#endpoint?.lost(agent);
  }

  async #load(): Promise<void> {
    try {
      const { UnifiedEndpoint } = await import("./unified-endpoint.ts");
      await this.#shared.load();
      this.#endpoint = new UnifiedEndpoint(this.#parts, this.#shared);
    } catch (error) {
      this.#parts.log("warn", "the endpoint of all agents could not be loaded", error);
    }
  }
}

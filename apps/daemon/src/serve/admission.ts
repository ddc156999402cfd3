import { messageOf } from "@fairlead/bridge-core/transport";
import type { Admission, AdmittedClient, AgentSummary, ClientClaim } from "@fairlead/bridge-core";
import type { AgentDirectory } from "../agents/agent-entry.ts";
import { describeAgents, worthTelling } from "../agents/describe.ts";
import { includesRole } from "../devices/method-roles.ts";
import { localOperator, type Principal } from "../devices/principal.ts";
import type { Gateway } from "../gateway/types.ts";
import { unknownAgent } from "../registry.ts";

/** What decides about clients. */
export interface AdmissionParts {
  /** Loaded when the first client comes. */
  readonly gateway: () => Promise<Gateway>;
  readonly agents: AgentDirectory;
  /** Whether this is the token of the operator's own clients. */
  readonly isOperator: (token: string) => boolean;
  /** Who is behind any other claim. */
  readonly identify: (
    claim: ClientClaim,
    o: { readonly signal: AbortSignal },
  ) => Promise<Principal | { readonly refusal: string }>;
}

/** Lets clients in: the operator's own by their token, devices by what the authority says. */
export class ClientAdmission {
  readonly #parts: AdmissionParts;
  #closed: string | null = null;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Refuses everybody from now on, with this sentence. */
  close(reason: string): void {
    this.#closed = reason;
  }

  /** Never rejects. */
  async admit(claim: ClientClaim, o: { readonly signal: AbortSignal }): Promise<Admission> {
    if (this.#closed !== null) return { refusal: this.#closed };
    try {
      const principal = await this.#identify(claim, o);
      if ("refusal" in principal) return { refusal: inWordsOf(claim, principal.refusal) };
      return { client: await this.#client(principal) };
    } catch (error) {
      return { refusal: messageOf(error) };
    }
  }

  /** The operator, for sockets that only this user can open. Rejects once closed. */
  async operator(): Promise<AdmittedClient> {
    if (this.#closed !== null) throw new Error(this.#closed);
    return this.#client(localOperator);
  }

  async #identify(
    claim: ClientClaim,
    o: { readonly signal: AbortSignal },
  ): Promise<Principal | { readonly refusal: string }> {
    const { isOperator, identify } = this.#parts;
    const { token, key } = claim;
    return key === null && token !== null && isOperator(token) ? localOperator : identify(claim, o);
  }

  async #client(principal: Principal): Promise<AdmittedClient> {
    const { agents } = this.#parts;
    const gateway = await this.#parts.gateway();
    return {
      ended: principal.ended,
      agents: async () => worthTelling(await describeAgents(agents)).told.map(summaryOf),
      async restartAgent(name) {
        if (!includesRole(principal.role, "drive")) {
          throw new Error(
            `restarting an agent needs the role drive; this device may ${principal.role}`,
          );
        }
        const entry = agents.find(name);
        if (entry === undefined) throw new Error(unknownAgent(name, agents.names));
        await entry.restart();
      },
      open: (wanted) => gateway.open(principal, wanted),
    };
  }
}

/** Clients over WebSocket know codex's own words. */
function inWordsOf({ key }: ClientClaim, refusal: string): string {
  return key === null && refusal === "invalid token" ? "invalid websocket bearer token" : refusal;
}

function summaryOf(agent: Awaited<ReturnType<typeof describeAgents>>[number]): AgentSummary {
  const { name, displayName, available, version, aliases, threadPermissions, reason, fix } = agent;
  const unavailableReason =
    reason === null ? null : fix === null ? reason : `${reason} (type \`${fix}\` on the host)`;
  return { name, displayName, available, version, aliases, threadPermissions, unavailableReason };
}

import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentEntry } from "../../src/agents/agent-entry.ts";
import { createGateway } from "../../src/gateway/gateway.ts";
import type { Gateway, GatewayObserver, GatewayOptions } from "../../src/gateway/types.ts";
import { Mailbox } from "../../../../packages/bridge-core/test/support/mailbox.ts";

/** A gateway over agents, with what it logs and tells. */
export interface Stage extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly log: Mailbox<string>;
  /** Every call of the observer: name and arguments without the principal. */
  readonly told: Mailbox<readonly [name: string, ...rest: unknown[]]>;
  /** Another gateway over the same folder, as after a kill: nothing was put away. */
  reborn(agents?: readonly (AgentEntry & AsyncDisposable)[]): Gateway;
}

export function stage(
  agents: readonly (AgentEntry & AsyncDisposable)[],
  limits: GatewayOptions["limits"] = {},
  now: () => number = Date.now,
): Stage {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-gateway-"));
  const log = new Mailbox<string>();
  const told: Stage["told"] = new Mailbox();
  const observer: GatewayObserver = {
    sessionOpened: (_, endpoint, attached) => told.put(["sessionOpened", endpoint, attached]),
    requested: (_, event) => told.put(["requested", event]),
    refused: (_, method, reason) => told.put(["refused", method, reason]),
    answered: (_, event) => told.put(["answered", event]),
    turnStarted: (event) => told.put(["turnStarted", event]),
    firstDelta: (event, afterMs) => told.put(["firstDelta", event, afterMs]),
    turnEnded: (event, status) => told.put(["turnEnded", event, status]),
    framesDropped: (count) => told.put(["framesDropped", count]),
    agentLost: (agent, reason) => told.put(["agentLost", agent, reason]),
  };
  const gateways: Gateway[] = [];
  const all = new Set(agents);
  const make = (of: readonly AgentEntry[]): Gateway => {
    const gateway = createGateway({
      agents: {
        names: of.map(({ name }) => name),
        find: (name) => of.find((agent) => agent.name === name || agent.aliases.includes(name)),
      },
      stateDir: folder,
      defaultAgent: async () => of[0]?.name ?? "",
      observer,
      log: (_level, message) => log.put(message),
      limits,
      now,
    });
    gateways.push(gateway);
    return gateway;
  };
  return {
    gateway: make(agents),
    folder,
    log,
    told,
    reborn(others = agents) {
      for (const agent of others) all.add(agent);
      return make(others);
    },
    async [Symbol.asyncDispose]() {
      for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
      for (const agent of all) await agent[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import {
  type AgentStatus,
  type EnvironmentResolver,
  createBridgeHost,
} from "@fairlead/bridge-core";
import { bridges } from "../registry.ts";
import type { Log } from "./log.ts";

/** How long an agent may take to say that it is there. */
const probeTimeoutMs = 5000;

/** One agent and whether it can be used here and now. */
export interface Found {
  readonly name: string;
  readonly displayName: string;
  readonly status: AgentStatus;
}

/** Asks every agent at once, best first. Starts no session and spends no tokens. */
export function findAgents(environment: EnvironmentResolver, log: Log): Promise<readonly Found[]> {
  const signal = AbortSignal.timeout(probeTimeoutMs);
  return Promise.all(
    [...bridges].map(async ([name, bridge]) => {
      await using host = createBridgeHost({ environment, log });
      await using adapter = (await bridge.load())(host);
      const { displayName } = adapter;
      return { name, displayName, status: await adapter.probe({ signal }) };
    }),
  );
}

/** The agent of somebody who names none: the best of those found. */
export function bestOf(found: readonly Found[]): string {
  const [best] = found.filter(({ status }) => status.available);
  return best?.name ?? "demo";
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway } from "../../src/gateway/gateway.ts";
import type { Gateway } from "../../src/gateway/types.ts";
import { type Monitoring, startMonitoring } from "../../src/operations/monitoring.ts";
import { combined } from "../../src/serve/watchers.ts";
import { ScriptedAgent } from "../gateway/scripted-agent.ts";

/** The operator's token in these tests. */
export const token: string = "t".repeat(64);

/** A gateway over one agent, and what watches it. */
export interface WatchedGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly agent: ScriptedAgent;
  readonly monitoring: Monitoring;
  readonly logged: readonly string[];
  /** What the host answers to a plain request. */
  get(path: string, from?: Asking): ReturnType<Monitoring["requestHandler"]>;
}

/** Who asks. Default: the operator, over the network. */
export interface Asking {
  readonly method?: string;
  readonly authorization?: string;
  readonly remoteAddress?: string;
}

export async function watchedGateway(
  variables: Readonly<Record<string, string>> = {},
): Promise<WatchedGateway> {
  const stateDir = await mkdtemp(join(tmpdir(), "fairlead-operations-"));
  const agent = new ScriptedAgent("claude");
  const logged: string[] = [];
  const log = (_level: string, message: string): void => void logged.push(message);
  let made: Gateway | null = null;
  const monitoring = await startMonitoring({
    version: "1.2.3",
    state: () => made?.state ?? null,
    variables,
    log,
    isOperator: async (given) => given === token,
    tokenFile: "/home/user/token",
  });
  const gateway = createGateway({
    agents: { names: ["claude"], find: () => agent },
    stateDir,
    defaultAgent: async () => "claude",
    observer: combined(monitoring.observers),
    log,
  });
  made = gateway;
  return {
    gateway,
    agent,
    monitoring,
    logged,
    get(path, { method = "GET", authorization, remoteAddress = "192.0.2.1" } = {}) {
      const headers = authorization === undefined ? {} : { authorization };
      const query = new URLSearchParams();
      const request = { method, path, query, headers, body: "", remoteAddress };
      return monitoring.requestHandler(request, { signal: new AbortController().signal });
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await agent[Symbol.asyncDispose]();
      await monitoring[Symbol.asyncDispose]();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

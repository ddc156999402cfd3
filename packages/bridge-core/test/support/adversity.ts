import { tmpdir } from "node:os";
import { notificationSchema } from "@fairlead/codex-proto";
import type { AgentThread, BridgeFactory, Call, OpenThread } from "../../src/index.ts";
import {
  createAgentServer,
  type AgentServer,
  type AgentServerOptions,
} from "../../src/server/agent-server.ts";
import { Mailbox } from "./mailbox.ts";
import { scriptedBridge, type ScriptedAgent, type ScriptedOptions } from "./scripted-bridge.ts";
import { WireClient } from "./wire-client.ts";

/** What a test makes go wrong around the agents. */
export interface Faults {
  /** Before an agent is opened: throw, or take as long as you like. */
  opening?: (spec: OpenThread, call: Call) => Promise<void> | void;
  /** An agent was opened: change what it does. */
  opened?: (agent: ScriptedAgent) => void;
}

/** A server over scripted agents, with its log to wait for. */
export interface Stage {
  readonly server: AgentServer;
  readonly agents: Mailbox<ScriptedAgent>;
  readonly log: Mailbox<string>;
  /** May be changed at any time. */
  readonly faults: Faults;
  client(): Promise<WireClient>;
}

/** A server without a grace worth waiting for, and without git. */
export function stage(
  options: Partial<AgentServerOptions> = {},
  bridge: ScriptedOptions = {},
): Stage {
  const scripted = scriptedBridge(bridge);
  const log = new Mailbox<string>();
  const faults: Faults = {};
  const factory: BridgeFactory = (host) => {
    const adapter = scripted.factory(host);
    return {
      ...adapter,
      async openThread(spec, call): Promise<AgentThread> {
        await faults.opening?.(spec, call);
        const agent = await adapter.openThread(spec, call);
        const made = scripted.agents.all.at(-1);
        if (made !== undefined) faults.opened?.(made);
        return agent;
      },
    };
  };
  const server = createAgentServer({
    bridge: factory,
    dataDir: null,
    defaultCwd: tmpdir(),
    environment: async () => ({}),
    interruptGraceMs: 10,
    log: (_level, message) => log.put(message),
    ...options,
  });
  return {
    server,
    agents: scripted.agents,
    log,
    faults,
    client: () => WireClient.connect(server),
  };
}

/** The last status told of each thread. */
export function lastStatuses(client: WireClient): ReadonlyMap<string, string> {
  const statuses = new Map<string, string>();
  for (const { method, params } of client.notifications.all) {
    if (method !== "thread/status/changed") continue;
    const { threadId, status } = notificationSchema(method).parse(params);
    statuses.set(threadId, status.type);
  }
  return statuses;
}

/** How often each turn was told to be over. */
export function completions(client: WireClient): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { method, params } of client.notifications.all) {
    if (method !== "turn/started" && method !== "turn/completed") continue;
    const { id } = notificationSchema(method).parse(params).turn;
    const once = method === "turn/completed" ? 1 : 0;
    counts.set(id, (counts.get(id) ?? 0) + once);
  }
  return counts;
}

/** A promise that the test settles. */
export interface Gate {
  readonly promise: Promise<void>;
  readonly open: () => void;
  readonly fail: (error: Error) => void;
}

export function gate(): Gate {
  let open = (): void => {};
  let fail = (_error: Error): void => {};
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

/** A clear yes to any question of an agent's. */
export function yesTo(method: string): unknown {
  return method === "mcpServer/elicitation/request"
    ? { action: "accept", content: {}, _meta: null }
    : { decision: "accept" };
}

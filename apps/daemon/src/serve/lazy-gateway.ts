import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { AgentDirectory } from "../agents/agent-entry.ts";
import type { HostConfig } from "../config/host-config.ts";
import type { Paths } from "../config/paths.ts";
import type { Gateway, GatewayObserver } from "../gateway/types.ts";
import { type Lazy, lazily } from "./lazily.ts";
import type { Log } from "./log.ts";

/** What the gateway of a daemon is made with. */
export interface LazyGatewayOptions {
  readonly paths: Paths;
  readonly agents: AgentDirectory;
  readonly defaultAgent: () => Promise<string>;
  readonly observer: GatewayObserver;
  readonly session: HostConfig["session"];
  readonly log: Log;
}

/** The gateway, loaded when the first client comes. Dispose ends it where it was. */
export function lazyGateway(options: LazyGatewayOptions): Lazy<Gateway> & AsyncDisposable {
  const { paths, session, ...rest } = options;
  const stateDir = join(paths.state, "gateway");
  const gateway = lazily(async () => {
    const { createGateway } = await import("../gateway/gateway.ts");
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const { idleMs: sessionIdleMs, ringFrames, ringBytes } = session;
    return createGateway({ ...rest, stateDir, limits: { sessionIdleMs, ringFrames, ringBytes } });
  });
  return {
    get: () => gateway.get(),
    get made() {
      return gateway.made;
    },
    async [Symbol.asyncDispose]() {
      await gateway.made?.[Symbol.asyncDispose]();
    },
  };
}

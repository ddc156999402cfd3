import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf } from "@fairlead/bridge-core/transport";
import type { ServeOptions } from "../commands/serve.ts";
import type { HostConfig } from "../config/host-config.ts";

/** The configuration with what the command line says above it. */
export function overridden(config: HostConfig, options: ServeOptions): HostConfig {
  const { approvals, sandbox, approvalLimit, agentDefault, cwd, alleycat, verbose } = options;
  return {
    ...config,
    defaultAgent: agentDefault ?? config.defaultAgent,
    cwd: cwd === undefined ? config.cwd : resolve(cwd),
    policy: {
      ...config.policy,
      ...(approvals !== undefined && { approvals }),
      ...(sandbox !== undefined && { sandbox }),
      ...(approvalLimit !== undefined && { approvalLimitMs: approvalLimit * 60_000 }),
    },
    alleycat: { ...config.alleycat, enabled: config.alleycat.enabled && alleycat },
    log: { ...config.log, level: verbose ? "debug" : config.log.level },
  };
}

/** Rejects with a sentence when it is no folder. */
export async function requireFolder(name: string, folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    const reason = messageOf(error);
    throw new Error(`${name} ${folder}: ${reason}`, { cause: error });
  });
  if (!found.isDirectory()) throw new Error(`${name} ${folder}: it is no folder`);
}

import type { OperatorPolicy } from "@fairlead/bridge-core";
import { firstFile } from "../src/config/first-file.ts";
import type { HostConfig } from "../src/config/host-config.ts";
import { readConfig } from "../src/config/read.ts";
import { agentNames } from "../src/registry.ts";

/** Rows leave their agents behind, some of half a gigabyte: only those of rows that run are kept. */
const maxAgents = 8;
const agentIdleMs = 30_000;

/** The defaults of a first start, for this machine only. */
export function liveConfig({
  cwd,
  policy,
  more,
}: {
  readonly cwd: string;
  readonly policy: OperatorPolicy;
  /** What the file says besides. */
  readonly more: string;
}): HostConfig {
  const file = `${firstFile(agentNames)}\n${more}`;
  const reading = readConfig(file, { agents: agentNames, homedir: cwd });
  if (!reading.ok) throw new Error("the defaults of host.toml are wrong");
  const { config } = reading;
  return {
    ...config,
    cwd,
    policy: { ...config.policy, ...policy },
    limits: { ...config.limits, maxAgents, agentIdleMs },
    alleycat: { ...config.alleycat, enabled: false },
  };
}

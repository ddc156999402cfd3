import { presets } from "@fairlead/bridge-acp/presets";
import type { AcpConfig } from "../config/host-config.ts";
import { acpAgent, type KnownBridge } from "../registry.ts";

/** The agent of an `[agents.acp.NAME]`: its preset with what is said otherwise. */
export function configuredAcp(
  name: string,
  { preset, command: file, args: given }: AcpConfig,
): KnownBridge {
  const known = preset === null ? undefined : presets[preset];
  const command = file ?? known?.command ?? name;
  const args = given ?? known?.args ?? [];
  const displayName = known === undefined ? name : `${known.displayName} (${name})`;
  return acpAgent({ env: {}, ...known, id: name, displayName, command, args });
}

import { agentOps } from "../agents/control-ops.ts";
import { describeAgents } from "../agents/describe.ts";
import type { Paths } from "../config/paths.ts";
import type { ControlOps } from "../control/op.ts";
import { controlSocket } from "../control/socket-path.ts";
import { statusOf } from "../control/status-info.ts";
import { deviceOps } from "../devices/control-ops.ts";
import type { PairingPayload } from "../devices/control-types.ts";
import type { GatewayState } from "../gateway/types.ts";
import type { GracefulStop } from "../lifecycle/graceful-stop.ts";
import { ownVersion } from "../version.ts";
import type { Daemon } from "./daemon.ts";
import type { Listeners } from "./listeners.ts";
import type { Reloader } from "./reloader.ts";

/** What the ops of a daemon work on. */
export interface DaemonOpsParts {
  readonly daemon: Daemon;
  readonly paths: Paths;
  readonly stop: GracefulStop;
  readonly reloader: Reloader;
  /** What runs otherwise than the operator wants, in sentences. */
  readonly problems: () => readonly string[];
}

/** Everything the command line may ask of a running daemon. */
export function daemonOps(parts: DaemonOpsParts): ControlOps {
  const { daemon, paths, stop, reloader, problems } = parts;
  const startedAtMs = Date.now();
  const { configFile: config, data, state, logs } = paths;
  return {
    ...agentOps(daemon.agents),
    ...deviceOps({
      authority: daemon.authority,
      connected: () => connectedDevices(daemon),
      payloads: ({ signal }) => payloadsOf(daemon.listeners, signal),
    }),
    stop: stop.op,
    reload: () => reloader.reload(),
    status: async () =>
      statusOf({
        version: ownVersion(),
        startedAtMs,
        now: Date.now,
        paths: { config, data, state, logs, control: controlSocket(paths) },
        stopping: () => stop.asked.aborted,
        listeners: () => daemon.listeners.states,
        devices: () => daemon.authority.devices.list().length,
        gateway: gatewayState(await daemon.gateway.get()),
        agents: async () =>
          (await describeAgents(daemon.agents)).map((agent) => ({
            ...agent,
            unavailableReason: agent.reason,
          })),
        problems,
      }),
  };
}

function gatewayState({ state }: { readonly state: GatewayState }): () => GatewayState {
  return () => state;
}

function connectedDevices(daemon: Daemon): ReadonlySet<string> {
  const sessions = daemon.gateway.made?.state.sessions ?? [];
  return new Set(sessions.filter(({ connected }) => connected).map(({ device }) => device));
}

/** What a new device is shown of each way in. One that cannot tell is left out. */
async function payloadsOf(
  listeners: Listeners,
  signal: AbortSignal,
): Promise<readonly PairingPayload[]> {
  const all = listeners.states.map(async ({ name }) => {
    const payload = await listeners.find(name)?.pairing?.({ signal });
    return payload === undefined ? [] : [{ listener: name, payload }];
  });
  return (await Promise.all(all)).flat();
}

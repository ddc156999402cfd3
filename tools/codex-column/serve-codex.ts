import { cpSync } from "node:fs";
import { join } from "node:path";
import { memoryPair, ProcessGroups } from "../../packages/bridge-core/src/index.ts";
import { codexHome, type MockLlm } from "../../packages/testkit/src/index.ts";
import type { Serve } from "../../packages/conformance/src/suite/scenario-run.ts";
import type { Place, Served } from "../../packages/conformance/src/suite/served.ts";
import { codexEntry } from "../../apps/daemon/src/codex/codex-entry.ts";
import { localOperator } from "../../apps/daemon/src/devices/principal.ts";
import { createGateway } from "../../apps/daemon/src/gateway/gateway.ts";

type Environment = Readonly<Record<string, string>>;

/**
 * Serves real codex to the suite as the daemon does: a gateway with its sessions, the proxy with its
 * ceiling, and an app-server of its own in the scenario's home. For one scenario.
 *
 * @param command The codex program.
 * @param mock What its model says. The caller ends it.
 */
export function codexServer(command: string, mock: MockLlm): Serve {
  let environment: Promise<Environment> | null = null;
  const prepare = async (home: string): Promise<Environment> => ({
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    TMPDIR: home,
    ...(await codexHome({ dir: home, mockUrl: mock.url, command })),
  });
  return async (place) => {
    environment ??= prepare(place.home);
    return serveCodex(place, { command, mock, env: await environment });
  };
}

interface CodexServing {
  readonly command: string;
  readonly mock: MockLlm;
  readonly env: Environment;
}

function serveCodex(place: Place, { command, mock, env }: CodexServing): Served {
  const groups = new ProcessGroups({ watchdog: false });
  const codex = codexEntry({
    environment: () => Promise.resolve(env),
    groups: () => Promise.resolve(groups),
    stateDir: join(place.dataDir, "codex"),
    bin: command,
    env: {},
    // As the suite serves bridges: what is lowered is the business of the live lane.
    policy: { approvals: "auto", sandbox: "danger-full-access" },
    log: () => {},
  });
  const gateway = createGateway({
    agents: { names: [codex.name], find: (name) => (name === codex.name ? codex : undefined) },
    stateDir: join(place.dataDir, "gateway"),
    defaultAgent: () => Promise.resolve(codex.name),
    observer: {},
    log: () => {},
  });
  const end = async (): Promise<void> => {
    await gateway[Symbol.asyncDispose]();
    await codex[Symbol.asyncDispose]();
    groups[Symbol.dispose]();
  };
  return {
    open(wanted) {
      const session = wanted === null ? null : { name: wanted.device, cursor: wanted.cursor };
      const opened = gateway.open(localOperator, { endpoint: codex.name, session });
      if ("refusal" in opened) throw new Error(opened.refusal);
      const [near, far] = memoryPair();
      opened.take(far);
      return { transport: near, attached: opened.session?.attached ?? null };
    },
    // Prompts are programs of its model.
    cue: () => Promise.resolve(),
    release: () => Promise.resolve(mock.release()),
    state: () => Promise.resolve({ waitingFor: [], leftOver: [] }),
    async kill() {
      // The watchdog of a killed daemon kills its app-server; what is on the disk now is what is left.
      groups.killAll();
      const dataDir = `${place.dataDir}+`;
      cpSync(join(place.dataDir, "gateway"), join(dataDir, "gateway"), { recursive: true });
      await end();
      return { ...place, dataDir };
    },
    [Symbol.asyncDispose]: end,
  };
}

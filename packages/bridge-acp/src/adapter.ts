import {
  BridgeError,
  type AgentStatus,
  type BridgeFactory,
  type BridgeHost,
  type Call,
  type CommandInfo,
  type InFolder,
  type ModelInfo,
} from "@fairlead/bridge-core";
import { commandInfo, loggedOut, probed, SharedBackends } from "@fairlead/bridge-core/parts";
import { presets, type AcpAgent } from "./agents.ts";
import { Backend, notInstalled, type Account } from "./backend.ts";
import { look, type Look } from "./looking.ts";
import { sessionsOf } from "./sessions.ts";
import { AcpThread } from "./thread.ts";

const idleMs = 60_000;
const patienceMs = 4000;

/** The bridge to an agent that speaks ACP: one process per live thread, and one for questions. */
export function acpBridge(agent: AcpAgent): BridgeFactory {
  return (host) => {
    const lifetime = new AbortController();
    const threads = new Set<AcpThread>();
    /** Of sessions that were open here: not every agent tells. */
    const folders = new Map<string, string>();
    const account: Account = { refusal: null, login: null };
    const start = (cwd: string, signal: AbortSignal): Promise<Backend> =>
      Backend.start(host, agent, account, cwd, signal);
    const asking = new SharedBackends<Backend>({
      host,
      idleMs,
      start: (cwd) => start(cwd, lifetime.signal),
    });

    async function lookIn({ cwd, signal }: InFolder): Promise<Look> {
      using lease = await asking.lease(cwd, signal);
      return await look(lease.backend, cwd, host);
    }

    return {
      contract: 1,
      id: agent.id,
      displayName: agent.displayName,
      capabilities: {
        // Settings of their own may let something pass, which no start of ours outranks.
        gating: "some",
        from: agent.from ?? "resume",
        spare: false,
        input: ["text", "image", "localImage", "skill", "mention"],
      },
      probe: (call) => probe(host, agent, account, call),

      async openThread(spec, { signal: asked }) {
        const signal = AbortSignal.any([asked, lifetime.signal]);
        const backend = await start(spec.cwd, signal);
        const onDisposed = (thread: AcpThread): void => void threads.delete(thread);
        const thread = await AcpThread.open({ host, backend, spec, onDisposed }, signal);
        threads.add(thread);
        folders.set(thread.nativeId ?? "", spec.cwd);
        return thread;
      },

      listModels: async (folder): Promise<readonly ModelInfo[]> => (await lookIn(folder)).models,
      async listCommands(folder): Promise<readonly CommandInfo[]> {
        const { commands } = await lookIn(folder);
        return commands.map((command) => commandInfo("command", command));
      },
      sessions: sessionsOf(asking, folders),

      async [Symbol.asyncDispose]() {
        lifetime.abort();
        await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
        await asking[Symbol.asyncDispose]();
      },
    };
  };
}

/** Whether the agent starts, and whether it wanted a login when it was last used. */
function probe(
  host: BridgeHost,
  agent: AcpAgent,
  account: Account,
  { signal: asked }: Call,
): Promise<AgentStatus> {
  const missing = { notInstalled: notInstalled(agent), signal: asked };
  return probed(host, missing, async ({ cwd, signal }) => {
    const over = new AbortController();
    const late = host.sleep(patienceMs, { signal: over.signal }).then(() => null);
    late.catch(() => {});
    const starting = Backend.start(
      host,
      agent,
      account,
      cwd,
      AbortSignal.any([signal, over.signal]),
    );
    try {
      const backend = await Promise.race([starting, late]);
      const version = backend?.version ?? null;
      if (account.refusal === null) return { available: true, version };
      const detail = `${agent.displayName} wants a login (${account.refusal})`;
      if (account.login !== null) return loggedOut(detail, account.login);
      return { available: false, reason: "unauthenticated", detail, login: null };
    } finally {
      over.abort();
      void starting.then((backend) => backend[Symbol.asyncDispose]()).catch(() => {});
    }
  });
}

/** The agent of the variable `FAIRLEAD_ACP`: a preset, or a command with its arguments. */
export const bridge: BridgeFactory = (host) => {
  const told = (process.env["FAIRLEAD_ACP"] ?? "").trim();
  const preset = presets[told];
  if (preset !== undefined) return acpBridge(preset)(host);
  const [command = "", ...args] = told.split(/\s+/);
  const agent = { id: "acp", displayName: command || "ACP agent", command, args, env: {} };
  const adapter = acpBridge(agent)(host);
  if (command !== "") return adapter;
  const known = Object.keys(presets).join(", ");
  const detail = `FAIRLEAD_ACP is not set: name an agent (${known}) or a command that speaks ACP`;
  return {
    ...adapter,
    probe: async () => ({ available: false, reason: "error", detail, login: null }),
    openThread: () => Promise.reject(new BridgeError("not-installed", detail)),
  };
};

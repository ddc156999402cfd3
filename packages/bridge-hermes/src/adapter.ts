import type { AgentThread, BridgeFactory, ModelInfo } from "@fairlead/bridge-core";
import { commandInfo, listOf, probed, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { findHermes, notInstalled, type HermesWay } from "@fairlead/hermes-client";
import { SessionStore } from "./sessions.ts";
import { HermesThread } from "./thread.ts";

/** The bridge to Hermes: nothing is started before a method is called. */
export const hermesBridge: BridgeFactory = (host) => {
  const threads = new Set<HermesThread>();
  const store = new SessionStore(host);
  /** The way Hermes was last reached. */
  let last: HermesWay | null = null;

  async function wayIn(cwd: string | null, signal: AbortSignal): Promise<HermesWay> {
    last = await findHermes(host, await host.environment(cwd), signal);
    host.log("debug", `Hermes is reached by ${last.mode}: ${last.why}`);
    return last;
  }

  /** Asks a gateway of its own that has no conversation; nothing where Hermes has none. */
  async function asking(cwd: string, method: string, signal: AbortSignal): Promise<Fields> {
    const way = await wayIn(cwd, signal);
    if (way.mode !== "gateway") return {};
    const nothing = { cwd, mcpServers: [], instructions: null };
    const sink = { event: (): void => {}, ended: (): void => {} };
    await using channel = way.open(nothing, () => null, sink);
    return await channel.request(method, {}, 60_000);
  }

  return {
    contract: 1,
    id: "hermes",
    displayName: "Hermes",
    capabilities: {
      /** The gateway's API and ACP ask only before what Hermes itself deems dangerous. */
      get gating() {
        return last?.mode === "api" || last?.mode === "acp" ? "some" : "all";
      },
      from: "forkAtTurn",
      spare: true,
      input: ["text", "image", "localImage", "skill", "mention"],
    },

    probe: ({ signal: asked }) =>
      probed(host, { notInstalled, signal: asked }, async ({ signal }) => {
        const { version } = await wayIn(null, signal);
        return { available: true, version };
      }),

    async openThread(spec, { signal }): Promise<AgentThread> {
      const way = await wayIn(spec.cwd, signal);
      const newestTurn = (id: string): Promise<string | null> => store.newestTurn(id);
      const onDisposed = (thread: HermesThread): void => void threads.delete(thread);
      const thread = await HermesThread.open({ host, spec, way, signal, newestTurn, onDisposed });
      threads.add(thread);
      return thread;
    },

    async listModels({ cwd, signal }) {
      return modelsIn(await asking(cwd, "model.options", signal));
    },

    async listCommands({ cwd, signal }) {
      const { skills } = await asking(cwd, "fairlead.skills", signal);
      return listOf(skills).map((skill) => commandInfo("skill", skill, skill["skill_md_path"]));
    },

    sessions: {
      list: ({ cwd, signal }) => store.list(cwd, signal),
      read: (id, { after, signal }) => store.read(id, after, signal),
      async rename(id, title) {
        const live = [...threads].find(({ nativeId }) => nativeId === id);
        await (live === undefined ? store.rename(id, title) : live.rename(title));
      },
      delete: (id) => store.delete(id),
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
};

function modelsIn({ providers, model: current }: Fields): readonly ModelInfo[] {
  // Of one that the user's settings define, the chosen provider is the kind: `custom`, not `custom:mine`.
  return listOf(providers).flatMap(({ slug, models, is_current: isChosen }) => {
    const names = Array.isArray(models) ? models.map(textOf) : [];
    return names.map((label) => ({
      id: `${textOf(slug)}/${label}`,
      label,
      efforts: ["minimal", "low", "medium", "high", "xhigh"],
      defaultEffort: "medium",
      default: isChosen === true && label === current,
    }));
  });
}

import {
  BridgeError,
  type BridgeHost,
  type Environment,
  type Settings,
} from "@fairlead/bridge-core";
import { printedBy, textOf } from "@fairlead/bridge-core/parts";
import { AcpChannel } from "./channels/acp.ts";
import { ApiChannel, apiClient } from "./channels/api.ts";
import type { HermesChannel, HermesSink, HermesOpening } from "./channels/channel.ts";
import { ChatChannel } from "./channels/chat.ts";
import { openStdio } from "./channels/stdio.ts";
import { executableIn, notInstalled, pythonOf } from "./install.ts";

const modes = ["gateway", "api", "acp", "chat"] as const;

/** How Hermes is reached. */
export interface HermesWay {
  /**
   * `gateway`: its stdio gateway, started by us, which holds every call of a tool until it is answered;
   * `api`: a gateway that runs; `acp`: `hermes acp`; `chat`: `hermes chat`, once for each prompt.
   */
  readonly mode: (typeof modes)[number];
  /** Of the installed program; null where it cannot be told. */
  readonly version: string | null;
  /** Why so: a sentence for the user. */
  readonly why: string;
  /** Opens it for one conversation; `settings`: what holds now, null when the user stopped the turn. */
  readonly open: (
    opening: HermesOpening,
    settings: () => Settings | null,
    sink: HermesSink,
  ) => HermesChannel;
}

type Look = (
  host: BridgeHost,
  environment: Environment,
  signal: AbortSignal,
) => Promise<Omit<HermesWay, "mode"> | null>;

/**
 * The best way there is, in the order gateway, api, acp, chat, or the one that `FAIRLEAD_HERMES_MODE`
 * of the environment names. Starts nothing that stays. Rejects with `not-installed` when there is none,
 * with `unsupported` for a name of none.
 */
export async function findHermes(
  ...[host, environment, signal]: Parameters<Look>
): Promise<HermesWay> {
  const wanted = environment["FAIRLEAD_HERMES_MODE"] || null;
  const named = modes.find((mode) => mode === wanted);
  if (wanted !== null && named === undefined) {
    const message = `FAIRLEAD_HERMES_MODE names no way to Hermes: "${wanted}" is none of ${modes.join(", ")}`;
    throw new BridgeError("unsupported", message);
  }
  for (const mode of named === undefined ? modes : [named]) {
    const way = await looks[mode](host, environment, signal).catch((error: unknown) => {
      const isAbsent = BridgeError.is(error) && error.kind === "not-installed";
      if ((mode === "chat" && !isAbsent) || signal.aborted) throw error;
      return null;
    });
    if (way !== null) return { mode, ...way };
  }
  const unreached = `Hermes is not reached by the way that FAIRLEAD_HERMES_MODE names: ${wanted}`;
  throw new BridgeError("not-installed", named === undefined ? notInstalled : unreached);
}

/** What tells the version, where the gateway can be had, without loading Hermes. */
const hasGateway =
  "import importlib.metadata as m, importlib.util as u;" +
  "print(m.version('hermes-agent') if u.find_spec('tui_gateway.entry') else '')";

const looks: Readonly<Record<HermesWay["mode"], Look>> = {
  async gateway(host, env, signal) {
    const file = await pythonOf(host, env);
    if (file === null) return null;
    const said = await printedBy(host, { file, args: ["-c", hasGateway], cwd: "/", env }, signal);
    const [version, why] = [said.trim(), "Hermes is reached by its stdio gateway."];
    if (version === "") return null;
    return { version, why, open: (opening, _, sink) => openStdio(host, file, opening, sink) };
  },
  async api(host, environment, signal) {
    const port = environment["API_SERVER_PORT"] || "8642";
    const server = { url: `http://127.0.0.1:${port}`, key: environment["API_SERVER_KEY"] ?? "" };
    // Not before it is known to be Hermes is it told the key.
    const health = apiClient(host, { ...server, key: "" }).ask("/health", { timeoutMs: 1000 });
    const { version, platform } = await health;
    if (platform !== "hermes-agent") return null;
    await apiClient(host, server).ask("/v1/capabilities", { timeoutMs: 1000 });
    signal.throwIfAborted();
    const why =
      `Hermes is reached by the gateway that runs at ${server.url}, for its own stdio gateway was not found: ` +
      "it works in the folder of its own settings (`terminal.cwd`, by default the home folder), not in the thread's.";
    const open: HermesWay["open"] = (_, __, sink) => new ApiChannel(host, server, sink);
    return { version: textOf(version) || null, why, open };
  },
  async acp(host, env, signal) {
    const file = executableIn(env);
    const said = await printedBy(host, { file, args: ["acp", "--check"], cwd: "/", env }, signal);
    const why = "Hermes is reached by `hermes acp`, for its stdio gateway was not found.";
    const open: HermesWay["open"] = (opening, _, sink) => new AcpChannel(host, file, opening, sink);
    return said.includes("OK") ? { version: null, why, open } : null;
  },
  async chat(host, env, signal) {
    const file = executableIn(env);
    const said = await printedBy(host, { file, args: ["--version"], cwd: "/", env }, signal);
    const [version = null] = /\d+\.\d+\.\d+/.exec(said) ?? [];
    const why =
      "Hermes is reached by `hermes chat`, for no better way was found: it cannot ask, and so has tools without effects only, unless everything is allowed.";
    const open: HermesWay["open"] = ({ cwd }, settings, sink) =>
      new ChatChannel(host, { file, cwd, settings }, sink);
    return { version, why, open };
  },
};

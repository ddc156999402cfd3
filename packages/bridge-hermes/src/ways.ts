import {
  BridgeError,
  type BridgeHost,
  type Environment,
  type OpenThread,
  type Settings,
} from "@fairlead/bridge-core";
import { printedBy } from "@fairlead/bridge-core/parts";
import { AcpChannel } from "./channels/acp.ts";
import { ApiChannel, apiClient, type ApiServer } from "./channels/api.ts";
import type { Channel, ChannelSink } from "./channels/channel.ts";
import { ChatChannel } from "./channels/chat.ts";
import { openStdio } from "./channels/stdio.ts";
import { executableIn, notInstalled, pythonOf } from "./install.ts";

/** How Hermes is reached, and why so: a sentence for the user. */
export type Way = { readonly version: string | null; readonly why: string } & (
  | { readonly mode: "gateway"; readonly python: string }
  | { readonly mode: "api"; readonly server: ApiServer }
  | { readonly mode: "acp" | "chat"; readonly file: string }
);

const modes = ["gateway", "api", "acp", "chat"] as const;

/** The best way there is, or the one of `FAIRLEAD_HERMES_MODE`. Rejects when there is none. */
export async function chooseWay(
  host: BridgeHost,
  environment: Environment,
  signal: AbortSignal,
): Promise<Way> {
  const named = modes.find((mode) => mode === environment["FAIRLEAD_HERMES_MODE"]);
  for (const mode of named === undefined ? modes : [named]) {
    const way = await looks[mode](host, environment, signal).catch((error: unknown) => {
      const isAbsent = BridgeError.is(error) && error.kind === "not-installed";
      if ((mode === "chat" && !isAbsent) || signal.aborted) throw error;
      return null;
    });
    if (way !== null) return way;
  }
  throw new BridgeError("not-installed", notInstalled);
}

type Look = (
  host: BridgeHost,
  environment: Environment,
  signal: AbortSignal,
) => Promise<Way | null>;

/** What tells the version, where the gateway can be had, without loading Hermes. */
const hasGateway =
  "import importlib.metadata as m, importlib.util as u;" +
  "print(m.version('hermes-agent') if u.find_spec('tui_gateway.entry') else '')";

const looks: Readonly<Record<(typeof modes)[number], Look>> = {
  async gateway(host, environment, signal) {
    const python = await pythonOf(host, environment);
    if (python === null) return null;
    const version = (
      await printedBy(host, { file: python, args: ["-c", hasGateway], cwd: "/" }, signal)
    ).trim();
    const why = "Hermes is reached by its stdio gateway.";
    return version === "" ? null : { mode: "gateway", python, version, why };
  },
  async api(host, environment, signal) {
    const port = environment["API_SERVER_PORT"] || "8642";
    const server = { url: `http://127.0.0.1:${port}`, key: environment["API_SERVER_KEY"] ?? "" };
    const { version } = await apiClient(host, server).ask("/health", { timeoutMs: 1000 });
    await apiClient(host, server).ask("/v1/capabilities", { timeoutMs: 1000 });
    signal.throwIfAborted();
    const why =
      `Hermes is reached by the gateway that runs at ${server.url}, for its own stdio gateway was not found: ` +
      "it works in the folder it was started in.";
    return { mode: "api", server, version: typeof version === "string" ? version : null, why };
  },
  async acp(host, environment, signal) {
    const file = executableIn(environment);
    const said = await printedBy(host, { file, args: ["acp", "--check"], cwd: "/" }, signal);
    const why = "Hermes is reached by `hermes acp`, for its stdio gateway was not found.";
    return said.includes("OK") ? { mode: "acp", file, version: null, why } : null;
  },
  async chat(host, environment, signal) {
    const file = executableIn(environment);
    const said = await printedBy(host, { file, args: ["--version"], cwd: "/" }, signal);
    const [version = null] = /\d+\.\d+\.\d+/.exec(said) ?? [];
    const why =
      "Hermes is reached by `hermes chat`, for no better way was found: it cannot ask, and so has tools without effects only, unless everything is allowed.";
    return { mode: "chat", file, version, why };
  },
};

/** Opens the way for one conversation. */
export function openWay(
  host: BridgeHost,
  way: Way,
  spec: OpenThread,
  settings: () => Settings,
  sink: ChannelSink,
): Channel {
  switch (way.mode) {
    case "gateway":
      return openStdio(host, way.python, spec, sink);
    case "api":
      return new ApiChannel(host, way.server, sink);
    case "acp":
      return new AcpChannel(host, way.file, spec, sink);
    case "chat":
      return new ChatChannel(host, way.file, spec.cwd, settings, sink);
  }
}

import { pathToFileURL } from "node:url";
import { isAbsolute } from "node:path";
import type { ListenerFactory } from "@fairlead/bridge-core";
import type { RequestHandler } from "@fairlead/bridge-core/transport";
import type { HostConfig } from "../config/host-config.ts";
import type { WantedListener } from "./listeners.ts";

/** What the command line says of the WebSocket. */
export interface ListenerOverrides {
  /** Of `--port`: the daemon does not start without it. */
  readonly port: number | null;
}

/** Every way in that the configuration asks for. */
export function wantedListeners(
  config: HostConfig,
  { port }: ListenerOverrides,
  requestHandler: RequestHandler,
): readonly WantedListener[] {
  const { websocket, alleycat, transports } = config;
  const wanted: WantedListener[] = [];
  if (websocket.enabled || port !== null) {
    const { host, tlsCert, tlsKey } = websocket;
    const tls = tlsCert === null || tlsKey === null ? null : { certFile: tlsCert, keyFile: tlsKey };
    const options = { host, port: port ?? websocket.port, tls };
    wanted.push({
      name: "websocket",
      askedBy: port === null ? null : `--port ${port}`,
      options,
      load: async () => {
        const { webSocketListener } = await import("@fairlead/bridge-core/transport");
        return (host) => webSocketListener(host, { ...options, requestHandler });
      },
    });
  }
  if (alleycat.enabled) {
    wanted.push({
      name: "alleycat",
      askedBy: null,
      options: { ...alleycat },
      load: async () => (await import("@fairlead/transport-alleycat")).default,
    });
  }
  for (const { name, package: specifier, options } of transports) {
    wanted.push({ name, askedBy: null, options, load: () => load(specifier) });
  }
  return wanted;
}

/** A package that lies beside this one (`npm i -g`), or a file by its absolute path. */
async function load(specifier: string): Promise<ListenerFactory> {
  const url = isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier;
  const loaded: unknown = await import(url);
  if (typeof loaded === "object" && loaded !== null && "default" in loaded) {
    const factory: unknown = loaded.default;
    if (isFactory(factory)) return factory;
  }
  throw new Error(`${specifier} has no listener as its default export`);
}

function isFactory(value: unknown): value is ListenerFactory {
  return typeof value === "function";
}

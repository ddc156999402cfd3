/**
 * A daemon that can be killed: serves one bridge over the IPC channel of the process that forked it.
 * Started by `daemon-process.ts` only.
 */
import type { BridgeFactory, FrameTransport } from "@fairlead/bridge-core";
import { messageOf } from "@fairlead/bridge-core";
import { fixtureFolder } from "../fixture/folder.ts";
import type { FromDaemon, ToDaemon } from "./daemon-messages.ts";
import { type Served, type ServingOptions, serveHere } from "./served.ts";

interface Loaded {
  readonly factory: BridgeFactory;
  readonly options: Pick<ServingOptions, "fixtures" | "setup" | "live">;
}

const connections = new Map<number, FrameTransport>();
let loaded: Loaded | null = null;
let served: Served | null = null;

function tell(message: FromDaemon): void {
  // A parent that is gone needs nothing.
  if (process.connected) process.send?.(message);
}

process.on("message", (message: ToDaemon) => void take(message));
process.on("disconnect", () => process.exit());

async function take(message: ToDaemon): Promise<void> {
  switch (message.type) {
    case "load": {
      const { module, fixtures, setup, live } = message;
      try {
        const factory = defaultExport(await import(module));
        loaded = { factory, options: { fixtures: fixtureFolder(fixtures), setup, live } };
        return tell({ type: "loaded" });
      } catch (error) {
        return tell({
          type: "problem",
          problem: `${module} cannot be loaded: ${messageOf(error)}`,
        });
      }
    }
    case "serve":
      if (loaded === null) return;
      served = serveHere(loaded.factory, {
        ...loaded.options,
        place: message.place,
        onActivity: () => {},
        onProblem: (problem) => tell({ type: "problem", problem }),
      });
      return tell({ type: "served" });
    case "open":
      return open(message.connection, message.session);
    case "frame":
      return connections.get(message.connection)?.send(message.text);
    case "close":
      return connections.get(message.connection)?.close();
    case "cue":
      return answer(message.request, async () => served?.cue(message.beat));
    case "release":
      return answer(message.request, async () => served?.release());
    case "state":
      return answer(message.request, async () => served?.state());
  }
}

function open(connection: number, session: Parameters<Served["open"]>[0]): void {
  if (served === null) return;
  const { transport } = served.open(session);
  connections.set(connection, transport);
  transport.start({
    onFrame: (text) => tell({ type: "frame", connection, text }),
    onClose: ({ reason }) => tell({ type: "closed", connection, reason }),
  });
}

async function answer(
  request: number,
  work: () => Promise<Awaited<ReturnType<Served["state"]>> | void>,
): Promise<void> {
  try {
    const state = (await work()) ?? null;
    tell({ type: "done", request, error: null, state });
  } catch (error) {
    tell({ type: "done", request, error: messageOf(error), state: null });
  }
}

function defaultExport(loadedModule: unknown): BridgeFactory {
  if (typeof loadedModule === "object" && loadedModule !== null && "default" in loadedModule) {
    const { default: factory } = loadedModule;
    if (isFactory(factory)) return factory;
  }
  throw new Error("its default export is no BridgeFactory");
}

function isFactory(value: unknown): value is BridgeFactory {
  return typeof value === "function";
}

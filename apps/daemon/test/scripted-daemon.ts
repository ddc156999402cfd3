import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type AskAnswer,
  type BridgeFactory,
  type FrameTransport,
  type OpChannel,
  type ThreadOp,
  createAgentServer,
  listenWebSocket,
  opChannel,
} from "@fairlead/bridge-core";
import { ownPathSource, pathsOf } from "../src/config/paths.ts";
import { serveControl } from "../src/control/server.ts";
import { controlSocket } from "../src/control/socket-path.ts";
import { socketOf } from "../src/serve/local-sockets.ts";

/** What the agent hears; it answers by pushing ops. */
export interface Script {
  onPrompt(turn: string, ops: OpChannel<ThreadOp>): void;
  onAnswer(answer: AskAnswer, ops: OpChannel<ThreadOp>): void;
}

/** Stands where `fairlead` in a sandbox looks for the running daemon; its `demo` plays the script. */
export async function scriptedDaemon(folder: string, script: Script): Promise<AsyncDisposable> {
  const paths = pathsOf(ownPathSource(join(folder, "data")));
  await mkdir(join(folder, "data", "run"), { recursive: true, mode: 0o700 });
  const server = createAgentServer({
    bridge: bridgeOf(script),
    dataDir: null,
    environment: async () => ({}),
  });
  const path = socketOf(paths, "demo");
  const onConnection = (transport: FrameTransport): void => void server.attach(transport);
  const listener = await listenWebSocket({ address: { path }, token: null, onConnection });
  const status = async (): Promise<object> => ({ pid: process.pid, version: "0" });
  const log = (): void => {};
  const control = await serveControl({ path: controlSocket(paths), ops: { status }, log });
  return {
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function bridgeOf(script: Script): BridgeFactory {
  return () => ({
    contract: 1,
    id: "demo",
    displayName: "Scripted agent",
    capabilities: { gating: "all", from: "none", spare: false, input: ["text"] },
    probe: async () => ({ available: true, version: "1" }),
    async openThread() {
      const ops = opChannel<ThreadOp>();
      return {
        nativeId: null,
        ops: ops.items,
        prompt: async ({ id }) => script.onPrompt(id, ops),
        interrupt: async () => {},
        answer: async (_id, answer) => script.onAnswer(answer, ops),
        [Symbol.asyncDispose]: async () => ops.close(),
      };
    },
    listModels: async () => [],
    async [Symbol.asyncDispose]() {},
  });
}

import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { FrameTransport } from "@fairlead/bridge-core/peer";
import { connectWebSocket } from "@fairlead/bridge-core/peer";
import type { JsonObject } from "../json.ts";
import { objectOf } from "../json.ts";
import type { FrameLog } from "./frame-log.ts";

/** How to start an agent. */
export interface AgentCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** A running agent whose frames are logged. Disposing it ends the program and waits for its exit. */
export interface RunningAgent extends AsyncDisposable {
  /** Opens a connection. */
  readonly connect: (client: string) => Promise<void>;
  /** Ends a connection. */
  readonly disconnect: (client: string) => Promise<void>;
  /** Writes a frame and logs it. */
  readonly send: (client: string, frame: JsonObject) => void;
}

const startTimeoutMs = 60_000;
const exitTimeoutMs = 10_000;

/**
 * Starts an agent that speaks one JSON frame per line on stdio: it has the one connection `a`.
 * Rejects when the program cannot be started.
 */
export async function startOnStdio(agent: AgentCommand, log: FrameLog): Promise<RunningAgent> {
  const child = spawn(agent.command, agent.arguments, {
    cwd: agent.cwd,
    env: agent.env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  await once(child, "spawn");
  const exited = once(child, "exit");
  // A dead agent is noticed by the end of its output.
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => log.add({ client: "a", dir: "recv", frame: parseFrame(line) }));
  lines.once("close", () => log.end("a"));
  const onlyOne = (): Promise<never> => {
    return Promise.reject(new Error("stdio has one connection, which lasts"));
  };
  return {
    connect: onlyOne,
    disconnect: onlyOne,
    send(client, frame) {
      log.add({ client, dir: "send", frame });
      child.stdin.write(`${JSON.stringify(frame)}\n`);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exitOf(child, exited);
    },
  };
}

/**
 * Starts an agent that listens on a WebSocket of its choice and says on stderr where, and opens
 * connection `a`. Rejects when the program ends or does not listen within a minute.
 */
export async function startOnWebSocket(agent: AgentCommand, log: FrameLog): Promise<RunningAgent> {
  const child = spawn(agent.command, agent.arguments, {
    cwd: agent.cwd,
    env: agent.env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await once(child, "spawn");
  const exited = once(child, "exit");
  const address = addressIn(child.stderr);
  const open = new Map<string, FrameTransport>();

  const connect = async (client: string): Promise<void> => {
    const transport = await connectWebSocket(await address);
    open.set(client, transport);
    transport.start({
      onFrame: (text) => log.add({ client, dir: "recv", frame: parseFrame(text) }),
      onClose: () => log.end(client),
    });
  };
  const running: RunningAgent = {
    async connect(client) {
      log.add({ client, event: "connect" });
      await connect(client);
    },
    async disconnect(client) {
      log.add({ client, event: "disconnect" });
      open.get(client)?.close();
      open.delete(client);
    },
    send(client, frame) {
      log.add({ client, dir: "send", frame });
      open.get(client)?.send(JSON.stringify(frame));
    },
    async [Symbol.asyncDispose]() {
      for (const transport of open.values()) transport.close();
      child.kill("SIGTERM");
      await exitOf(child, exited);
    },
  };
  try {
    await connect("a");
    return running;
  } catch (error) {
    await running[Symbol.asyncDispose]();
    throw error;
  }
}

/** The first WebSocket address the agent names; reads on afterwards, so that it never blocks. */
function addressIn(output: Readable): Promise<string> {
  const lines = createInterface({ input: output });
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const [address] = /ws:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
    lines.once("close", () => reject(new Error("the agent ended before it listened")));
    AbortSignal.timeout(startTimeoutMs).addEventListener("abort", () => {
      reject(new Error("the agent does not say where it listens"));
    });
  });
}

async function exitOf(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  const kill = setTimeout(() => child.kill("SIGKILL"), exitTimeoutMs);
  await exited;
  clearTimeout(kill);
}

/** A frame that is no JSON stays visible in the recording. */
function parseFrame(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return { unparsed: text };
  }
}

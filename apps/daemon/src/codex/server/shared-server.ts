import { createHash, randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectWebSocket, type FrameTransport } from "@fairlead/bridge-core/peer";
import { privateFolder } from "../../config/private-files.ts";
import { type CodexCommand, type CodexProcess, startCodex } from "./codex-process.ts";
import { maxCodexFrameBytes } from "./frame-limit.ts";
import { OwnedTransport } from "./owned-transport.ts";

/** One `codex app-server` of ours that all connections share. Dispose ends it. */
export interface SharedServer extends AsyncDisposable {
  readonly process: CodexProcess;
  /** Rejects with a sentence when it does not answer. */
  connect(): Promise<FrameTransport>;
}

/** What to start a {@link SharedServer} of. */
export type SharedCommand = Omit<CodexCommand, "args">;

const readyWithinMs = 30_000;
const handshakeMs = 5000;
const longestPauseMs = 100;
/** The strictest system (macOS) has room for so many bytes of a unix socket's path. */
const maxPathBytes = 103;

/**
 * Starts one on a unix socket in a private folder. Rejects with its last words when it fails. The
 * signal ends it, also while it starts.
 */
export async function startOnUnixSocket(
  command: SharedCommand,
  place: { readonly stateDir: string; readonly name: string },
  signal: AbortSignal,
): Promise<SharedServer> {
  const folder = await socketFolder(place.stateDir);
  await removeLeftOver(folder, place.name);
  const socket = join(folder, `${place.name}-${randomBytes(4).toString("hex")}.sock`);
  const args = ["app-server", "--listen", `unix://${socket}`];
  const process = await startUntil(signal, { ...command, args });
  return ready({ process, url: `unix://${socket}`, dispose: () => rm(socket, { force: true }) });
}

/**
 * Starts one on a free loopback port, for systems and versions without unix sockets. Its token never
 * leaves this process: codex gets the hash.
 */
export async function startOnWebSocket(
  command: SharedCommand,
  signal: AbortSignal,
): Promise<SharedServer> {
  const token = randomBytes(32).toString("hex");
  const hash = createHash("sha256").update(token).digest("hex");
  const authority = ["--ws-auth", "capability-token", "--ws-token-sha256", hash];
  const args = ["app-server", "--listen", "ws://127.0.0.1:0", ...authority];
  const process = await startUntil(signal, { ...command, args });
  try {
    return await ready({ process, url: await addressOf(process), token, dispose: async () => {} });
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

async function startUntil(signal: AbortSignal, command: CodexCommand): Promise<CodexProcess> {
  const process = await startCodex(command);
  process.output.resume();
  const end = (): void => void process[Symbol.asyncDispose]();
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return process;
}

interface Listening {
  readonly process: CodexProcess;
  readonly url: string;
  readonly token?: string;
  readonly dispose: () => Promise<void>;
}

async function ready({ process, url, token, dispose }: Listening): Promise<SharedServer> {
  const server: SharedServer = {
    process,
    async connect() {
      const inner = await connectWebSocket(url, {
        timeoutMs: handshakeMs,
        maxFrameBytes: maxCodexFrameBytes,
        ...(token !== undefined && { token }),
      });
      return new OwnedTransport(inner, process, () => {});
    },
    async [Symbol.asyncDispose]() {
      await process[Symbol.asyncDispose]();
      await dispose();
    },
  };
  try {
    await untilConnected(server);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

async function untilConnected(server: SharedServer): Promise<void> {
  const { process } = server;
  const endMs = performance.now() + readyWithinMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      const first = await server.connect();
      first.close();
      return;
    } catch (error) {
      if (!process.isRunning) throw new Error((await process.ended).reason, { cause: error });
      if (performance.now() > endMs) {
        const seconds = readyWithinMs / 1000;
        throw new Error(`codex app-server takes no connection after ${seconds} s`, {
          cause: error,
        });
      }
    }
    await sleep(pauseMs);
  }
}

async function addressOf(process: CodexProcess): Promise<string> {
  const address = new Promise<string>((resolve) => {
    let said = "";
    const onData = (chunk: Buffer): void => {
      said = (said + chunk.toString("utf8")).slice(-4096);
      const found = /ws:\/\/127\.0\.0\.1:\d+/u.exec(said)?.[0];
      if (found === undefined) return;
      process.errors.off("data", onData);
      resolve(found);
    };
    process.errors.on("data", onData);
  });
  const over = new AbortController();
  const late = sleep(readyWithinMs, undefined, { signal: over.signal }).then(
    () => "codex app-server does not say where it listens",
    () => "",
  );
  const found = await Promise.race([
    address,
    process.ended.then(({ reason }) => ({ reason })),
    late.then((reason) => ({ reason })),
  ]);
  over.abort();
  if (typeof found === "string") return found;
  throw new Error(found.reason);
}

async function socketFolder(stateDir: string): Promise<string> {
  const longest = join(stateDir, "codex-0123456789abcdef-01234567.sock");
  if (Buffer.byteLength(longest) <= maxPathBytes && !longest.includes(":")) {
    await privateFolder(stateDir);
    return stateDir;
  }
  const hash = createHash("sha256").update(stateDir).digest("hex").slice(0, 12);
  const short = join(tmpdir(), `fairlead-codex-${userInfo().uid}-${hash}`);
  await privateFolder(short, { linkAllowed: false });
  return short;
}

/** Sockets of daemons that were killed. The folder is this daemon's alone. */
async function removeLeftOver(folder: string, name: string): Promise<void> {
  const entries = await readdir(folder);
  const old = entries.filter(
    (entry) => entry.startsWith(`${name}-`) && /-[0-9a-f]{8}\.sock$/u.test(entry),
  );
  await Promise.all(old.map((entry) => rm(join(folder, entry), { force: true })));
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectSession } from "../../packages/bridge-core/src/peer.ts";

const program = fileURLToPath(new URL("../../apps/daemon/dist/main.js", import.meta.url));
const rounds = 9;
/** As many as the sockets of three endpoints take. */
const sessions = 180;
const endpoints = ["all", "claude", "demo"] as const;
/** What is left of the start has been done by then, and garbage been collected. */
const settleMs = 3000;

/** Iroh on loopback: no relay, no discovery. */
const thisMachineOnly = '[alleycat]\ninternet = false\nbind = ["127.0.0.1:0", "[::1]:0"]\n';

/** What the daemon costs, beside a bare Node in the same run. */
export interface DaemonCost {
  /** Medians, in milliseconds. */
  readonly bareStartMs: number;
  readonly startMs: number;
  readonly startWithAlleycatMs: number;
  /** In MiB. */
  readonly bareIdle: number;
  readonly idle: number;
  readonly idleWithAlleycat: number;
  /** In KiB: a connected, initialized client of the demo agent. */
  readonly perSession: number;
}

/** Starts the built daemon again and again. Rejects when it was not built. */
export async function measureDaemon(): Promise<DaemonCost> {
  if (!existsSync(program)) throw new Error("build first: npx -y pnpm@10.34.9 build");
  const bare: number[] = [];
  const plain: number[] = [];
  const alleycat: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await bareStart());
    plain.push(await timed(false));
    alleycat.push(await timed(true));
  }
  const { idle, perSession } = await memory(false, sessions);
  const withAlleycat = await memory(true, 0);
  return {
    bareStartMs: median(bare),
    startMs: median(plain),
    startWithAlleycatMs: median(alleycat),
    bareIdle: await bareIdle(),
    idle,
    idleWithAlleycat: withAlleycat.idle,
    perSession,
  };
}

/** The lines to print, and whether every target of docs/bench.md is met. */
export function daemonReport(cost: DaemonCost): {
  readonly lines: readonly string[];
  readonly broken: boolean;
  readonly meetsTargets: boolean;
} {
  const startRatio = cost.startMs / cost.bareStartMs;
  const extra = cost.idle - cost.bareIdle;
  const extraAlleycat = cost.idleWithAlleycat - cost.bareIdle;
  const lines = [
    `start of \`node -e 0\`: ${cost.bareStartMs.toFixed(0)} ms`,
    `start to accepting: ${cost.startMs.toFixed(0)} ms, ${startRatio.toFixed(2)}x of it (at most 3x)`,
    `start to accepting with iroh on: ${cost.startWithAlleycatMs.toFixed(0)} ms`,
    `idle bare Node: ${cost.bareIdle.toFixed(1)} MiB`,
    `idle daemon: ${cost.idle.toFixed(1)} MiB, ${extra.toFixed(1)} MiB above it (at most 35 MiB)`,
    `idle daemon with iroh: ${cost.idleWithAlleycat.toFixed(1)} MiB, ${extraAlleycat.toFixed(1)} MiB above it (at most 65 MiB)`,
    `per session, of ${sessions}: ${cost.perSession.toFixed(0)} KiB`,
  ];
  const fits = extra <= 35 && extraAlleycat <= 65;
  // A busy machine makes a start longer, and no memory larger.
  return { lines, broken: startRatio > 4 || !fits, meetsTargets: startRatio <= 3 && fits };
}

interface Started extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly port: number;
  readonly home: string;
  /** From the start of the process to its first accepted connection. */
  readonly startedMs: number;
}

async function start(alleycat: boolean): Promise<Started> {
  const home = await mkdtemp(join(tmpdir(), "fairlead-bench-"));
  await writeFile(join(home, "host.toml"), thisMachineOnly, { mode: 0o600 });
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [program, "serve", "--port", "0", "--data-dir", home, ...(alleycat ? [] : ["--no-alleycat"])],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, HOME: home } },
  );
  const closed = once(child, "close");
  const dispose = async (): Promise<void> => {
    child.kill("SIGTERM");
    await closed;
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  };
  for await (const line of createInterface(child.stdout)) {
    const port = Number(/ws:\/\/127\.0\.0\.1:(\d+)/u.exec(line)?.[1]);
    if (!Number.isInteger(port)) continue;
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const startedMs = performance.now() - began;
    socket.destroy();
    return { child, port, home, startedMs, [Symbol.asyncDispose]: dispose };
  }
  await dispose();
  throw new Error("the daemon ended without an address");
}

async function timed(alleycat: boolean): Promise<number> {
  await using daemon = await start(alleycat);
  return daemon.startedMs;
}

async function bareStart(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "close");
  return performance.now() - began;
}

async function bareIdle(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"], { stdio: "ignore" });
  await sleep(settleMs);
  const size = await residentMiB(child.pid ?? 0);
  child.kill();
  return size;
}

async function memory(
  alleycat: boolean,
  clients: number,
): Promise<{ readonly idle: number; readonly perSession: number }> {
  await using daemon = await start(alleycat);
  const pid = daemon.child.pid ?? 0;
  await sleep(settleMs);
  const idle = await residentMiB(pid);
  if (clients === 0) return { idle, perSession: 0 };
  const urlOf = (client: number): string => {
    const endpoint = endpoints[client % endpoints.length] ?? "all";
    return `unix://${join(daemon.home, "run", `${endpoint}.sock`)}`;
  };
  // What all sessions share is loaded with the first one.
  await joinAs(urlOf(0), "warm");
  await sleep(settleMs);
  const before = await residentMiB(pid);
  for (let client = 0; client < clients; client += 1)
    await joinAs(urlOf(client), `bench-${client}`);
  await sleep(settleMs);
  const perSession = (((await residentMiB(pid)) - before) * 1024) / clients;
  return { idle, perSession };
}

/** A client that shakes hands and stays. */
async function joinAs(url: string, device: string): Promise<void> {
  const { transport } = await connectSession(url, { session: { device, cursor: null } });
  await new Promise<void>((resolve) => {
    transport.start({ onFrame: () => resolve(), onClose: () => resolve() });
    const clientInfo = { name: "bench", title: null, version: "1" };
    transport.send(JSON.stringify({ id: 1, method: "initialize", params: { clientInfo } }));
  });
  transport.send(JSON.stringify({ method: "initialized" }));
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/u.exec(status)?.[1]) / 1024;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

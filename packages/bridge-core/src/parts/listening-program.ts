import type { AgentProcess, BridgeHost, SpawnSpec } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";

const startMs = 30_000;
const portTries = 3;
const healthTries = 10;

/** A program that serves on loopback, and how it says so. */
export interface ListeningProgram {
  /** The agent's name in sentences. */
  readonly agent: string;
  /** What to do when it is not there. */
  readonly notInstalled: string;
  readonly spec: (port: string) => SpawnSpec;
  /** Matches the line that it prints when it listens; its first group is the URL. */
  readonly listening: RegExp;
}

/**
 * Starts a server on a free port and resolves when it says that it listens; once more, on another
 * port, when somebody else was given that one in the meantime.
 */
export async function startListening(
  host: BridgeHost,
  program: ListeningProgram,
): Promise<{ readonly url: string; readonly process: AgentProcess }> {
  for (let tries = 1; ; tries += 1) {
    const process = host.spawn(program.spec(await freePort(host)));
    try {
      return { url: await printedUrl(host, process, program), process };
    } catch (cause) {
      await process[Symbol.asyncDispose]();
      if (BridgeError.is(cause) && cause.kind === "not-installed") {
        throw new BridgeError("not-installed", program.notInstalled, { cause });
      }
      if (tries === portTries || !/\bport\b|EADDRINUSE/i.test(messageOf(cause))) throw cause;
    }
  }
}

/**
 * Resolves when `ask` does. It should give up soon: a server may accept a connection too early and
 * never answer on it.
 */
export async function untilHealthy(host: BridgeHost, ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      const early = BridgeError.is(error) && error.kind === "connection";
      if (!early || tries === healthTries) throw error;
    }
    await host.sleep(100, { signal: AbortSignal.timeout(startMs) });
  }
}

/** Why a program of an agent's is gone. */
export async function crashOf(agent: string, process: AgentProcess): Promise<BridgeError> {
  const { code, signal, stderr } = await process.exited;
  const words = stderr.trim().slice(-500);
  const how = signal ?? `exit code ${code}`;
  return new BridgeError("crashed", `${agent} ended (${how})${words && `: ${words}`}`);
}

/** A port of loopback that was free a moment ago. */
async function freePort(host: BridgeHost): Promise<string> {
  const listener = await host.listen(async () => new Response(null, { status: 404 }));
  await listener[Symbol.asyncDispose]();
  return new URL(listener.url).port;
}

async function printedUrl(
  host: BridgeHost,
  process: AgentProcess,
  { agent, listening }: ListeningProgram,
): Promise<string> {
  const read = async (found: (url: string) => void): Promise<never> => {
    let last = "";
    // To the end: a pipe that nobody reads would stop the program one day.
    for await (const line of process.lines) {
      if (!("text" in line)) continue;
      const [, url] = listening.exec(line.text) ?? [];
      if (url !== undefined) found(url);
      last = line.text || last;
    }
    const { message } = await crashOf(agent, process);
    throw new BridgeError("crashed", last === "" ? message : `${message}: ${last}`);
  };
  const given = new AbortController();
  const limit = async (): Promise<never> => {
    await host.sleep(startMs, { signal: given.signal });
    throw new BridgeError("crashed", `${agent} did not start within ${startMs / 1000} seconds`);
  };
  try {
    return await new Promise<string>((resolve, reject) => {
      read(resolve).catch(reject);
      limit().catch(reject);
    });
  } finally {
    given.abort();
  }
}

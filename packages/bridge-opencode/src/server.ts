import { BridgeError, messageOf, type AgentProcess, type BridgeHost } from "@fairlead/bridge-core";
import { isFields, jsonFieldsOf, unattended } from "@fairlead/bridge-core/parts";
import { Client, type Address } from "./client.ts";
import { EventStream } from "./events.ts";
import { serverPermission } from "./permissions.ts";

const startMs = 30_000;
const healthMs = 1000;
const healthTries = 10;
const portTries = 3;
const idleMs = 10 * 60_000;

/** What to do about a missing program. */
export const notInstalled =
  "OpenCode is not installed: run `npm i -g opencode-ai` and `opencode auth login`";

/** The program to run: `FAIRLEAD_OPENCODE`, by default `opencode` of the PATH. */
export function executableIn(environment: Readonly<Record<string, string>>): string {
  return environment["FAIRLEAD_OPENCODE"] || "opencode";
}

/** One OpenCode server and who uses it. Ours ends when it was unused for ten minutes. */
export class Server implements AsyncDisposable {
  readonly client: Client;
  readonly events: EventStream;
  /** Null for a server that somebody else started, which is never ended here. */
  readonly #process: AgentProcess | null;
  readonly #host: BridgeHost;
  readonly #onEnd: (server: Server, error: BridgeError | null) => void;
  #users = 0;
  #idle: AbortController | null = null;
  #ended = false;

  private constructor(
    host: BridgeHost,
    address: Address,
    process: AgentProcess | null,
    onEnd: (server: Server, error: BridgeError | null) => void,
  ) {
    this.#host = host;
    this.#process = process;
    this.#onEnd = onEnd;
    this.client = new Client(host, address);
    this.events = new EventStream(host, this.client, (error) => this.#end(error));
    if (process !== null) void process.exited.then((exit) => this.#end(crash(exit)));
  }

  /** Attaches to a server that runs, or starts one. Resolves when it answers and tells its events. */
  static async open(
    host: BridgeHost,
    cwd: string,
    environment: Readonly<Record<string, string>>,
    onEnd: (server: Server, error: BridgeError | null) => void,
  ): Promise<Server> {
    const { FAIRLEAD_OPENCODE_URL: url } = environment;
    const user = environment["OPENCODE_SERVER_USERNAME"] || "opencode";
    let server: Server;
    if (url) {
      const password = environment["OPENCODE_SERVER_PASSWORD"] ?? "";
      server = new Server(host, { url, user, password }, null, onEnd);
    } else {
      const password = host.secret();
      const started = await start(host, cwd, environment, password);
      server = new Server(host, { url: started.url, user, password }, started.process, onEnd);
    }
    try {
      await server.#healthy();
      await server.events.connected;
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  get isUsed(): boolean {
    return this.#users > 0;
  }

  /** Keeps the server until the answer is disposed. */
  use(): Disposable {
    this.#users += 1;
    this.#idle?.abort();
    let used = true;
    return {
      [Symbol.dispose]: () => {
        if (!used) return;
        used = false;
        this.#users -= 1;
        if (this.#users === 0) unattended(this.#endIdle(), this.#host.log);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(null);
    await this.#process?.[Symbol.asyncDispose]();
  }

  async #endIdle(): Promise<void> {
    if (this.#process === null) return;
    this.#idle = new AbortController();
    await this.#host.sleep(idleMs, { signal: this.#idle.signal });
    await this[Symbol.asyncDispose]();
  }

  #end(error: BridgeError | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#idle?.abort();
    this.events.close(error);
    this.#onEnd(this, error);
    if (error !== null) unattended(this[Symbol.asyncDispose](), this.#host.log);
  }

  /** A connection made too early is accepted and never answered, so each try is a short new one. */
  async #healthy(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const asked = this.client.ask("/global/health", { timeoutMs: healthMs });
      const health = await asked.catch((error: unknown) => {
        if (tries === healthTries || !BridgeError.is(error) || error.kind !== "connection") {
          throw error;
        }
        return null;
      });
      if (health?.["healthy"] === true) return;
      if (this.#ended) throw new BridgeError("crashed", "OpenCode ended while it started");
      await this.#host.sleep(100, { signal: AbortSignal.timeout(startMs) });
    }
  }
}

async function start(
  host: BridgeHost,
  cwd: string,
  environment: Readonly<Record<string, string>>,
  password: string,
): Promise<{ readonly url: string; readonly process: AgentProcess }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort(host);
    const process = host.spawn({
      file: executableIn(environment),
      args: ["serve", "--hostname", "127.0.0.1", "--port", port],
      cwd,
      env: {
        OPENCODE_SERVER_PASSWORD: password,
        OPENCODE_PERMISSION: serverPermission(environment["OPENCODE_PERMISSION"]),
        OPENCODE_CONFIG_CONTENT: unshared(environment["OPENCODE_CONFIG_CONTENT"]),
        OPENCODE_AUTO_SHARE: "false",
      },
    });
    try {
      return { url: await listening(host, process), process };
    } catch (cause) {
      await process[Symbol.asyncDispose]();
      if (BridgeError.is(cause) && cause.kind === "not-installed") {
        throw new BridgeError("not-installed", notInstalled, { cause });
      }
      // Somebody else was given the port in the meantime.
      if (tries === portTries || !/port|EADDRINUSE/i.test(messageOf(cause))) throw cause;
    }
  }
}

/** The port of a listener that is gone again: `--port 0` would be 4096 where that is free. */
async function freePort(host: BridgeHost): Promise<string> {
  const listener = await host.listen(async () => new Response(null, { status: 404 }));
  await listener[Symbol.asyncDispose]();
  return new URL(listener.url).port;
}

async function listening(host: BridgeHost, process: AgentProcess): Promise<string> {
  const late = new AbortController();
  const line = async (): Promise<string> => {
    let log = "";
    for await (const printed of process.lines) {
      const text = "text" in printed ? printed.text : "";
      const [url] = /https?:\/\/\S+/.exec(/listening on/.test(text) ? text : "") ?? [];
      if (url !== undefined) return url;
      log = text || log;
    }
    const { message } = crash(await process.exited);
    throw new BridgeError("crashed", log === "" ? message : `${message}: ${log}`);
  };
  const limit = async (): Promise<never> => {
    await host.sleep(startMs, { signal: late.signal });
    throw new BridgeError("crashed", `OpenCode did not start within ${startMs / 1000} seconds`);
  };
  try {
    return await Promise.race([line(), limit()]);
  } finally {
    late.abort();
  }
}

/** `OPENCODE_CONFIG_CONTENT`: the user's, but no session is uploaded without a question. */
function unshared(users: string | undefined): string {
  const own: unknown = users ? JSON.parse(users) : {};
  const share = isFields(own) && own["share"] === "disabled" ? "disabled" : "manual";
  return JSON.stringify({ ...jsonFieldsOf(own), share });
}

function crash(exit: Awaited<AgentProcess["exited"]>): BridgeError {
  const { code, signal, stderr } = exit;
  const words = stderr.trim().slice(-500);
  const how = signal ?? `exit code ${code}`;
  return new BridgeError("crashed", `OpenCode ended (${how})${words && `: ${words}`}`);
}

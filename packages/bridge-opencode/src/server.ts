import { BridgeError, messageOf, type AgentProcess, type BridgeHost } from "@fairlead/bridge-core";
import { freePort, isFields, jsonFieldsOf, type SharedBackend } from "@fairlead/bridge-core/parts";
import { Client } from "./client.ts";
import { Events } from "./events.ts";
import { serverPermission } from "./permissions.ts";

const startMs = 30_000;
const healthMs = 1000;
const healthTries = 10;
const portTries = 3;

type Environment = Readonly<Record<string, string>>;

/** What to do about a missing program. */
export const notInstalled =
  "OpenCode is not installed: run `npm i -g opencode-ai` and `opencode auth login`";

/** The program to run: `FAIRLEAD_OPENCODE`, by default `opencode` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_OPENCODE"] || "opencode";
}

/** One OpenCode server: ours, or one that runs already and is never ended here. */
export class Server implements SharedBackend {
  readonly client: Client;
  readonly events: Events;
  readonly ended: Promise<BridgeError | null>;
  readonly #process: AgentProcess | null;
  #end: (error: BridgeError | null) => void = () => {};

  private constructor(
    host: BridgeHost,
    client: Client,
    process: AgentProcess | null,
    onStranger: (session: string) => void,
  ) {
    this.client = client;
    this.#process = process;
    const onLost = (error: BridgeError): void => this.#end(error);
    this.events = new Events(host, client, { onStranger, onLost });
    this.ended = new Promise((resolve) => (this.#end = resolve));
    void this.ended.then((error) => {
      this.events.close(error);
      return process?.[Symbol.asyncDispose]();
    });
    if (process !== null) void process.exited.then((exit) => this.#end(crash(exit)));
  }

  /** Resolves when it answers and tells its events. `onStranger`: see {@link Events}. */
  static async open(
    host: BridgeHost,
    cwd: string,
    environment: Environment,
    onStranger: (session: string) => void,
  ): Promise<Server> {
    const { FAIRLEAD_OPENCODE_URL: given, OPENCODE_SERVER_PASSWORD: theirs = "" } = environment;
    const password = given ? theirs : host.secret();
    const started = given ? null : await start(host, cwd, environment, password);
    const url = started?.url ?? given ?? "";
    const user = environment["OPENCODE_SERVER_USERNAME"] || "opencode";
    const client = new Client(host, url, user, password);
    try {
      await healthy(host, client);
    } catch (error) {
      await started?.process[Symbol.asyncDispose]();
      throw error;
    }
    const server = new Server(host, client, started?.process ?? null, onStranger);
    try {
      await server.events.connected;
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(null);
    await this.#process?.[Symbol.asyncDispose]();
  }
}

/** A connection made too early is accepted and never answered, so each try is a short new one. */
async function healthy(host: BridgeHost, client: Client): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.ask("/global/health", { timeoutMs: healthMs });
      return;
    } catch (error) {
      const early = BridgeError.is(error) && error.kind === "connection";
      if (!early || tries === healthTries) throw error;
    }
    await host.sleep(100, { signal: AbortSignal.timeout(startMs) });
  }
}

async function start(
  host: BridgeHost,
  cwd: string,
  environment: Environment,
  password: string,
): Promise<{ readonly url: string; readonly process: AgentProcess }> {
  for (let tries = 1; ; tries += 1) {
    // `--port 0` would be 4096 where that is free.
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
      if (tries === portTries || !/\bport\b|EADDRINUSE/i.test(messageOf(cause))) throw cause;
    }
  }
}

/** Resolves with the URL in the line that says it listens. */
async function listening(host: BridgeHost, process: AgentProcess): Promise<string> {
  let last = "";
  const read = async (found: (url: string) => void): Promise<never> => {
    // To the end: a pipe that nobody reads would stop the program one day.
    for await (const line of process.lines) {
      if (!("text" in line)) continue;
      const [, url] = /listening on (https?:\/\/\S+)/.exec(line.text) ?? [];
      if (url !== undefined) found(url);
      last = line.text || last;
    }
    throw new BridgeError("crashed", `${crash(await process.exited).message}: ${last}`);
  };
  const given = new AbortController();
  const limit = async (): Promise<never> => {
    await host.sleep(startMs, { signal: given.signal });
    throw new BridgeError("crashed", `OpenCode did not start within ${startMs / 1000} seconds`);
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

/** `OPENCODE_CONFIG_CONTENT`: the user's, but no session is uploaded without a question. */
function unshared(users: string | undefined): string {
  const own: unknown = users ? JSON.parse(users) : {};
  const share = isFields(own) && own["share"] === "disabled" ? "disabled" : "manual";
  return JSON.stringify({ ...jsonFieldsOf(own), share });
}

function crash(exit: Awaited<AgentProcess["exited"]>): BridgeError {
  const { code, signal, stderr } = exit;
  const words = stderr.trim().slice(-500);
  return new BridgeError(
    "crashed",
    `OpenCode ended (${signal ?? `exit code ${code}`})${words && `: ${words}`}`,
  );
}

import { BridgeError, type AgentProcess, type BridgeHost } from "@fairlead/bridge-core";
import {
  crashOf,
  fieldsOf,
  HttpClient,
  isFields,
  jsonFieldsOf,
  SessionEvents,
  startListening,
  textOf,
  untilHealthy,
  type Fields,
  type SessionFrame,
  type SharedBackend,
} from "@fairlead/bridge-core/parts";
import { serverPermission } from "./permissions.ts";

const agent = "OpenCode";
const healthMs = 1000;
/** The server has a heartbeat every ten seconds. */
const silenceMs = 30_000;
const listed = new Set(["session.created", "session.updated", "session.deleted"]);

type Environment = Readonly<Record<string, string>>;

/** What to do about a missing program. */
export const notInstalled =
  "OpenCode is not installed: run `npm i -g opencode-ai` and `opencode auth login`";

/** The program to run: `FAIRLEAD_OPENCODE`, by default `opencode` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_OPENCODE"] || "opencode";
}

/** A path about a folder: OpenCode keeps an instance of itself for each. */
export function inFolder(path: string, cwd: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}directory=${encodeURIComponent(cwd)}`;
}

/** One OpenCode server: ours, or one that runs already and is never ended here. */
export class Server implements SharedBackend {
  readonly client: HttpClient;
  readonly events: SessionEvents;
  readonly ended: Promise<BridgeError | null>;
  readonly #process: AgentProcess | null;
  #end: (error: BridgeError | null) => void = () => {};

  private constructor(
    host: BridgeHost,
    client: HttpClient,
    process: AgentProcess | null,
    onStranger: (session: string) => void,
  ) {
    this.client = client;
    this.#process = process;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    const open = (signal: AbortSignal): Promise<ReadableStream<Uint8Array>> =>
      client.events("/global/event", signal);
    const onLost = (error: BridgeError): void => this.#end(error);
    this.events = new SessionEvents({ host, agent, open, read, silenceMs, onStranger, onLost });
    void this.ended.then(() => {
      this.events.close();
      return process?.[Symbol.asyncDispose]();
    });
    if (process !== null) void crashOf(agent, process).then(this.#end);
  }

  /**
   * Resolves when it answers and tells its events. `onStranger` is told of sessions that change and
   * are open nowhere here.
   */
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
    const client = new HttpClient(host, { agent, url, user, password });
    const server = new Server(host, client, started?.process ?? null, onStranger);
    try {
      await untilHealthy(host, () => client.ask("/global/health", { timeoutMs: healthMs }));
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

function start(
  host: BridgeHost,
  cwd: string,
  environment: Environment,
  password: string,
): ReturnType<typeof startListening> {
  return startListening(host, {
    agent,
    notInstalled,
    listening: /listening on (https?:\/\/\S+)/,
    spec: (port) => ({
      file: executableIn(environment),
      // Its `--port 0` is 4096 where that is free.
      args: ["serve", "--hostname", "127.0.0.1", "--port", port],
      cwd,
      env: {
        OPENCODE_SERVER_PASSWORD: password,
        OPENCODE_PERMISSION: serverPermission(jsonIn(environment, "OPENCODE_PERMISSION")),
        OPENCODE_CONFIG_CONTENT: unshared(jsonIn(environment, "OPENCODE_CONFIG_CONTENT")),
        OPENCODE_AUTO_SHARE: "false",
      },
    }),
  });
}

/** `OPENCODE_CONFIG_CONTENT`: the user's, but no session is uploaded without a question. */
function unshared(own: unknown): string {
  const share = isFields(own) && own["share"] === "disabled" ? "disabled" : "manual";
  return JSON.stringify({ ...jsonFieldsOf(own), share });
}

/** What the user set, which goes on to the server with what has to be added. */
function jsonIn(environment: Environment, name: string): unknown {
  try {
    return JSON.parse(environment[name] || "{}");
  } catch (cause) {
    throw new BridgeError("bad-request", `${name} is no plain JSON: correct it`, { cause });
  }
}

function read({ payload }: Fields): SessionFrame {
  const event = fieldsOf(payload);
  const type = textOf(event["type"]);
  if (type === "server.connected") return "connected";
  // `sync` is the same once more, in the words of the second protocol.
  if (type.startsWith("server.") || type === "sync") return "ignored";
  const properties = fieldsOf(event["properties"]);
  const info = fieldsOf(properties["info"]);
  const session = textOf(properties["sessionID"]);
  return { event, session, parent: textOf(info["parentID"]), isListed: listed.has(type) };
}

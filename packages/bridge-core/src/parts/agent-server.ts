import type { AgentProcess } from "../adapter.ts";
import type { BridgeError } from "../errors.ts";
import { HttpClient, type HttpServer } from "./http-json.ts";
import {
  crashOf,
  startListening,
  untilHealthy,
  type ListeningProgram,
} from "./listening-program.ts";
import { SessionEvents, type SessionEventsOptions } from "./session-events.ts";
import type { SharedBackend } from "./shared-backends.ts";

const healthMs = 1000;

/** A server of an agent's, and how it is used. */
export interface AgentServerOptions
  extends
    Omit<HttpServer, "url">,
    Pick<SessionEventsOptions, "host" | "read" | "silenceMs" | "onStranger"> {
  /** Of one that runs already, and is never ended here; null: `program` is started. */
  readonly url: string | null;
  readonly program: Omit<ListeningProgram, "agent">;
  /** A path that is answered when the server is ready. */
  readonly health: string;
  /** The path of its events. */
  readonly events: string;
}

/** A server that speaks JSON and tells its events, for all threads of an environment. */
export class AgentServer implements SharedBackend {
  /** The agent's name in sentences. */
  readonly agent: string;
  readonly client: HttpClient;
  readonly events: SessionEvents;
  readonly ended: Promise<BridgeError | null>;
  readonly #process: AgentProcess | null;
  #end: (error: BridgeError | null) => void = () => {};

  private constructor(options: AgentServerOptions, url: string, process: AgentProcess | null) {
    const { host, agent, user, password, events } = options;
    this.agent = agent;
    this.client = new HttpClient(host, { agent, url, user, password });
    this.#process = process;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.events = new SessionEvents({
      ...options,
      open: (signal) => this.client.events(events, signal),
      onLost: (error) => this.#end(error),
    });
    void this.ended.then(() => {
      this.events.close();
      return process?.[Symbol.asyncDispose]();
    });
    if (process !== null) void crashOf(agent, process).then(this.#end);
  }

  /** Resolves when it answers and tells its events. */
  static async open(options: AgentServerOptions): Promise<AgentServer> {
    const { host, agent, url: given, program, health } = options;
    const started = given === null ? await startListening(host, { ...program, agent }) : null;
    const url = started?.url ?? given ?? "";
    const server = new AgentServer(options, url, started?.process ?? null);
    try {
      await untilHealthy(host, () => server.client.ask(health, { timeoutMs: healthMs }));
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

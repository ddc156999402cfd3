import { BridgeError, type BridgeHost, type SpawnSpec } from "@fairlead/bridge-core";
import {
  fieldsOf,
  orDisposed,
  terminalLogin,
  textOf,
  unattendedLogin,
  type Fields,
  type SharedBackend,
} from "@fairlead/bridge-core/parts";
import { methods, PROTOCOL_VERSION } from "@agentclientprotocol/sdk";
import type { AcpAgent } from "./agents.ts";
import { Connection } from "./connection.ts";

const startMs = 60_000;

/** What the bridge offers an agent: no files and no terminals, for it has its own on this machine. */
const clientCapabilities = {
  fs: { readTextFile: false, writeTextFile: false },
  terminal: false,
  auth: { terminal: true },
  elicitation: { form: {}, url: {} },
  session: { compaction: {}, notices: {} },
  // What a command prints comes with its calls then, as it is printed.
  _meta: { terminal_output: true },
};

/** What became of the login, as the agent said it last. */
export interface Account {
  /** Why it wants a login; null when it does not. */
  refusal: string | null;
  login: readonly string[] | null;
}

/** One process of an agent's that is ready for sessions. */
export class Backend implements SharedBackend {
  readonly agent: AcpAgent;
  readonly connection: Connection;
  readonly ended: Promise<BridgeError | null>;
  /** The answer to `initialize`. */
  #said: Fields = {};
  readonly #host: BridgeHost;
  readonly #account: Account;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(
    host: BridgeHost,
    agent: AcpAgent,
    account: Account,
    environment: Readonly<Record<string, string>>,
    cwd: string,
  ) {
    this.#host = host;
    this.agent = agent;
    this.#account = account;
    const { command: file, args } = agent;
    const missed = Object.entries(agent.defaults ?? {}).filter(([key]) => !environment[key]);
    const env = { ...Object.fromEntries(missed), ...agent.env };
    this.#environment = { ...environment, ...env };
    const spec: SpawnSpec = { file, args, cwd, env };
    this.connection = new Connection(host, agent.displayName, spec);
    this.ended = this.connection.ended;
  }

  /** Starts the agent in a folder. Rejects when it is not there, is no agent, or the signal aborts. */
  static async start(
    host: BridgeHost,
    agent: AcpAgent,
    account: Account,
    cwd: string,
    signal: AbortSignal,
  ): Promise<Backend> {
    const backend = new Backend(host, agent, account, await host.environment(cwd), cwd);
    const opening = orDisposed(backend, signal, () => backend.#initialize());
    return opening.then(
      () => backend,
      (error: unknown) => {
        throw missing(agent, error);
      },
    );
  }

  /** The version it says it has. */
  get version(): string | null {
    return textOf(fieldsOf(this.#said["agentInfo"])["version"]) || null;
  }

  /** `agentCapabilities`. */
  get capabilities(): Fields {
    return fieldsOf(this.#said["agentCapabilities"]);
  }

  /** A request that opens a session, or needs a login in another way. */
  async enter(method: string, params: Fields): Promise<Fields> {
    try {
      const answer = await this.#entered(method, params);
      this.#account.refusal = null;
      return answer;
    } catch (error) {
      if (!BridgeError.is(error) || error.kind !== "unauthenticated") throw error;
      const { command, args, login: known = null } = this.agent;
      const login = terminalLogin(this.#said["authMethods"], [command, ...args]) ?? known;
      Object.assign(this.#account, { refusal: error.message, login });
      const how = login === null ? "" : `: run \`${login.join(" ")}\``;
      const words = `${this.agent.displayName} wants a login (${error.message})${how}`;
      throw new BridgeError("unauthenticated", words, { cause: error });
    }
  }

  /** Its answer, within a minute. */
  async within(method: string, params: Fields): Promise<Fields> {
    const over = new AbortController();
    const late = this.#host.sleep(startMs, { signal: over.signal }).then(() => {
      const { displayName } = this.agent;
      throw new BridgeError("crashed", `${displayName} does not answer ${method} within a minute`);
    });
    try {
      return await Promise.race([this.connection.ask(method, params), late]);
    } finally {
      late.catch(() => {});
      over.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }

  async #initialize(): Promise<void> {
    const { initialize } = methods.agent;
    const clientInfo = { name: "fairlead", title: "Fairlead", version: "1" };
    const hello = { protocolVersion: PROTOCOL_VERSION, clientCapabilities, clientInfo };
    this.#said = await this.within(initialize, hello);
    const { protocolVersion } = this.#said;
    if (protocolVersion === PROTOCOL_VERSION) return;
    const words = `${this.agent.displayName} speaks version ${String(protocolVersion)} of ACP`;
    throw new BridgeError("unsupported", `${words}; Fairlead speaks version ${PROTOCOL_VERSION}`);
  }

  async #entered(method: string, params: Fields): Promise<Fields> {
    try {
      return await this.within(method, params);
    } catch (error) {
      const isLogin = BridgeError.is(error) && error.kind === "unauthenticated";
      const { authentications = {} } = this.agent;
      const methodId = isLogin
        ? unattendedLogin(this.#said["authMethods"], authentications, this.#environment)
        : undefined;
      if (methodId === undefined) throw error;
      await this.within(methods.agent.authenticate, { methodId });
      return this.within(method, params);
    }
  }
}

/** What to do about a program that is not there. */
export function notInstalled({ displayName, command, install }: AcpAgent): string {
  const words = `${displayName} is not installed: there is no program \`${command}\``;
  return install === undefined ? words : `${words}; run \`${install}\``;
}

function missing(agent: AcpAgent, error: unknown): unknown {
  if (!BridgeError.is(error) || error.kind !== "not-installed") return error;
  return new BridgeError("not-installed", notInstalled(agent), { cause: error });
}

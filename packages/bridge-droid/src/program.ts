import { BridgeError, type BridgeHost, type SpawnSpec } from "@fairlead/bridge-core";
import {
  AgentProgram,
  fieldsOf,
  textOf,
  type Fields,
  type ProgramProtocol,
  type ProgramSink,
} from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

/** Starting takes one to three seconds, more where MCP servers have to be reached. */
const startTimeoutMs = 60_000;
/** For requests that are answered when their work is done. */
export const patientMs: number = 60 * 60_000;

/** What requests take and answers hold. */
export type Data = Readonly<Record<string, JsonValue>>;

/** What to do about a missing program. */
export const notInstalled = "Droid is not installed: run `npm i -g droid` and log in with `droid`";

/** Every frame bears these; without them Droid answers with an error that names no request. */
const envelope = { jsonrpc: "2.0", factoryApiVersion: "1.0.0" } as const;

/** One process of Droid's and the requests on its pipes, in both directions. */
export class Program extends AgentProgram {
  constructor(
    host: BridgeHost,
    { file, cwd, env = {} }: Pick<SpawnSpec, "file" | "cwd" | "env">,
    sink: ProgramSink = { frame() {}, ended() {} },
  ) {
    const formats = ["--input-format", "stream-jsonrpc", "--output-format", "stream-jsonrpc"];
    // An update would replace the program while it works.
    const all = { ...env, FACTORY_DROID_AUTO_UPDATE_ENABLED: "false" };
    super(host, { file, args: ["exec", ...formats], cwd, env: all }, protocol, sink);
  }

  /** The first answer of all, which opens a session; the program is ended when it does not come. */
  async open(method: string, params: Data, signal: AbortSignal): Promise<Fields> {
    return this.ready(this.request(method, params, startTimeoutMs), signal);
  }

  /** Droid's answer. Rejects when it refuses, is gone or stays silent. */
  async request(method: string, params: Data = {}, timeoutMs?: number): Promise<Fields> {
    return this.ask(
      (id) => ({ ...envelope, type: "request", id, method: `droid.${method}`, params }),
      timeoutMs,
    );
  }

  /** Answers a request of Droid's; null: it is not known. */
  async reply(id: string, result: Data | null): Promise<void> {
    const unknown = { error: { code: -32_601, message: "Unknown method" } };
    const answer = result === null ? unknown : { result };
    await this.send({ ...envelope, type: "response", id, ...answer });
  }
}

const protocol: ProgramProtocol = {
  name: "Droid",
  notInstalled,
  answerIn({ type, id, result, error }) {
    if (type !== "response") return null;
    if (error === undefined) return { id: textOf(id), answer: fieldsOf(result) };
    const { code, message } = fieldsOf(error);
    const kind = code === -32_004 ? "not-found" : "bad-request";
    const words = textOf(message) || "Droid refused without a reason";
    return { id: textOf(id), answer: new BridgeError(kind, words) };
  },
  failureIn: () => null,
};

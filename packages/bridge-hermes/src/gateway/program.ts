import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import {
  AgentProgram,
  fieldsOf,
  textOf,
  type Fields,
  type ProgramProtocol,
  type ProgramSink,
} from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import { notInstalled, scripts } from "../install.ts";

/** For what is answered when its work is done. */
export const patientMs: number = 24 * 60 * 60_000;
const startTimeoutMs = 60_000;

type Params = Readonly<Record<string, JsonValue>>;

/** One process of Hermes' stdio gateway and the requests on its pipes. */
export class GatewayProgram extends AgentProgram {
  constructor(host: BridgeHost, python: string, cwd: string, sink: ProgramSink) {
    super(host, { file: python, args: [scripts.gateway], cwd }, protocol, sink);
  }

  /** The answer to a request. Rejects when it refuses, is gone or stays silent. */
  async request(method: string, params: Params, timeoutMs?: number): Promise<Fields> {
    return this.ask((id) => ({ jsonrpc: "2.0", id, method, params }), timeoutMs);
  }

  /** The first request of a new program, which is ended when it is refused. */
  async first(method: string, params: Params, signal: AbortSignal): Promise<Fields> {
    return this.ready(this.request(method, params, startTimeoutMs), signal);
  }
}

const protocol: ProgramProtocol = {
  name: "Hermes",
  notInstalled,
  answerIn({ id, result, error }) {
    if (typeof id !== "string") return null;
    if (error === undefined) return { id, answer: fieldsOf(result) };
    const words = textOf(fieldsOf(error)["message"]);
    const kind = /session not found/i.test(words) ? "not-found" : "bad-request";
    return { id, answer: new BridgeError(kind, `Hermes refused: ${words}`) };
  },
  failureIn: () => null,
};

import type { BridgeHost, SpawnSpec } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import type { FailureKind } from "../ops.ts";
import { AgentProgram, type ProgramSink } from "./agent-program.ts";
import { fieldsOf, textOf, type Fields } from "./fields.ts";

/** A program that speaks JSON-RPC, in sentences. */
export interface JsonRpcAgent {
  readonly name: string;
  /** What to do when the program is not there. */
  readonly notInstalled: string;
  /** What a refusal in such words is; `bad-request` for all others. */
  readonly refusals?: readonly (readonly [FailureKind, RegExp])[];
}

/** One process of an agent's that speaks JSON-RPC 2.0, one frame in a line. */
export class JsonRpcProgram extends AgentProgram {
  constructor(host: BridgeHost, spec: SpawnSpec, agent: JsonRpcAgent, sink: ProgramSink) {
    const answerIn = (frame: Fields) => answerOf(frame, agent);
    super(host, spec, { ...agent, answerIn, failureIn: () => null }, sink);
  }

  /** The agent's answer. Rejects when it refuses, is gone or stays silent. */
  request(method: string, params: object, timeoutMs?: number): Promise<Fields> {
    return this.ask((id) => ({ jsonrpc: "2.0", id, method, params }), timeoutMs);
  }

  /** Tells it something. */
  async notify(method: string, params: object): Promise<void> {
    await this.send({ jsonrpc: "2.0", method, params });
  }

  /** Answers what it asked under this id. */
  async reply(id: unknown, result: object): Promise<void> {
    await this.send({ jsonrpc: "2.0", id, result });
  }
}

function answerOf(
  { id, method, result, error }: Fields,
  { name, refusals = [] }: JsonRpcAgent,
): { readonly id: string; readonly answer: Fields | BridgeError } | null {
  if (typeof id !== "string" || method !== undefined) return null;
  if (error === undefined) return { id, answer: fieldsOf(result) };
  const words = textOf(fieldsOf(error)["message"]);
  const [kind = "bad-request"] = refusals.find(([, pattern]) => pattern.test(words)) ?? [];
  return { id, answer: new BridgeError(kind, `${name} refused: ${words}`) };
}

import { BridgeError, type BridgeHost, type OpenThread } from "@fairlead/bridge-core";
import {
  AgentProgram,
  fieldsOf,
  textOf,
  type Fields,
  type ProgramProtocol,
} from "@fairlead/bridge-core/parts";
import { notInstalled, scripts } from "../install.ts";
import type { Channel, ChannelSink, Params } from "./channel.ts";

/** A process of Hermes' stdio gateway, made to ask before each call. */
export function openStdio(
  host: BridgeHost,
  python: string,
  { cwd, mcpServers, instructions }: Pick<OpenThread, "cwd" | "mcpServers" | "instructions">,
  sink: ChannelSink,
): Channel {
  const servers = Object.fromEntries(mcpServers.map(({ name, ...server }) => [name, server]));
  const env = {
    ...(mcpServers.length > 0 && { FAIRLEAD_HERMES_MCP: JSON.stringify(servers) }),
    ...(instructions !== null && { FAIRLEAD_HERMES_INSTRUCTIONS: instructions }),
  };
  const spec = { file: python, args: [scripts.gateway], cwd, env };
  const frame = (frame: Fields): void => {
    const { type, payload } = fieldsOf(frame["params"]);
    sink.event(textOf(type), fieldsOf(payload));
  };
  return new Gateway(host, spec, gateway, { frame, ended: sink.ended });
}

class Gateway extends AgentProgram implements Channel {
  async request(method: string, params: Params, timeoutMs?: number): Promise<Fields> {
    return this.ask((id) => ({ jsonrpc: "2.0", id, method, params }), timeoutMs);
  }
}

const kinds = [
  ["not-found", /session not found/i],
  ["not-running", /no turn runs/],
] as const;

const gateway: ProgramProtocol = {
  name: "Hermes",
  notInstalled,
  answerIn({ id, result, error }) {
    if (typeof id !== "string") return null;
    if (error === undefined) return { id, answer: fieldsOf(result) };
    const words = textOf(fieldsOf(error)["message"]);
    const [kind] = kinds.find(([, pattern]) => pattern.test(words)) ?? ["bad-request" as const];
    return { id, answer: new BridgeError(kind, `Hermes refused: ${words}`) };
  },
  failureIn: () => null,
};

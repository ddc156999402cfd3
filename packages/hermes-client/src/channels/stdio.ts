import type { BridgeHost } from "@fairlead/bridge-core";
import { fieldsOf, JsonRpcProgram, textOf, type JsonRpcAgent } from "@fairlead/bridge-core/parts";
import { notInstalled, scripts } from "../install.ts";
import type { HermesChannel, HermesSink, HermesOpening } from "./channel.ts";

const gateway: JsonRpcAgent = {
  name: "Hermes",
  notInstalled,
  refusals: [
    ["not-found", /session not found/i],
    ["not-running", /no turn runs/],
  ],
};

/** A process of Hermes' stdio gateway, made to ask before each call. */
export function openStdio(
  host: BridgeHost,
  python: string,
  { cwd, mcpServers, instructions }: HermesOpening,
  { event, ended }: HermesSink,
): HermesChannel {
  const servers = Object.fromEntries(mcpServers.map(({ name, ...server }) => [name, server]));
  const env = {
    ...(mcpServers.length > 0 && { FAIRLEAD_HERMES_MCP: JSON.stringify(servers) }),
    ...(instructions !== null && { FAIRLEAD_HERMES_INSTRUCTIONS: instructions }),
  };
  return new JsonRpcProgram(host, { file: python, args: [scripts.gateway], cwd, env }, gateway, {
    frame({ params }) {
      const { type, payload } = fieldsOf(params);
      event(textOf(type), fieldsOf(payload));
    },
    ended,
  });
}

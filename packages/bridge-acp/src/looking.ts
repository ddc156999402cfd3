import type { BridgeHost, ModelInfo } from "@fairlead/bridge-core";
import { acpOffers, AcpSession, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { methods } from "@agentclientprotocol/sdk";
import type { Backend } from "./backend.ts";
import { nobody } from "./connection.ts";

const commandsMs = 2000;

/** What an agent offers in a folder. */
export interface Look {
  readonly models: readonly ModelInfo[];
  readonly commands: readonly Fields[];
}

/** Opens a session for no other reason than to see what it says of itself, and lets go of it. */
export async function look(backend: Backend, cwd: string, host: BridgeHost): Promise<Look> {
  const { connection, capabilities } = backend;
  const { session } = methods.agent;
  const state = new AcpSession();
  const said = await backend.enter(session.new, { cwd, mcpServers: [] });
  const sessionId = textOf(said["sessionId"]);
  state.take(said);
  const told = new AbortController();
  connection.route(sessionId, {
    ...nobody,
    update(update) {
      state.take(update);
      if (state.commands !== null) told.abort();
    },
  });
  // They come behind the answer, where there are any.
  if (state.commands === null) {
    await host.sleep(commandsMs, { signal: told.signal }).catch(() => {});
  }
  connection.unroute(sessionId);
  const goodbye = acpOffers(capabilities, "delete") ? session.delete : session.close;
  const isKnown = acpOffers(capabilities, "delete") || acpOffers(capabilities, "close");
  if (isKnown) connection.ask(goodbye, { sessionId }).catch(() => {});
  return { models: state.models(), commands: state.commands ?? [] };
}

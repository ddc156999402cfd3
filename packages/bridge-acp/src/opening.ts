import { BridgeError, type BridgeHost, type OpenThread } from "@fairlead/bridge-core";
import {
  acpMcpServers,
  acpOffers,
  AcpReplay,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { methods } from "@agentclientprotocol/sdk";
import type { Backend } from "./backend.ts";
import type { SessionSink } from "./connection.ts";

const quietMs = 250;

/** A session that was opened. */
export interface Opened {
  readonly id: string;
  /** The answer, with what the session says of itself. */
  readonly said: Fields;
  /** How many turns it has already; null where the agent did not tell them. */
  readonly turns: number | null;
}

/** Opens the session of a thread: a new one, the one it goes on from, or a copy of that. */
export async function openSession(
  backend: Backend,
  { cwd, from, mcpServers, instructions }: Omit<OpenThread, "threadId" | "settings">,
  sink: SessionSink,
  host: BridgeHost,
): Promise<Opened> {
  const { capabilities, connection } = backend;
  const { displayName } = backend.agent;
  const params = {
    cwd,
    mcpServers: acpMcpServers(mcpServers, takesUrls(capabilities)),
    ...(instructions !== null && takesInstructions(capabilities) && systemPrompt(instructions)),
  };
  if (from === null || from.fork) {
    const isFork = from !== null;
    if (isFork && (!acpOffers(capabilities, "fork") || from.before !== null)) {
      throw new BridgeError("unsupported", `${displayName} cannot fork a session there`);
    }
    const said = isFork
      ? await backend.enter("session/fork", { ...params, sessionId: from.nativeId })
      : await backend.enter(methods.agent.session.new, params);
    const id = textOf(said["sessionId"]);
    connection.route(id, sink);
    return { id, said, turns: isFork ? null : 0 };
  }
  const id = from.nativeId;
  if (acpOffers(capabilities, "loadSession")) {
    const { said, replay } = await load(backend, id, params, sink, host);
    return { id, said, turns: replay.turns };
  }
  if (!acpOffers(capabilities, "resume")) {
    throw new BridgeError("unsupported", `${displayName} cannot go on with a session`);
  }
  connection.route(id, sink);
  const said = await backend.enter(methods.agent.session.resume, { ...params, sessionId: id });
  return { id, said, turns: null };
}

/** Loads a session, whose past is told on the way; what is told of it afterwards goes to `sink`. */
export async function load(
  backend: Backend,
  sessionId: string,
  params: Fields & { readonly cwd: string },
  sink: SessionSink,
  host: BridgeHost,
): Promise<{ readonly said: Fields; readonly replay: AcpReplay }> {
  const { connection, agent } = backend;
  const replay = new AcpReplay(params.cwd);
  let told = 0;
  connection.route(sessionId, {
    update(update) {
      told += 1;
      replay.take(update);
      // What a session is like now is told in between.
      if (textOf(update["sessionUpdate"]).endsWith("_update")) sink.update(update);
    },
    request: (...request) => sink.request(...request),
  });
  try {
    const said = await backend.enter(methods.agent.session.load, { ...params, sessionId });
    if (agent.lateReplay === true) {
      for (let before = -1; before !== told;) {
        before = told;
        await host.sleep(quietMs, { signal: new AbortController().signal });
      }
    }
    replay.end();
    connection.route(sessionId, sink);
    return { said, replay };
  } catch (error) {
    connection.unroute(sessionId);
    throw notFound(error, sessionId, agent.displayName);
  }
}

/** Whether the agent has a place for the client's instructions. */
export function takesInstructions(capabilities: Fields): boolean {
  return acpOffers(capabilities, "systemPrompt");
}

/** Whether the agent reaches MCP servers by URL. */
export function takesUrls({ mcpCapabilities }: Fields): boolean {
  return typeof mcpCapabilities === "object" &&
    mcpCapabilities !== null &&
    "http" in mcpCapabilities
    ? mcpCapabilities.http === true
    : false;
}

function systemPrompt(text: string): Fields {
  return { systemPrompt: { mode: "append", content: [{ type: "text", text }] } };
}

/** Agents refuse a session they do not know in different ways. */
function notFound(error: unknown, id: string, agent: string): unknown {
  if (!BridgeError.is(error)) return error;
  const isUnknown = /not.?found|no such|invalid session|unknown session|does not exist/i;
  const isRefusal = error.kind === "bad-request" || error.kind === "other";
  if (!isRefusal || !isUnknown.test(error.message)) return error;
  return new BridgeError("not-found", `${agent} has no session ${id}`, { cause: error });
}

import { BridgeError, type OpenThread } from "@fairlead/bridge-core";
import { acpOffers, acpOpening, AcpReplay, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { methods } from "@agentclientprotocol/sdk";
import type { Backend } from "./backend.ts";
import type { SessionSink } from "./connection.ts";

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
  spec: OpenThread,
  sink: SessionSink,
): Promise<Opened> {
  const { from } = spec;
  const { capabilities, connection } = backend;
  const { displayName } = backend.agent;
  const params = acpOpening(spec, capabilities);
  if (from === null || from.fork) {
    const isFork = from !== null;
    if (isFork && (!acpOffers(capabilities, "fork") || from.before !== null)) {
      throw new BridgeError("unsupported", `${displayName} cannot fork a session there`);
    }
    const said = isFork
      ? await backend.enter("session/fork", { ...params, sessionId: from.nativeId })
      : await backend.enter(methods.agent.session.new, params);
    const id = textOf(said["sessionId"]);
    if (!isFork || !acpOffers(capabilities, "loadSession")) {
      connection.route(id, sink);
      return { id, said, turns: isFork ? null : 0 };
    }
    // How many turns a copy has, only its past tells.
    const { replay } = await load(backend, id, params, sink);
    return { id, said, turns: replay.turns };
  }
  const id = from.nativeId;
  if (acpOffers(capabilities, "loadSession")) {
    const { said, replay } = await load(backend, id, params, sink);
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
): Promise<{ readonly said: Fields; readonly replay: AcpReplay }> {
  const { connection, agent } = backend;
  const replay = new AcpReplay(params.cwd);
  connection.route(sessionId, {
    update(update) {
      replay.take(update);
      // What a session is like now is told in between.
      if (textOf(update["sessionUpdate"]).endsWith("_update")) sink.update(update);
    },
    request: (...request) => sink.request(...request),
  });
  try {
    const said = await backend.enter(methods.agent.session.load, { ...params, sessionId });
    replay.end();
    connection.route(sessionId, sink);
    return { said, replay };
  } catch (error) {
    connection.unroute(sessionId);
    throw notFound(error, sessionId, agent.displayName);
  }
}

/** Agents refuse a session they do not know in different ways. */
function notFound(error: unknown, id: string, agent: string): unknown {
  if (!BridgeError.is(error)) return error;
  const isUnknown =
    /not.?found|no such|no previous sessions|invalid session|unknown session|does not exist/i;
  const isRefusal = error.kind === "bad-request" || error.kind === "other";
  if (!isRefusal || !isUnknown.test(error.message)) return error;
  return new BridgeError("not-found", `${agent} has no session ${id}`, { cause: error });
}

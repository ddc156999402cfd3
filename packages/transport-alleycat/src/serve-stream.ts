import type { Duplex } from "node:stream";
import type { AdmittedClient, ListenerHost, Visitors } from "@fairlead/bridge-core/transport";
import { messageOf, originOf } from "@fairlead/bridge-core/transport";
import {
  controlFrame,
  type FrameRoom,
  maxControlBytes,
  readControlFrame,
} from "./control-frame.ts";
import type { RemotePeer } from "./endpoint-thread.ts";
import { linger } from "./linger.ts";
import { type ControlRequest, parseRequest } from "./requests.ts";
import { agentList, attached, done, failure, protocolVersion, unknownAgent } from "./responses.ts";
import { streamTransport } from "./stream-transport.ts";

/** What a stream is served with. */
export interface StreamContext {
  readonly host: Pick<ListenerHost, "admit" | "log">;
  readonly visitors: Visitors;
  /** Shared by all streams. */
  readonly room: FrameRoom;
  readonly firstFrameTimeoutMs: number;
  /** How long a client may wait for the operator's yes. */
  readonly admissionTimeoutMs: number;
}

/** Close code of a connection whose device was revoked or has another role now. */
const revokedCode = 4003;
const revokedReason = "this device was revoked or may do other things now";
/** A client that resumes speaks first as a rule: what it missed waits so long for it. */
const resumedPatienceMs = 1000;

/** Serves one stream: a request, its response and, for `connect`, what follows. Never rejects. */
export async function serveStream(
  stream: Duplex,
  peer: RemotePeer,
  context: StreamContext,
): Promise<void> {
  try {
    const asked = await requestOf(stream, context);
    if (asked === null) stream.destroy();
    else if (typeof asked === "string") respond(stream, failure(asked));
    else await answer(stream, peer, asked, context);
  } catch (error) {
    context.host.log("warn", "a stream of a client failed", error);
    respond(stream, failure(messageOf(error)));
  }
}

/** Null = silence; a sentence when it is no request. */
async function requestOf(
  stream: Duplex,
  { firstFrameTimeoutMs, room }: StreamContext,
): Promise<ControlRequest | string | null> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), firstFrameTimeoutMs);
  const reading = readControlFrame(stream, late.signal, room);
  const frame = await reading.finally(() => clearTimeout(timer));
  if (frame === null) return null;
  if ("isCrowded" in frame) return "this host reads too many long requests: try again in a moment";
  if ("text" in frame) return parseRequest(frame.text);
  return `malformed request: its ${frame.tooLargeBytes} bytes are more than the ${maxControlBytes} a frame may have`;
}

async function answer(
  stream: Duplex,
  peer: RemotePeer,
  request: ControlRequest,
  context: StreamContext,
): Promise<void> {
  if (request.version !== protocolVersion) {
    const versions = `client=${request.version} host=${protocolVersion}`;
    respond(stream, failure(`protocol mismatch: ${versions}`));
    return;
  }
  const client = await admit(stream, peer, request.token, context);
  if (typeof client === "string") {
    respond(stream, failure(client));
    return;
  }
  if (stream.destroyed) return;
  switch (request.op) {
    case "list_agents":
      respond(stream, agentList(await client.agents()));
      return;
    case "restart_agent": {
      const problem = await restart(client, request.agent);
      respond(stream, problem === null ? done : failure(problem));
      return;
    }
    case "connect":
      await connect(stream, peer, request, client);
      return;
  }
}

/** The client, or why it is none. */
async function admit(
  stream: Duplex,
  { id, from }: RemotePeer,
  token: string,
  { host, visitors, admissionTimeoutMs }: StreamContext,
): Promise<AdmittedClient | string> {
  const blocked = visitors.blocked(id);
  if (blocked !== null) return blocked.text;
  const life = new AbortController();
  const onClose = (): void => life.abort(new Error("the client is gone"));
  const timer = setTimeout(() => {
    life.abort(new Error("nobody has said yes in time"));
  }, admissionTimeoutMs);
  stream.once("close", onClose);
  const claim = { token, key: id, label: null, origin: `alleycat ${hostOf(from)}` };
  const admission = await host.admit(claim, { signal: life.signal });
  clearTimeout(timer);
  stream.off("close", onClose);
  if ("client" in admission) return admission.client;
  visitors.failed(id);
  return admission.refusal;
}

async function restart(client: AdmittedClient, name: string): Promise<string | null> {
  const known = await nameOf(client, name);
  if (known === null) return unknownAgent(name);
  return client.restartAgent(known).then(() => null, messageOf);
}

async function connect(
  stream: Duplex,
  peer: RemotePeer,
  { agent, lastSeq }: Extract<ControlRequest, { readonly op: "connect" }>,
  client: AdmittedClient,
): Promise<void> {
  if (client.ended.aborted) {
    respond(stream, failure("invalid token"));
    return;
  }
  const opened = client.open({ endpoint: agent, session: { name: null, cursor: lastSeq } });
  if ("refusal" in opened) {
    const known = await nameOf(client, agent);
    respond(stream, failure(known === null ? unknownAgent(agent) : opened.refusal));
    return;
  }
  const onEnd = (): void => peer.hangUp(revokedCode, revokedReason);
  client.ended.addEventListener("abort", onEnd, { once: true });
  stream.once("close", () => client.ended.removeEventListener("abort", onEnd));
  stream.write(controlFrame(attached(opened.session)));
  const resumes = opened.session?.attached === "resumed";
  opened.take(streamTransport(stream, { patienceMs: resumes ? resumedPatienceMs : null }));
}

/** Name of the agent of this name or alias; null when there is none. */
async function nameOf(client: AdmittedClient, wanted: string): Promise<string | null> {
  const agents = await client.agents();
  const byName = agents.find(({ name }) => name === wanted);
  const found = byName ?? agents.find(({ aliases }) => aliases.includes(wanted));
  return found?.name ?? null;
}

function respond(stream: Duplex, response: object): void {
  if (stream.destroyed || stream.writableEnded) return;
  stream.end(controlFrame(response));
  linger(stream);
}

/** Without the port, which is another one each time; of an IPv6 address only the network. */
function hostOf(from: string): string {
  return originOf(from.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"));
}

import { messageOf } from "@fairlead/bridge-core/transport";
import {
  type Connected,
  connectSession,
  Peer,
  type FrameTransport,
} from "@fairlead/bridge-core/peer";
import { ownVersion } from "../version.ts";

/** What {@link probe} sends, and where. */
export interface ProbeRequest {
  readonly url: string;
  readonly token: string | null;
  readonly method: string;
  readonly params: unknown;
  /** A thread is started in this folder first; `$threadId` in the params stands for it. */
  readonly thread: boolean;
  /** Notification to wait for behind the answer. */
  readonly until?: string;
  readonly seconds: number;
  readonly device?: string;
  readonly cursor?: number;
}

/** Sends one request and prints every frame. False when it was refused, or too late. */
export async function probe(request: ProbeRequest): Promise<boolean> {
  const { url, token, method, until, device, cursor = null } = request;
  const connected: Connected = await connectSession(url, {
    ...(token !== null && { token }),
    ...(device !== undefined && { session: { device, cursor } }),
  });
  if (connected.session !== null) {
    const { attached, seq, floor } = connected.session;
    process.stderr.write(`session ${attached}; seq ${seq}; floor ${floor}\n`);
  }
  const signal = AbortSignal.timeout(request.seconds * 1000);
  let arrived: (() => void) | null = null;
  const awaited = new Promise<void>((resolve, reject) => {
    arrived = resolve;
    signal.addEventListener("abort", () => {
      reject(new Error(`nothing more came within ${request.seconds} seconds`));
    });
  });
  // Waited for below, or not at all.
  awaited.catch(() => {});
  const peer = new Peer(printed(connected.transport), {
    onNotification: (name) => {
      if (name === until) arrived?.();
    },
    // A probe decides nothing: the request stays open for others.
    onRequest: () => new Promise<never>(() => {}),
  });
  try {
    if (connected.session?.attached !== "resumed") {
      await peer.request(
        "initialize",
        {
          clientInfo: { name: "fairlead-probe", title: null, version: ownVersion() },
          capabilities: { experimentalApi: true },
        },
        { signal },
      );
      peer.notify("initialized", undefined);
    }
    const threadId = request.thread
      ? threadOf(await peer.request("thread/start", { cwd: process.cwd() }, { signal }))
      : null;
    await peer.request(method, filled(request.params, threadId), { signal });
    if (until !== undefined) await awaited;
    return true;
  } catch (error) {
    process.stderr.write(`fairlead: ${method}: ${messageOf(error)}\n`);
    return false;
  } finally {
    peer.close();
  }
}

function filled(params: unknown, threadId: string | null): unknown {
  if (threadId === null) return params;
  const value: unknown = JSON.parse(
    JSON.stringify(params).replaceAll('"$threadId"', JSON.stringify(threadId)),
  );
  return value;
}

function threadOf(result: unknown): string | null {
  if (typeof result !== "object" || result === null || !("thread" in result)) return null;
  const { thread } = result;
  if (typeof thread !== "object" || thread === null || !("id" in thread)) return null;
  return typeof thread.id === "string" ? thread.id : null;
}

function printed(transport: FrameTransport): FrameTransport {
  return {
    start: (events) =>
      transport.start({
        ...events,
        onFrame(text) {
          process.stdout.write(`← ${text}\n`);
          events.onFrame(text);
        },
      }),
    send(text) {
      process.stderr.write(`→ ${text}\n`);
      transport.send(text);
    },
    get bufferedBytes() {
      return transport.bufferedBytes;
    },
    close: (code, reason) => transport.close(code, reason),
  };
}

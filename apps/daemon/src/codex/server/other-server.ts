import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { connectWebSocket, type FrameTransport } from "@fairlead/bridge-core/peer";
import { maxCodexFrameBytes } from "./frame-limit.ts";

const handshakeMs = 2000;

/**
 * Connects to an app-server that somebody else runs at codex's own control socket, if one answers
 * there. Null when there is none, or what is there does not speak WebSocket.
 */
export async function connectOther(codexHome: string): Promise<FrameTransport | null> {
  const socket = join(codexHome, "app-server-control", "app-server-control.sock");
  try {
    // Codex makes it a link, so that the address stays short.
    return await connectWebSocket(`unix://${await realpath(socket)}`, {
      timeoutMs: handshakeMs,
      maxFrameBytes: maxCodexFrameBytes,
    });
  } catch {
    return null;
  }
}

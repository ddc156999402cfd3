import { type FrameTransport, Peer } from "@fairlead/bridge-core/peer";
import { ownVersion } from "../../version.ts";

/**
 * Asks an app-server whether it could run a turn: somebody is logged in, or its model provider needs
 * no login. Opens no thread. Ends the connection.
 */
export async function isLoggedIn(transport: FrameTransport, signal: AbortSignal): Promise<boolean> {
  const peer = new Peer(transport);
  try {
    const clientInfo = { name: "fairlead", title: "Fairlead", version: ownVersion() };
    await peer.request("initialize", { clientInfo, capabilities: null }, { signal });
    peer.notify("initialized", undefined);
    const answer = await peer.request("account/read", { refreshToken: false }, { signal });
    if (typeof answer !== "object" || answer === null) return true;
    const needed = "requiresOpenaiAuth" in answer && answer.requiresOpenaiAuth === true;
    return !needed || ("account" in answer && answer.account !== null);
  } finally {
    peer.close();
  }
}

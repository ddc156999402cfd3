import claudeBridge from "@fairlead/bridge-claude";
import type { BridgeFactory } from "@fairlead/bridge-core";
import demoBridge from "@fairlead/bridge-demo";

/** Every agent there is, best first, by its name on the wire. The only place that names bridges. */
export const bridges: ReadonlyMap<string, BridgeFactory> = new Map([
  ["claude", claudeBridge],
  ["demo", demoBridge],
]);

/** The bridge of an agent. Throws a sentence with the known names for an unknown one. */
export function bridgeOf(name: string): BridgeFactory {
  const bridge = bridges.get(name);
  if (bridge === undefined) throw new Error(unknownAgent(name));
  return bridge;
}

/** What to tell somebody who asks for an agent that does not exist. */
export function unknownAgent(name: string): string {
  return `unknown agent ${name}: choose ${knownNames()}`;
}

/** What to tell a WebSocket client whose path names no agent at all. */
export function unknownPath(path: string): string {
  return `unknown path ${path}: use /agents/NAME, where NAME is ${knownNames()}`;
}

function knownNames(): string {
  return [...bridges.keys()].join(" or ");
}

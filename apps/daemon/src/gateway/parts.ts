import type { AgentDirectory } from "../agents/agent-entry.ts";
import type { Ledger } from "./ledger.ts";
import type { LostLinks } from "./lost-links.ts";
import type { RequestIds } from "./request-ids.ts";
import type { ThreadDirectory } from "./thread-directory.ts";
import type { GatewayObserver } from "./types.ts";

/** What everything in the gateway shares. */
export interface GatewayParts {
  readonly agents: AgentDirectory;
  readonly ledger: Ledger;
  readonly directory: ThreadDirectory;
  readonly requestIds: RequestIds;
  readonly lostLinks: LostLinks;
  readonly observer: GatewayObserver;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

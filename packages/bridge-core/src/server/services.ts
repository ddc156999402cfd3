import type { BridgeAdapter, BridgeHost } from "../adapter.ts";
import type { OperatorPolicy } from "../policy.ts";
import type { ProcessGroups } from "../process/process-groups.ts";
import type { ThreadStore } from "../threads/store.ts";
import type { AskDesk } from "./ask-desk.ts";
import type { Audience } from "./audience.ts";

/** What every thread of one agent shares. */
export interface ThreadServices {
  readonly adapter: BridgeAdapter;
  readonly host: BridgeHost;
  /** Takes charge of what core itself starts: git, commands of the user. */
  readonly groups: ProcessGroups;
  readonly store: ThreadStore;
  readonly desk: AskDesk;
  readonly policy: OperatorPolicy;
  /** Every initialized client. */
  readonly everyone: Audience;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly mint: () => string;
  /** The model the agent takes when none is chosen; its own name until its models are known. */
  readonly defaultModel: () => string;
  readonly log: BridgeHost["log"];
  /** How long an agent may take to end a turn that was interrupted before it is ended for it. */
  readonly interruptGraceMs: number;
  /** Name of the MCP server through which core offers a client's own tools to the agent. */
  readonly clientToolServer: string;
}

import type { BridgeAdapter, BridgeCapabilities } from "@fairlead/bridge-core";
import { arrayField, field, stringField } from "../read.ts";
import { type Feature, features } from "../scenario/feature.ts";
import type { ClientFrame } from "../skeleton.ts";
import type { Manifest } from "./manifest.ts";

/** What shows that an agent has a feature. */
interface Proof {
  /** Where it shows, for a sentence. */
  readonly shownBy: string;
  /** A frame a client received. */
  readonly frame?: (frame: unknown) => boolean;
  /** What the bridge says of itself. */
  readonly adapter?: (capabilities: BridgeCapabilities) => boolean;
  /** Only there it is this one, and not another feature. Default: everywhere. */
  readonly in?: string;
  /** It may come without being claimed: core itself does it for every agent. Default false. */
  readonly mayComeUnclaimed?: true;
}

/** A completed item of this type that is as wanted. */
function item(type: string, fits: (item: unknown) => boolean = () => true): Proof {
  return {
    shownBy: `an item ${type}`,
    frame: (frame) => {
      const found = field(frame, "params", "item");
      return (
        field(frame, "method") === "item/completed" && field(found, "type") === type && fits(found)
      );
    },
  };
}

/** A request or a notification of the server with this method. */
function method(name: string, fits: (params: unknown) => boolean = () => true): Proof {
  return {
    shownBy: name,
    frame: (frame) => field(frame, "method") === name && fits(field(frame, "params")),
  };
}

const ofAgent = (found: unknown): boolean => field(found, "source") !== "userShell";
const changes =
  (fits: (kind: unknown) => boolean) =>
  (found: unknown): boolean =>
    arrayField(found, "changes").some((change) => fits(field(change, "kind")));
const errorClass = (params: unknown): boolean => {
  const info = field(params, "turn", "error", "codexErrorInfo");
  return info !== undefined && info !== null && info !== "other";
};

/**
 * How each feature shows. Null: no frame tells it from what core does for every agent; its scenarios
 * are all that checks the claim.
 */
const proofs: Readonly<Record<Feature, Proof | null>> = {
  reasoning: item("reasoning"),
  command: item("commandExecution", ofAgent),
  commandOutput: {
    ...method("item/commandExecution/outputDelta"),
    // A command of the user's own streams with every agent.
    mayComeUnclaimed: true,
  },
  commandApproval: {
    ...method("item/commandExecution/requestApproval"),
    adapter: ({ gating }) => gating !== "none",
  },
  fileChange: item("fileChange"),
  fileApproval: method("item/fileChange/requestApproval"),
  fileUpdate: item(
    "fileChange",
    changes((kind) => field(kind, "type") === "update"),
  ),
  fileDelete: item(
    "fileChange",
    changes((kind) => field(kind, "type") === "delete"),
  ),
  fileRename: item(
    "fileChange",
    changes((kind) => typeof field(kind, "move_path") === "string"),
  ),
  plan: method("turn/plan/updated"),
  planMode: item("plan"),
  question: method("item/tool/requestUserInput"),
  mcp: item("mcpToolCall"),
  clientTools: method("item/tool/call"),
  subagent: item("collabAgentToolCall"),
  image: {
    ...item("userMessage", (found) =>
      arrayField(found, "content").some((part) => /image/i.test(stringField(part, "type") ?? "")),
    ),
    adapter: ({ input }) => input.includes("image"),
  },
  steer: null,
  queue: method("thread/queue/changed"),
  compact: { ...item("contextCompaction"), in: "compact" },
  autoCompact: { ...item("contextCompaction"), in: "compact-auto" },
  usage: method("thread/tokenUsage/updated"),
  apiErrors: method("turn/completed", errorClass),
  retry: method("error", (params) => field(params, "willRetry") === true),
  backgroundCommand: null,
};

/** What was seen of an agent, to hold its manifest against. */
export class Evidence {
  readonly #seen = new Map<Feature, string>();

  /** Frames of a scenario that ran. */
  see(scenario: string, frames: readonly ClientFrame[]): void {
    for (const feature of features) {
      const proof = proofs[feature];
      if (this.#seen.has(feature) || (proof?.in ?? scenario) !== scenario) continue;
      const shows = proof?.frame;
      const shown = frames.some(({ dir, frame }) => dir === "recv" && shows?.(frame) === true);
      if (shown) this.#seen.set(feature, scenario);
    }
  }

  /**
   * Claims that nothing bore out, and what was seen without a claim: one sentence each.
   *
   * @param whole All scenarios ran: what was not seen is not there.
   */
  problems(
    { features: claims }: Manifest,
    { capabilities }: BridgeAdapter,
    whole: boolean,
  ): readonly string[] {
    return features.flatMap((feature) => {
      const proof = proofs[feature];
      if (proof === null) return [];
      const claim = claims[feature];
      const scenario = this.#seen.get(feature);
      const able = proof.adapter?.(capabilities);
      if (claim === true) {
        if (able === false)
          return [`\`${feature}\` is claimed, and the bridge's capabilities say no`];
        const unseen = whole && proof.frame !== undefined && scenario === undefined;
        return unseen ? [`\`${feature}\` is claimed, and no scenario showed ${proof.shownBy}`] : [];
      }
      if (proof.mayComeUnclaimed === true) return [];
      if (able === true) {
        return [`the bridge's capabilities have \`${feature}\`, and the manifest says: ${claim}`];
      }
      if (scenario === undefined) return [];
      return [
        `\`${feature}\` was seen in ${scenario} (${proof.shownBy}), and the manifest says: ${claim}`,
      ];
    });
  }
}

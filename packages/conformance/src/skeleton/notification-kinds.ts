import type { Feature } from "../scenario/feature.ts";

/** How a kind of notification is compared. */
export interface NotificationRule {
  /** Of the wire; with a comma what tells two uses of one method apart. */
  readonly kind: string;
  /**
   * Whether it may be absent where codex sends it: always, never, or unless the bridge claims a
   * feature.
   */
  readonly mayBeAbsent: true | false | { readonly unless: Feature };
  /** Whether it may come where codex sends none. */
  readonly mayBeExtra: boolean;
  readonly because: string;
}

/** The kind of an `error` notification that announces another try. */
export const retryKind = "error, will retry";

/** Usage of turns that were over when the client came. */
export const earlierUsageKind = "thread/tokenUsage/updated, of earlier turns";

const usage = { unless: "usage" } as const;

/**
 * The kinds that are not compared both ways, most of them ambient: they tell of the server, the
 * account or the machine, not of the conversation. What is not in the table must come where codex
 * sends it and nowhere else. Kinds are compared as sets, never as sequences: codex sends usage once
 * per call of the model.
 */
const notificationRules: readonly NotificationRule[] = [
  {
    kind: "thread/tokenUsage/updated",
    mayBeAbsent: usage,
    mayBeExtra: true,
    because: "only an agent that counts its tokens can tell",
  },
  {
    kind: retryKind,
    mayBeAbsent: { unless: "retry" },
    mayBeExtra: true,
    because: "many agents try again without telling, and some more often than codex",
  },
  {
    kind: "thread/started",
    mayBeAbsent: false,
    mayBeExtra: true,
    because: "codex 0.169 starts sub-agents' threads without it; a client is better off with it",
  },
  {
    kind: "thread/name/updated",
    mayBeAbsent: false,
    mayBeExtra: true,
    because: "some agents find a title for the conversation themselves",
  },
  {
    kind: "turn/plan/updated",
    mayBeAbsent: { unless: "plan" },
    mayBeExtra: false,
    because: "only agents with a to-do list have one to show",
  },
  {
    kind: "turn/diff/updated",
    mayBeAbsent: true,
    mayBeExtra: true,
    because:
      "codex sums up its own patches; Fairlead asks git, which sees commands too, and nothing " +
      "outside of a repository",
  },
  ambient(earlierUsageKind, "codex repeats it to a client that resumes or forks a thread"),
  ambient("account/rateLimits/updated", "limits of codex's own service"),
  ambient("account/updated", "sign-in with codex's own service"),
  ambient("warning", "advice about the machine or the agent; its texts are each server's own"),
  ambient("guardianWarning", "codex's own reviewer of approvals"),
  ambient("configWarning", "about codex's own configuration file"),
  ambient("deprecationNotice", "codex's advice to client authors"),
  ambient("remoteControl/status/changed", "codex's own remote control"),
  ambient("mcpServer/startupStatus/updated", "when MCP servers start is the agent's affair"),
  ambient("skills/changed", "which skills there are depends on the machine"),
  ambient("app/list/updated", "apps of codex's own service"),
  ambient("thread/settings/updated", "codex repeats settings nobody changed"),
  ambient("thread/readState/changed", "unread marks are a service of codex's store"),
  ambient("thread/goal/cleared", "codex sends it for threads that never had a goal"),
  ambient("thread/environment/connected", "codex's remote environments"),
  ambient("thread/environment/disconnected", "codex's remote environments"),
  ambient("thread/prediction/updated", "a guess at the next prompt"),
  ambient("thread/project/updated", "projects are codex's own"),
  ambient("project/changed", "projects are codex's own"),
  ambient("model/rerouted", "which model answers is the provider's affair"),
  ambient("model/verification", "codex's own service"),
  ambient("model/safetyBuffering/updated", "codex's own service"),
  ambient("turn/moderationMetadata", "codex's own service"),
  ambient("hook/started", "hooks are the user's configuration of one agent"),
  ambient("hook/completed", "hooks are the user's configuration of one agent"),
  ambient("rawResponseItem/completed", "codex's own model protocol"),
  ambient("rawResponse/completed", "codex's own model protocol"),
  ambient("thread/compacted", "the older twin of the item contextCompaction"),
];

/**
 * Notifications that carry the turns and items themselves: the skeleton shows them as turns, items
 * and asks, and the laws hold their order.
 */
export const structuralKinds: ReadonlySet<string> = new Set([
  "thread/status/changed",
  "turn/started",
  "turn/completed",
  "item/started",
  "item/completed",
  "serverRequest/resolved",
]);

const byKind: ReadonlyMap<string, NotificationRule> = new Map(
  notificationRules.map((rule) => [rule.kind, rule]),
);

/** How a kind is compared. */
export function notificationRule(kind: string): NotificationRule {
  const strict = { kind, mayBeAbsent: false, mayBeExtra: false, because: "it is not ambient" };
  return byKind.get(kind) ?? strict;
}

function ambient(kind: string, because: string): NotificationRule {
  return { kind, mayBeAbsent: true, mayBeExtra: true, because };
}

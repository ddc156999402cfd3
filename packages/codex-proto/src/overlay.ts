import type { JsonValue, Thread } from "./generated/types.ts";
import type { Stability } from "./generated/methods.ts";

/** Drops turns from the end of a thread; older clients send it where newer ones revert. */
export interface ThreadRollbackParams {
  threadId: string;
  /** How many turns to drop, at least 1. */
  numTurns: number;
}

/** The thread after the rollback, its remaining turns included. */
export interface ThreadRollbackResponse {
  thread: Thread;
}

/** A skill offered by a remote catalogue. */
export interface RemoteSkillSummary {
  id: string;
  name: string;
  description: string;
}

/** The remote skills an older client can pick from. */
export interface SkillsRemoteListResponse {
  data: RemoteSkillSummary[];
}

/** Where an exported remote skill was put. */
export interface SkillsRemoteExportResponse {
  id: string;
  path: string;
}

/** A piece of the JSON text of a dynamic tool call's arguments, as the agent writes it. */
export interface DynamicToolCallArgumentsDeltaNotification {
  threadId: string;
  turnId: string;
  itemId: string;
  delta: string;
}

/** Requests of older clients that the pinned codex no longer has. */
export interface OverlayClientRequests {
  "thread/rollback": { params: ThreadRollbackParams; result: ThreadRollbackResponse };
  "skills/remote/list": {
    params: { [key: string]: JsonValue } | null | undefined;
    result: SkillsRemoteListResponse;
  };
  "skills/remote/export": {
    params: { [key: string]: JsonValue };
    result: SkillsRemoteExportResponse;
  };
}

/** Notifications that clients understand and codex itself never sends. */
export interface OverlayServerNotifications {
  "item/dynamicToolCall/argumentsDelta": DynamicToolCallArgumentsDeltaNotification;
}

/** Every method of {@link OverlayClientRequests}; none was behind the experimental switch. */
export const overlayClientMethods: Readonly<Record<keyof OverlayClientRequests, Stability>> = {
  "thread/rollback": "stable",
  "skills/remote/list": "stable",
  "skills/remote/export": "stable",
};

/** Every method of {@link OverlayServerNotifications}. */
export const overlayServerNotificationMethods: Readonly<
  Record<keyof OverlayServerNotifications, Stability>
> = {
  "item/dynamicToolCall/argumentsDelta": "stable",
};

/**
 * The top-level key under which a frame carries its position in a session. A client that
 * reconnects names the last one it has seen and gets the frames after it.
 */
export const sequenceKey = "_alleycat_seq";

/** What a resumable session adds to every frame that is a JSON object. */
export interface SequencedEnvelope {
  /** Strictly increasing within a session, from its epoch on. */
  [sequenceKey]?: number;
}

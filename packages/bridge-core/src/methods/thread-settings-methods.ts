import type { ClientRequests } from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";
import type { LiveThread } from "../server/live-thread.ts";
import type { ClientHandle, Handlers } from "./handler.ts";
import { changeSettings, type ThreadMethodParts } from "./thread-start-methods.ts";

type SettingsRequest = ClientRequests["thread/settings/update"]["params"];

const settable = [
  "cwd",
  "approvalPolicy",
  "sandboxPolicy",
  "permissions",
  "model",
  "effort",
  "collaborationMode",
] as const;

const unsettable = [
  "disabledPluginIds",
  "environments",
  "serviceTier",
  "summary",
  "multiAgentMode",
  "personality",
] as const;

/** Changing what holds from a thread's next turn on, without starting one. */
export function threadSettingsMethods(parts: ThreadMethodParts): Handlers {
  return {
    async "thread/settings/update"(params, { client }) {
      const thread = parts.book.loaded(params.threadId);
      const { approvalsReviewer } = params;
      if (approvalsReviewer != null && approvalsReviewer !== "user") {
        throw RpcError.invalidRequest("approvalsReviewer: approvals are asked of the user only");
      }
      refuseNoEffect(params);
      await takeSettings(parts, thread, params, client);
      return {};
    },
  };
}

/**
 * Puts the settings of a request in force from the next turn on and warns the client that asked for
 * more than the operator allows. Called for `thread/settings/update` and `turn/start`.
 */
export async function takeSettings(
  parts: ThreadMethodParts,
  thread: LiveThread,
  params: Pick<SettingsRequest, (typeof settable)[number]>,
  client: ClientHandle,
): Promise<void> {
  const { collaborationMode } = params;
  const lowered = await changeSettings(parts, thread, {
    ...params,
    model: collaborationMode?.settings.model ?? params.model ?? null,
    effort: collaborationMode?.settings.reasoning_effort ?? params.effort ?? null,
  });
  if (collaborationMode != null) thread.wire.changeSettings({ mode: collaborationMode.mode });
  if (lowered !== null) client.notify("warning", { threadId: thread.id, message: lowered });
}

/**
 * A request that can change nothing is refused; beside other changes clients see what holds in the
 * notification.
 */
function refuseNoEffect(params: SettingsRequest): void {
  const without = unsettable.filter((field) => params[field] != null);
  if (without.length === 0 || settable.some((field) => params[field] != null)) return;
  throw RpcError.invalidRequest(
    `${without.join(", ")}: cannot be set here; only ${settable.join(", ")} can`,
  );
}

import type { Environment, McpServer } from "@fairlead/bridge-core";
import type { JsonValue } from "@fairlead/codex-proto";
import type { Permissions } from "./permissions.ts";

/** Which conversation a process of Claude's is to carry. */
export type Conversation =
  /** `id` null lets Claude choose, where ours is taken by an earlier life of the thread. */
  | { readonly kind: "new"; readonly id: string | null }
  | { readonly kind: "resume"; readonly id: string }
  /** A copy of `from`, up to the message with the uuid `at`; null copies all. */
  | {
      readonly kind: "fork";
      readonly id: string | null;
      readonly from: string;
      readonly at: string | null;
    };

/** Everything one process of Claude's is started with. */
export interface Launch {
  readonly executable: string;
  readonly cwd: string;
  readonly conversation: Conversation;
  readonly mode: Permissions["mode"];
  /** Whether the folder's own settings are loaded; null: not until the user is asked. */
  readonly trusted: boolean | null;
  readonly instructions: string | null;
  readonly mcpServers: readonly McpServer[];
  readonly outputSchema: JsonValue | null;
}

/** The program to run: `FAIRLEAD_CLAUDE`, by default `claude` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_CLAUDE"] || "claude";
}

/** The arguments. Nothing in them is secret: that goes through {@link initializeOf}. */
export function argumentsOf({ conversation, mode, trusted }: Launch): readonly string[] {
  const args = ["-p", "--verbose", "--input-format", "stream-json"];
  args.push("--output-format", "stream-json", "--include-partial-messages", "--await-initialize");
  args.push("--permission-prompt-tool", "stdio", "--permission-mode", mode);
  if (trusted !== true) args.push("--setting-sources", "user");
  const { kind, id } = conversation;
  if (kind === "resume") return [...args, "--resume", id];
  if (kind === "fork") args.push("--resume", conversation.from, "--fork-session");
  if (kind === "fork" && conversation.at !== null)
    args.push("--resume-session-at", conversation.at);
  return id === null ? args : [...args, "--session-id", id];
}

/** The `initialize` request, with what no other user may read off the command line. */
export function initializeOf({ instructions, mcpServers, outputSchema }: Launch): JsonValue {
  const servers: Record<string, JsonValue> = {};
  for (const server of mcpServers) {
    servers[server.name] =
      "url" in server
        ? { type: "http", url: server.url, headers: { ...server.headers } }
        : {
            type: "stdio",
            command: server.command,
            args: [...server.args],
            env: { ...server.env },
          };
  }
  return {
    subtype: "initialize",
    forwardSubagentText: true,
    mcpServers: servers,
    ...(instructions !== null && { appendSystemPrompt: instructions }),
    ...(outputSchema !== null && { jsonSchema: outputSchema }),
  };
}

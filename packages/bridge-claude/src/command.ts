import type { McpServer } from "@fairlead/bridge-core";
import type { JsonValue } from "@fairlead/codex-proto";
import type { Permissions } from "./permissions.ts";

/** Which conversation a process of Claude's is to carry. */
export type Conversation =
  /** A new one; `id` null lets Claude choose, where ours is taken by an earlier life of the thread. */
  | { readonly kind: "new"; readonly id: string | null }
  | { readonly kind: "resume"; readonly id: string }
  /** `at`: uuid of the last message to keep; null keeps all. */
  | {
      readonly kind: "fork";
      readonly id: string;
      readonly newId: string | null;
      readonly at: string | null;
    };

/** Everything one process of Claude's is started with. */
export interface Launch {
  readonly executable: string;
  readonly cwd: string;
  readonly conversation: Conversation;
  readonly mode: Permissions["mode"];
  /** False leaves the folder's own hooks, MCP servers and settings out. */
  readonly trusted: boolean;
  readonly instructions: string | null;
  readonly mcpServers: readonly McpServer[];
  readonly outputSchema: JsonValue | null;
}

/** The launch environment of a folder. */
export type Environment = Readonly<Record<string, string>>;

/** The program to run: `FAIRLEAD_CLAUDE`, by default `claude` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_CLAUDE"] || "claude";
}

/** The arguments: how to talk, whose conversation, what may happen. Secrets go through {@link initializeOf}. */
export function argumentsOf({ conversation, mode, trusted }: Launch): readonly string[] {
  return [
    ...["-p", "--verbose", "--input-format", "stream-json", "--output-format", "stream-json"],
    ...["--include-partial-messages", "--permission-prompt-tool", "stdio", "--await-initialize"],
    ...["--permission-mode", mode],
    ...(trusted ? [] : ["--setting-sources", "user"]),
    ...conversationArguments(conversation),
  ];
}

function conversationArguments(conversation: Conversation): readonly string[] {
  switch (conversation.kind) {
    case "new":
      return conversation.id === null ? [] : ["--session-id", conversation.id];
    case "resume":
      return ["--resume", conversation.id];
    case "fork": {
      const { id, newId, at } = conversation;
      return [
        ...["--resume", id, "--fork-session"],
        ...(newId === null ? [] : ["--session-id", newId]),
        ...(at === null ? [] : ["--resume-session-at", at]),
      ];
    }
  }
}

/** The `initialize` request. It carries what other users of the machine must not read off the command line. */
export function initializeOf({ instructions, mcpServers, outputSchema }: Launch): JsonValue {
  const servers = mcpServers.map((server) => {
    if ("url" in server) {
      return [server.name, { type: "http", url: server.url, headers: { ...server.headers } }];
    }
    const { name, command, args, env } = server;
    return [name, { type: "stdio", command, args: [...args], env: { ...env } }];
  });
  return {
    subtype: "initialize",
    forwardSubagentText: true,
    ...(servers.length === 0 ? {} : { mcpServers: Object.fromEntries(servers) }),
    ...(instructions === null ? {} : { appendSystemPrompt: instructions }),
    ...(outputSchema === null ? {} : { jsonSchema: outputSchema }),
  };
}

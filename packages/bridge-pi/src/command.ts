import type { Environment, McpServer, ThreadOp } from "@fairlead/bridge-core";
import { versionNotice } from "@fairlead/bridge-core/parts";
import { fileURLToPath } from "node:url";

const testedVersions = ["1.5.2", "0.87.1", "0.73.1"] as const;

/** Which conversation a process of Pi's is to carry; `path` is that of a session file. */
export type Conversation =
  /** `id` null lets Pi choose: before 0.76 it knows no other way. */
  | { readonly kind: "new"; readonly id: string | null }
  | { readonly kind: "resume"; readonly path: string }
  /** Asks Pi about itself, and leaves nothing behind. */
  | { readonly kind: "none" }
  | { readonly kind: "fork"; readonly id: string | null; readonly path: string };

/** Everything one process of Pi's is started with. */
export interface Launch {
  readonly executable: string;
  readonly version: PiVersion;
  readonly cwd: string;
  readonly conversation: Conversation;
  /** `provider/id`; null: what Pi's settings or the session say. */
  readonly model: string | null;
  readonly effort: string | null;
  readonly instructions: string | null;
  readonly mcpServers: readonly McpServer[];
}

/**
 * The first version, as one number, that has: `--session-id`; the event `agent_settled`; the command
 * `clear_queue`; commands that switch models and leave the user's settings alone; MCP servers.
 */
const since = { sessionId: 76e3, settling: 80_004, clearQueue: 84_004, switching: 87e3, mcp: 99e3 };

/** A version of Pi's. */
export interface PiVersion {
  readonly text: string;
  /** Whether it knows something that older ones do not. */
  readonly has: (what: keyof typeof since) => boolean;
}

/** What `pi --version` says; a version that cannot be read is taken for a new one. */
export function versionOf(printed: string): PiVersion {
  const [text = "of unknown version"] = /\d+\.\d+\.\d+\S*/.exec(printed) ?? [];
  const [major = 99, minor = 0, patch = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return { text, has: (what) => major * 1e6 + minor * 1e3 + patch >= since[what] };
}

/** What the user has to know of this version of Pi's. */
export function noticesOf({ version, mcpServers }: Launch): readonly ThreadOp[] {
  const strange = versionNotice("Pi", version.text, ...testedVersions);
  if (mcpServers.length === 0 || version.has("mcp")) return strange;
  const names = mcpServers.map(({ name }) => name).join(", ");
  const message = `Pi ${version.text} knows no MCP servers: ${names} cannot be used.`;
  return [...strange, { op: "notice", message }];
}

/** The program to run: `FAIRLEAD_PI`, by default `pi` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_PI"] || "pi";
}

/** The extension that makes Pi ask; in the package beside the code, built or not. */
const extension = fileURLToPath(new URL("../extension/fairlead.ts", import.meta.url));

/** The arguments. Nothing in them is secret: that goes through {@link environmentOf}. */
export function argumentsOf(launch: Launch): readonly string[] {
  const { conversation, model, effort, instructions } = launch;
  const args = ["--mode", "rpc", "--extension", extension];
  if (model !== null) args.push("--model", model);
  if (effort !== null) args.push("--thinking", levelOf(effort));
  // Words that name a file would be replaced by what is in it: none begins with a line break.
  if (instructions !== null) args.push("--append-system-prompt", `\n${instructions}`);
  if (conversation.kind === "resume") return [...args, "--session", conversation.path];
  if (conversation.kind === "none") return [...args, "--no-session"];
  if (conversation.kind === "fork") args.push("--fork", conversation.path);
  return conversation.id === null ? args : [...args, "--session-id", conversation.id];
}

/** MCP servers, for the extension alone to see. */
export function environmentOf({ mcpServers }: Launch): Readonly<Record<string, string>> {
  const servers = mcpServers.map((server) => {
    const own =
      "url" in server
        ? { url: server.url, headers: literal(server.headers) }
        : { command: server.command, args: server.args, env: literal(server.env) };
    return [server.name, { ...own, exposure: "direct" }];
  });
  return { FAIRLEAD_PI_MCP: JSON.stringify(Object.fromEntries(servers)) };
}

/** Pi would run a value that begins with `!` and replace `$NAME` in it. */
function literal(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const escaped: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    escaped[name] = value.replaceAll("$", "$$$$").replace(/^!/, "$$!");
  }
  return escaped;
}

/** An effort in Pi's words. */
export function levelOf(effort: string): string {
  return effort === "none" ? "off" : effort;
}

/**
 * Runs inside Pi, which asks nobody by itself: holds every tool call until the bridge has said yes.
 * Imports nothing of Pi, so that it loads in every version. What throws here, is cancelled or stays
 * unanswered blocks the call.
 */
import { lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";

interface ToolCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The call of a tool that calls other tools. */
  readonly parentToolCallId?: string;
}

interface Context {
  readonly cwd: string;
  readonly signal?: AbortSignal;
  readonly ui: {
    select(
      title: string,
      options: readonly string[],
      more: { readonly signal?: AbortSignal },
    ): Promise<string | undefined>;
  };
}

interface Verdict {
  readonly block: true;
  readonly reason: string;
}

interface Pi {
  on(
    event: "tool_call",
    handler: (call: ToolCall, context: Context) => Promise<Verdict | undefined>,
  ): void;
  getAllTools(): readonly { readonly name: string; readonly sourceInfo?: { source?: string } }[];
  registerMcpServer?(name: string, config: unknown): void;
}

/** Answers of the bridge. Whatever else comes back blocks the call. */
const answers = ["allow", "run", "deny", "plan"];
const reasons: Readonly<Record<string, string>> = {
  deny: "The user declined this. Do not try it another way.",
  plan: "Plan mode: nothing may be changed yet. Propose what you would change instead.",
};
const unanswered = "Fairlead did not allow this call.";
const longestBefore = 256 * 1024;
/** What Pi expands, trims or replaces in a path. */
const ownWords = /^[@~\s]|^file:|\s$|[\u00A0\u2000-\u200A\u202F\u205F\u3000]/i;
/** A path that is not there: Pi tries other spellings of these. */
const otherSpelling = /[^\x20-\x7E]|'| [AP]M\./i;
/** Folders whose files decide what programs run. */
const guarded = /^\.(git|pi|agents|claude|codex|fairlead)$/i;

/** Pi's entry point. */
export default function fairlead(pi: Pi): void {
  for (const [name, config] of Object.entries(mcpServers())) pi.registerMcpServer?.(name, config);

  pi.on("tool_call", async (call, { cwd, signal, ui }) => {
    const { toolCallId: id, toolName: tool, input, parentToolCallId: parent } = call;
    const { path = ".", pattern = "." } = input;
    const inner = innerPath(cwd, path);
    const title = JSON.stringify({
      fairlead: "tool_call",
      id,
      tool,
      input,
      parent,
      builtin: pi
        .getAllTools()
        .some(({ name, sourceInfo }) => name === tool && sourceInfo?.source === "builtin"),
      inside: inner !== null && (tool !== "find" || innerPath(cwd, pattern) !== null),
      guarded: inner === null || inner.split(sep).some((part) => guarded.test(part)),
      before: tool === "write" ? contentOf(resolve(cwd, String(path))) : undefined,
    });
    const answer = await ui.select(title, answers, signal === undefined ? {} : { signal });
    if (answer === "run") return undefined;
    if (answer !== "allow") return { block: true, reason: reasons[answer ?? ""] ?? unanswered };
    // What was asked about is what runs, whatever other extensions do after this one.
    freeze(input);
    return undefined;
  });
}

/** The servers of the thread, also when Pi loads its extensions again. */
function mcpServers(): object {
  const kept = Symbol.for("fairlead.mcp");
  const known: unknown = Reflect.get(globalThis, kept);
  const servers: unknown = known ?? JSON.parse(process.env["FAIRLEAD_PI_MCP"] ?? "{}");
  Reflect.set(globalThis, kept, servers);
  // What Pi's commands start has no business with the servers' secrets.
  delete process.env["FAIRLEAD_PI_MCP"];
  return typeof servers === "object" && servers !== null ? servers : {};
}

/**
 * A path as Pi would take it, below the folder and without links; null when it lies elsewhere. Words
 * that Pi reads in a way of its own count as elsewhere.
 */
function innerPath(folder: string, path: unknown): string | null {
  if (typeof path !== "string" || ownWords.test(path)) return null;
  const real = realPath(resolve(folder, path));
  const top = realPath(folder);
  if (real === null || top === null) return null;
  const inner = relative(top, real);
  return inner === ".." || inner.startsWith(`..${sep}`) || isAbsolute(inner) ? null : inner;
}

/** The path without links; null when it cannot be told what it leads to. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    if (folder === path || isThere(path) || otherSpelling.test(path)) return null;
    const real = realPath(folder);
    return real === null ? null : resolve(real, relative(folder, path));
  }
}

/** Also true for a link that leads nowhere. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** What a file holds now; null when there is none, or it is too long to be shown. */
function contentOf(path: string): string | null {
  try {
    return statSync(path).size > longestBefore ? null : readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Lets a call stay as it was asked about: another extension that changes it blocks it. */
function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || !Object.isExtensible(value)) return;
  for (const name of Object.keys(value)) {
    const part: unknown = Reflect.get(value, name);
    freeze(part);
    Object.defineProperty(value, name, {
      enumerable: true,
      configurable: false,
      get: () => part,
      set(changed: unknown) {
        if (changed !== part) throw new Error(`Fairlead asked about another ${name} of this call.`);
      },
    });
  }
  Object.preventExtensions(value);
}

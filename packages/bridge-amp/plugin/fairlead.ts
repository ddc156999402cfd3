/**
 * Runs inside Amp, which asks nobody by itself: holds every tool call until the bridge has said yes.
 * Imports nothing of Amp, so that it loads in every version. What fails, is refused or stays
 * unanswered blocks the call.
 */
import { lstatSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

interface Thread {
  readonly id: string;
}

interface ToolCall {
  readonly thread: Thread;
  readonly toolUseID: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface AgentStart {
  readonly thread: Thread;
  readonly message: string;
  readonly id: number | string;
}

type Verdict =
  | { readonly action: "allow" }
  | { readonly action: "reject-and-continue"; readonly message: string };

interface Amp {
  on(event: "tool.call", handler: (call: ToolCall) => Promise<Verdict>): void;
  on(event: "agent.start", handler: (start: AgentStart) => Promise<object>): void;
  readonly system?: { readonly workspaceRoot?: { toString(): string } | null };
}

export const description = "Asks the user, by way of Fairlead, before a tool runs";

const unanswered = "Fairlead did not allow this call.";
const longestBefore = 256 * 1024;
/** Members of a tool's input that name files or folders. */
const pathMember = /path|file|dir|cwd|folder|glob/i;
/** Folders whose files decide what programs run. */
const guarded = /^\.(git|amp|agents|claude|codex|fairlead)$/i;
/** Only a patch has such lines. */
const patch = /^\s*\*\*\*\s*(?:Begin Patch|\w+ File:)/m;
/** Its lines that are no lines of a file, and how they name one. */
const patchLine = /^[^\S\n]*\*\*\*(.*)$/gm;
const patchFile = /^\s*(?:(?:Add|Update|Delete) File|Move to):\s*(.+)$/;
const patchEdge = /^\s*(?:Begin Patch|End Patch|End of File)\s*$/;

/** Amp's entry point. What throws here leaves Amp without the plugin, and then nothing may run. */
export default async function fairlead(amp: Amp): Promise<void> {
  const own = join(String(process.env["XDG_CONFIG_HOME"]), "amp", "fairlead");
  const { url, token, cwd } = addressIn(join(own, "ask.json"));

  async function post(path: string, body: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    // A user may take days: only the connection's end is an answer.
    const more = { method: "POST", headers, body: JSON.stringify(body), timeout: false };
    const response = await fetch(`${url}${path}`, more);
    if (!response.ok) throw new Error(`Fairlead answered ${response.status}`);
    const answer: unknown = await response.json();
    return answer;
  }

  amp.on("tool.call", async ({ thread, toolUseID, tool, input }) => {
    try {
      const facts = factsOf(cwd, input);
      return verdictIn(
        await post("/call", { thread: thread.id, id: toolUseID, tool, input, ...facts }),
      );
    } catch {
      return { action: "reject-and-continue", message: unanswered };
    }
  });
  amp.on("agent.start", async ({ thread, message, id }) => {
    const answer = await post("/start", { thread: thread.id, message, id }).catch(() => ({}));
    const { content } = fieldsOf(answer);
    return typeof content === "string" ? { message: { content } } : {};
  });

  await post("/hello", {});
  writeFileSync(join(own, "asked"), "");
  // Never answered: its end tells each side that the other one is gone.
  void post("/stay", {}).catch(() => {});
}

function addressIn(file: string): { url: string; token: string; cwd: string } {
  const { url, token, cwd } = fieldsOf(JSON.parse(readFileSync(file, "utf8")));
  return { url: String(url), token: String(token), cwd: String(cwd) };
}

/** Only a clear yes is one. */
function verdictIn(answer: unknown): Verdict {
  const { action, message } = fieldsOf(answer);
  if (action === "allow") return { action };
  return {
    action: "reject-and-continue",
    message: typeof message === "string" ? message : unanswered,
  };
}

/** What the bridge cannot see of a call: where its paths lead, and what a file holds now. */
function factsOf(cwd: string, input: Readonly<Record<string, unknown>>): object {
  const named = Object.entries(input).filter(([name]) => pathMember.test(name));
  const patched = Object.values(input).flatMap((value) => patchPaths(value));
  const paths = [...named.flatMap(([, value]) => value ?? []), ...patched];
  const inner = paths.map((path) => innerPath(cwd, path));
  return {
    inside: inner.every((path) => path !== null),
    // Of a change that names no file nobody knows what it changes.
    guarded:
      inner.length === 0 ||
      inner.some((path) => path === null || path.split(sep).some((part) => guarded.test(part))),
    before: Object.fromEntries(
      paths.flatMap((path) =>
        typeof path === "string" ? [[path, contentOf(pathIn(cwd, path) ?? "")]] : [],
      ),
    ),
  };
}

/** The files that a patch names; null for a line that may name one. */
function patchPaths(text: unknown): readonly (string | null)[] {
  if (typeof text !== "string" || !patch.test(text)) return [];
  return [...text.matchAll(patchLine)].flatMap(([, line = ""]) =>
    patchEdge.test(line) ? [] : (patchFile.exec(line)?.[1]?.trim() ?? null),
  );
}

/** Below the folder and without links; null when it lies elsewhere or cannot be told. */
function innerPath(folder: string, path: unknown): string | null {
  const full = pathIn(folder, path);
  const real = full === null ? null : realPath(full);
  const top = realPath(folder);
  if (real === null || top === null) return null;
  const inner = relative(top, real);
  return inner === ".." || inner.startsWith(`..${sep}`) || isAbsolute(inner) ? null : inner;
}

/** Null for what may be another path than it looks. */
function pathIn(folder: string, path: unknown): string | null {
  if (typeof path !== "string" || /^[~$\s]|\s$/.test(path)) return null;
  try {
    return path.startsWith("file:") ? fileURLToPath(path) : resolve(folder, path);
  } catch {
    return null;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    const folder = dirname(path);
    if (folder === path || fieldsOf(error)["code"] !== "ENOENT" || isLink(path)) return null;
    const real = realPath(folder);
    return real === null ? null : join(real, basename(path));
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

/** A link that leads nowhere could lead anywhere later. */
function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

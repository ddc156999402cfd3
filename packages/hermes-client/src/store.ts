import { join } from "node:path";
import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import { isReadable, printedFrames, saidBy, type Fields } from "@fairlead/bridge-core/parts";
import { executableIn, pythonOf, scripts } from "./install.ts";

/**
 * The stored conversations, newest first, of one folder or of all: `id`, `parent`, `cwd`, `title`,
 * `preview`, `created` and `updated` in seconds, `stamp` (another one means it has changed), `archived`.
 *
 * Hermes' own Python reads the store, read-only. Where there is no such Python there are none.
 */
export function storedSessions(
  host: BridgeHost,
  cwd: string | null,
  signal: AbortSignal,
): AsyncGenerator<Fields, void> {
  return printed(host, "list", cwd === null ? [] : [cwd], signal);
}

/**
 * What a stored conversation came to, as the stdio gateway would have told it: `type`, `payload`, `at` in
 * seconds. Each turn begins with a `fairlead.turn`, whose `row` names it and whose `text` the user said.
 * A conversation that was compacted begins with the one it goes on from.
 */
export function storedEvents(
  host: BridgeHost,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Fields, void> {
  return printed(host, "read", [id], signal);
}

/**
 * Has `hermes sessions` do something about a conversation that is not open: `rename`, `delete`. It ends
 * well whatever happened; rejects with its words when `done` is not among them.
 */
export async function sessionsCommand(
  host: BridgeHost,
  args: readonly string[],
  done: RegExp,
): Promise<void> {
  const file = executableIn(await host.environment(null));
  const spec = { file, args: ["sessions", ...args], cwd: "/" };
  const said = await saidBy(host, spec, new AbortController().signal);
  if (!done.test(said)) throw new BridgeError("other", `Hermes: ${said.trim()}`);
}

async function* printed(
  host: BridgeHost,
  what: "list" | "read",
  more: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Fields, void> {
  const environment = await host.environment(null);
  const home = environment["HERMES_HOME"] || join(environment["HOME"] ?? "/", ".hermes");
  const store = join(home, "state.db");
  const python = await pythonOf(host, environment);
  if (python === null || !(await isReadable(host.files, store))) return;
  const args = [scripts.sessions, what, store, ...more];
  yield* printedFrames(host, { file: python, args, cwd: home }, signal);
}

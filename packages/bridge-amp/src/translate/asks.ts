import type { Ask } from "@fairlead/bridge-core";
import type { StreamedCall } from "@fairlead/bridge-core/parts";

/** Their own calls may not pass by our plugin: who allows one, allows what it does. */
const delegating = new Set(["Task", "create_thread"]);

/** The question to the user. `scope` covers this very call only. */
export function askAbout(key: string, { name, input, item }: StreamedCall, inside: boolean): Ask {
  const where = inside ? null : "It reaches outside the working folder.";
  if (item.type === "fileChange") {
    const files = item.changes.map(({ path, movedTo }) => movedTo ?? path).join(", ");
    return { kind: "fileChange", key, reason: where, scope: `changes of ${files}` };
  }
  if (item.type === "command" && (name === "shell_command" || name === "Bash")) {
    return { kind: "command", key, reason: null, scope: `${name} ${item.command}` };
  }
  const scope = `${name} ${JSON.stringify(input)}`;
  if (!delegating.has(name)) return { kind: "command", key, reason: where ?? scope, scope };
  const reason = "It starts an agent of its own, whose calls may not be asked about.";
  return { kind: "command", key, reason, scope };
}

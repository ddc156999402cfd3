import { type ServiceSpec, markOf } from "./service-spec.ts";

/** The session of a desktop has these itself. */
const ofSession: ReadonlySet<string> = new Set(["HOME", "SHELL"]);

/**
 * An entry of the freedesktop autostart folder, for machines without `systemd --user`. The desktop
 * does not start it again when it ends. Throws a sentence for a path the format cannot hold.
 */
export function desktopEntry(spec: ServiceSpec): string {
  const { argv, environment } = spec;
  const kept = Object.entries(environment).filter(([name]) => !ofSession.has(name));
  const assignments = kept.map(([name, value]) => `${name}=${value}`);
  if (argv[0]?.includes("=") === true) {
    throw new Error(`a desktop cannot start ${argv[0]}: install node under a path without "="`);
  }
  const words = assignments.length === 0 ? argv : ["/usr/bin/env", ...assignments, ...argv];
  return `# Written by \`fairlead install\`, removed by \`fairlead uninstall\`.
# ${markOf(spec)}
[Desktop Entry]
Type=Application
Name=Fairlead
Comment=The coding agents of this machine
Exec=${valueOf(words.map(quoted).join(" "))}
Terminal=false
NoDisplay=true
X-GNOME-Autostart-enabled=true
`;
}

/** One word, as the rules of the key Exec want it. */
function quoted(word: string): string {
  return `"${word.replaceAll(/["`$\\]/gu, "\\$&").replaceAll("%", "%%")}"`;
}

/** Any text, as the rules of every key want it. */
function valueOf(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
}

import { badConfigExitCode } from "../config/load.ts";
import { type ServiceSpec, markOf } from "./service-spec.ts";

/**
 * A unit of `systemd --user`. Throws a sentence for a path of node that systemd refuses as a
 * program. After a clean end (`fairlead stop`) it stays ended; after any other it is started again.
 */
export function systemdUnit(spec: ServiceSpec): string {
  const [program = "", ...words] = spec.argv;
  // The rule of systemd itself for the path of a program, quoted or not.
  // eslint-disable-next-line no-control-regex
  if (!program.startsWith("/") || /["'\\\u0000-\u001F\u007F]/u.test(program)) {
    throw new Error(
      `systemd cannot start ${JSON.stringify(program)}: install node under an absolute path ` +
        "without quotes and backslashes",
    );
  }
  // Variables are replaced in the words of a command, but not in the path of its program.
  const command = [quoted(program), ...words.map((word) => quoted(word).replaceAll("$", "$$$$"))];
  const environment = Object.entries(spec.environment).map(
    ([name, value]) => `Environment=${quoted(`${name}=${value}`)}\n`,
  );
  return `# Written by \`fairlead install\`, removed by \`fairlead uninstall\`.
# ${markOf(spec)}
[Unit]
Description=Fairlead: the coding agents of this machine
StartLimitIntervalSec=120
StartLimitBurst=5

[Service]
Type=simple
ExecStart=${command.join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
${environment.join("")}Restart=on-failure
RestartSec=5
# What it ends with when host.toml is wrong: trying again would not help.
RestartPreventExitStatus=${badConfigExitCode}
# Only the daemon is asked to stop: it lets running turns of its agents finish.
KillMode=mixed
TimeoutStopSec=${spec.stopS}

[Install]
WantedBy=default.target
`;
}

/** One word of a command line or an assignment, as systemd reads it back. */
function quoted(word: string): string {
  const escaped = word
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("%", "%%")
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001F\u007F]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return `\\x${code.toString(16).padStart(2, "0")}`;
    });
  return `"${escaped}"`;
}

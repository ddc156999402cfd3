import { shellName } from "../registry.ts";
import { acpKeys, acpTable } from "./acp-keys.ts";
import { agentKeys, allAgentKeys, enabledKey } from "./agent-keys.ts";
import type { Key } from "./key-kinds.ts";
import { allKeys, sections } from "./keys.ts";

/**
 * The `host.toml` of a first start: every key, explained and commented out, so that defaults of a
 * later version hold until somebody chooses otherwise.
 */
export function firstFile(known: readonly string[]): string {
  const agents = known.filter((name) => name !== shellName);
  const [agent = "NAME"] = agents;
  const ofSection = (name: string | null): readonly Key<unknown>[] =>
    allKeys.filter(({ path }) => (path.includes(".") ? path.split(".")[0] : null) === name);
  const lines = [
    "# Settings of Fairlead. Remove the # before a key to change it, then run `fairlead reload`;",
    "# or run `fairlead config set KEY VALUE`. Keys that stay commented out have the value shown,",
    "# or, where the explanation says so, none.",
    "",
    ...ofSection(null).flatMap(keyLines),
  ];
  for (const [name, meaning] of sections) {
    lines.push(`# ${meaning}`, `[${name}]`, "", ...ofSection(name).flatMap(keyLines));
  }
  lines.push(
    `# One agent: ${agents.join(", ")}. Each has the same keys.`,
    `[agents.${agent}]`,
    "",
    ...allAgentKeys.flatMap(keyLines),
    "# A second instance of an agent, with settings of its own. What it leaves out is as above.",
    "# Clients see it as an agent of this name.",
    `# [agents.${agent}.work]`,
    `# ${agentKeys.env.path} = { HTTPS_PROXY = "http://127.0.0.1:3128" }`,
    `# ${agentKeys.roots.path} = ${agentKeys.roots.example}`,
    "",
    "# An agent that speaks the Agent Client Protocol: one that is known (preset), or any (command).",
    "# Clients see it as an agent of this name.",
    `# [agents.${acpTable}.NAME]`,
    ...[acpKeys.preset, acpKeys.command, acpKeys.args].map(
      (key) => `# ${key.path} = ${key.example}`,
    ),
    `# ${agentKeys.env.path} = { MY_AGENT_HOME = "/srv/my-agent" }`,
    "",
    ...(known.includes(shellName) ? terminalLines : []),
    "# Another way to reach the daemon, from a package. Its other keys are the package's own.",
    "# [transports.NAME]",
    '# package = "@somebody/fairlead-transport"',
    "",
  );
  return lines.join("\n");
}

const terminalLines: readonly string[] = [
  "# A terminal of yours for clients that draw one. Whoever may drive agents types into your shell",
  "# there: no [policy] holds it. bin is the shell, env is added to its environment.",
  `[agents.${shellName}]`,
  "",
  `# ${enabledKey(shellName).meaning}`,
  `# ${agentKeys.enabled.path} = ${enabledKey(shellName).example}`,
  "",
];

function keyLines<Owner>(key: Key<unknown, Owner>): readonly string[] {
  const name = key.path.split(".").at(-1) ?? key.path;
  const unset = key.unset === null ? "" : ` Unset: ${key.unset}.`;
  const range = key.notation === "boolean" ? "" : ` (${key.range})`;
  const restart = key.applies === "restart" ? " Needs a restart." : "";
  return [`# ${key.meaning}${range}${unset}${restart}`, `# ${name} = ${key.example}`, ""];
}

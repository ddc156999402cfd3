import { presets, type AcpAgent } from "@fairlead/bridge-acp/presets";
import type { BridgeFactory } from "@fairlead/bridge-core";

/** What is known of a bridge without loading it. */
export interface KnownBridge {
  readonly displayName: string;
  /** Other names clients know the agent by. */
  readonly aliases: readonly string[];
  /** What its probe and its threads start: what `bin` stands in for. */
  readonly program: string;
  /** What to type to install it. Null: it comes with Fairlead. */
  readonly install: string | null;
  /** Lists leave it out as long as its program is not there. Absent = it is always told of. */
  readonly isOptional?: true;
  readonly load: () => Promise<BridgeFactory>;
}

/** Every agent with a bridge, best first, by its name on the wire. The only place that names bridges. */
export const bridges: ReadonlyMap<string, KnownBridge> = new Map<string, KnownBridge>([
  [
    "claude",
    {
      displayName: "Claude Code",
      aliases: ["claude-code", "claudecode"],
      program: "claude",
      install: "npm i -g @anthropic-ai/claude-code",
      load: async () => (await import("@fairlead/bridge-claude")).default,
    },
  ],
  [
    "pi",
    {
      displayName: "Pi",
      aliases: ["pi-coding-agent"],
      program: "pi",
      install: "npm i -g @earendil-works/pi-coding-agent",
      load: async () => (await import("@fairlead/bridge-pi")).default,
    },
  ],
  [
    "opencode",
    {
      displayName: "OpenCode",
      aliases: ["open-code"],
      program: "opencode",
      install: "npm i -g opencode-ai",
      load: async () => (await import("@fairlead/bridge-opencode")).default,
    },
  ],
  [
    "droid",
    {
      displayName: "Factory Droid",
      aliases: ["factory", "factory-droid"],
      program: "droid",
      install: "npm i -g droid",
      load: async () => (await import("@fairlead/bridge-droid")).default,
    },
  ],
  [
    "amp",
    {
      displayName: "Amp",
      aliases: ["ampcode"],
      program: "amp",
      install: "npm i -g @sourcegraph/amp",
      load: async () => (await import("@fairlead/bridge-amp")).default,
    },
  ],
  [
    "hermes",
    {
      displayName: "Hermes",
      aliases: ["hermes-agent"],
      program: "hermes",
      install: "pip install hermes-agent",
      load: async () => (await import("@fairlead/bridge-hermes")).default,
    },
  ],
  ...["gemini", "goose", "kimi", "qwen", "cursor", "copilot", "grok", "devin"].map(optionalAgent),
  [
    "demo",
    {
      displayName: "Demo agent",
      aliases: [],
      program: "node",
      install: null,
      load: async () => (await import("@fairlead/bridge-demo")).default,
    },
  ],
]);

/** An agent that speaks ACP, as one of ours. */
export function acpAgent(agent: AcpAgent): KnownBridge {
  return {
    displayName: agent.displayName,
    aliases: [],
    program: agent.command,
    install: agent.install ?? null,
    load: async () => (await import("@fairlead/bridge-acp")).acpBridge(agent),
  };
}

function optionalAgent(name: string): readonly [string, KnownBridge] {
  const agent = presets[name];
  if (agent === undefined) throw new Error(`there is no preset ${name}`);
  return [name, { ...acpAgent(agent), isOptional: true }];
}

/** The agent that is proxied, not translated. */
export const codexName = "codex";
/** What to type to install it. */
export const codexInstall = "npm i -g @openai/codex";

/** The terminal: offered like an agent, and off unless the operator switches it on. */
export const shellName = "shell";

/** Every agent that has threads, in the order they are offered. */
export const threadAgentNames: readonly string[] = [codexName, ...bridges.keys()];

/** Everything that can be switched on in `[agents]`, in the order it is offered. */
export const agentNames: readonly string[] = [...threadAgentNames, shellName];

/** What to tell somebody who asks for an agent that does not exist. */
export function unknownAgent(name: string, known: readonly string[] = agentNames): string {
  return `unknown agent ${name}: choose ${oneOf(known)}`;
}

/** `codex, claude or demo`. */
export function oneOf(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

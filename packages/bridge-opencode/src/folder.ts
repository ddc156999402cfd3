import type { CommandInfo, ModelInfo } from "@fairlead/bridge-core";
import { fieldsOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { inFolder, type Client } from "./client.ts";
import { isUnsafe, rulesOf, type Rule } from "./permissions.ts";

/** What OpenCode has in a folder, by its settings there. */
export interface Folder {
  /** Agent that takes prompts when none is named. */
  readonly agent: string;
  /** The user's rules, by agent. */
  readonly rules: ReadonlyMap<string, readonly Rule[]>;
  /** Agents that would not ask if they ran as sub-agents. */
  readonly unsafe: readonly string[];
}

/** Reads the agents of a folder. */
export async function folderOf(client: Client, cwd: string): Promise<Folder> {
  const [agents, config] = await Promise.all([
    client.list(inFolder("/agent", cwd)),
    client.ask(inFolder("/config", cwd)),
  ]);
  const primary = agents.filter(({ mode, hidden }) => mode !== "subagent" && hidden !== true);
  const names = primary.map(({ name }) => textOf(name));
  const build = names.includes("build") ? "build" : (names[0] ?? "build");
  return {
    agent: textOf(config["default_agent"]) || build,
    rules: new Map(agents.map((agent) => [textOf(agent["name"]), rulesOf(agent)])),
    unsafe: agents.filter(isUnsafe).map(({ name }) => textOf(name)),
  };
}

/** The models of the providers that are connected. */
export async function modelsOf(client: Client, cwd: string): Promise<readonly ModelInfo[]> {
  const [{ providers, default: defaults }, config] = await Promise.all([
    client.ask(inFolder("/config/providers", cwd)),
    client.ask(inFolder("/config", cwd)),
  ]);
  const known = Array.isArray(providers) ? providers.map(fieldsOf) : [];
  const [first] = known.map(({ id }) => textOf(id));
  const preferred = textOf(config["model"]) || `${first}/${fieldsOf(defaults)[first ?? ""]}`;
  return known.flatMap(({ id: provider, models }) =>
    Object.values(fieldsOf(models)).map((value) => {
      const model = fieldsOf(value);
      const id = `${textOf(provider)}/${textOf(model["id"])}`;
      const efforts = Object.keys(fieldsOf(model["variants"]));
      const label = textOf(model["name"]) || id;
      return { id, label, efforts, defaultEffort: null, default: id === preferred };
    }),
  );
}

/** Slash commands and skills; a skill is a command too, and listed once. */
export async function commandsOf(client: Client, cwd: string): Promise<readonly CommandInfo[]> {
  const [commands, skills] = await Promise.all([
    client.list(inFolder("/command", cwd)),
    client.list(inFolder("/skill", cwd)),
  ]);
  const info = (kind: CommandInfo["kind"], { name, description, location }: Fields) => ({
    kind,
    name: textOf(name),
    description: textOf(description),
    path: textOf(location) || null,
  });
  const own = commands.filter(({ source }) => source !== "skill");
  return [
    ...own.map((command) => info("command", command)),
    ...skills.map((skill) => info("skill", skill)),
  ];
}

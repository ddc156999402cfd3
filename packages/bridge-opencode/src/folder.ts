import type { CommandInfo, ModelInfo } from "@fairlead/bridge-core";
import {
  commandInfo,
  fieldsOf,
  listOf,
  textOf,
  type AgentServer,
  type Fields,
  type HttpClient,
  type PermissionRule,
} from "@fairlead/bridge-core/parts";
import { isUnsafe, rulesOf } from "./permissions.ts";

/** What OpenCode has in a folder, by its settings there. */
export interface Folder {
  readonly cwd: string;
  readonly client: HttpClient;
  /** Agent that takes prompts when none is named. */
  readonly agent: string;
  /** The user's rules, by agent. */
  readonly rules: ReadonlyMap<string, readonly PermissionRule[]>;
  /** Agents that would not ask if they ran as sub-agents. */
  readonly unsafe: readonly string[];
  /** By `PROVIDER/MODEL`. */
  readonly models: ReadonlyMap<string, Fields>;
}

/** For requests about a folder: OpenCode keeps an instance of itself for each. */
export function clientIn({ client }: AgentServer, cwd: string): HttpClient {
  return client.at("", { directory: cwd });
}

/** Reads it, which starts OpenCode's instance of the folder. */
export async function folderOf(server: AgentServer, cwd: string): Promise<Folder> {
  const client = clientIn(server, cwd);
  const [agents, { providers }] = await Promise.all([
    client.list("/agent"),
    client.ask("/config/providers"),
  ]);
  // The one of the user's settings is listed first.
  const first = agents.find(({ mode, hidden }) => mode !== "subagent" && hidden !== true);
  return {
    cwd,
    client,
    agent: textOf(first?.["name"]) || "build",
    rules: new Map(agents.map((agent) => [textOf(agent["name"]), rulesOf(agent)])),
    unsafe: agents.filter(isUnsafe).map(({ name }) => textOf(name)),
    models: modelsIn(providers),
  };
}

/** The models of the providers that are connected. */
export async function modelsOf(client: HttpClient): Promise<readonly ModelInfo[]> {
  const [{ providers, default: defaults }, config] = await Promise.all([
    client.ask("/config/providers"),
    client.ask("/config"),
  ]);
  const [first = ""] = listOf(providers).map(({ id }) => textOf(id));
  const preferred = textOf(config["model"]) || `${first}/${textOf(fieldsOf(defaults)[first])}`;
  return Array.from(modelsIn(providers), ([id, model]) => {
    const efforts = Object.keys(fieldsOf(model["variants"]));
    const label = textOf(model["name"]) || id;
    return { id, label, efforts, defaultEffort: null, default: id === preferred };
  });
}

function modelsIn(providers: unknown): ReadonlyMap<string, Fields> {
  const models = new Map<string, Fields>();
  for (const { id, models: own } of listOf(providers)) {
    for (const [name, model] of Object.entries(fieldsOf(own))) {
      models.set(`${textOf(id)}/${name}`, fieldsOf(model));
    }
  }
  return models;
}

/** Slash commands and skills; a skill is a command too, and listed once. */
export async function commandsOf(client: HttpClient): Promise<readonly CommandInfo[]> {
  const [commands, skills] = await Promise.all([client.list("/command"), client.list("/skill")]);
  const own = commands.filter(({ source }) => source !== "skill");
  return [
    ...own.map((command) => commandInfo("command", command)),
    ...skills.map((skill) => commandInfo("skill", skill, skill["location"])),
  ];
}

import type { CommandInfo, ModelInfo } from "@fairlead/bridge-core";
import {
  fieldsOf,
  listOf,
  numberOf,
  textOf,
  type Fields,
  type HttpClient,
} from "@fairlead/bridge-core/parts";
import { inFolder } from "./server.ts";
import { isUnsafe, rulesOf, type Rule } from "./permissions.ts";

/** What OpenCode has in a folder, by its settings there. */
export interface Folder {
  /** Agent that takes prompts when none is named. */
  readonly agent: string;
  /** The user's rules, by agent. */
  readonly rules: ReadonlyMap<string, readonly Rule[]>;
  /** Agents that would not ask if they ran as sub-agents. */
  readonly unsafe: readonly string[];
  /** Context sizes, by `PROVIDER/MODEL`. */
  readonly windows: ReadonlyMap<string, number>;
}

/** Reads it, which starts OpenCode's instance of the folder. */
export async function folderOf(client: HttpClient, cwd: string): Promise<Folder> {
  const [agents, config, { providers }] = await Promise.all([
    client.list(inFolder("/agent", cwd)),
    client.ask(inFolder("/config", cwd)),
    client.ask(inFolder("/config/providers", cwd)),
  ]);
  const primary = agents.filter(({ mode, hidden }) => mode !== "subagent" && hidden !== true);
  const names = primary.map(({ name }) => textOf(name));
  const build = names.includes("build") ? "build" : (names[0] ?? "build");
  return {
    agent: textOf(config["default_agent"]) || build,
    rules: new Map(agents.map((agent) => [textOf(agent["name"]), rulesOf(agent)])),
    unsafe: agents.filter(isUnsafe).map(({ name }) => textOf(name)),
    windows: new Map(
      modelsIn(providers).flatMap(({ id, model }) => {
        const window = numberOf(fieldsOf(model["limit"])["context"]);
        return window === undefined ? [] : [[id, window] as const];
      }),
    ),
  };
}

/** The models of the providers that are connected. */
export async function modelsOf(client: HttpClient, cwd: string): Promise<readonly ModelInfo[]> {
  const [{ providers, default: defaults }, config] = await Promise.all([
    client.ask(inFolder("/config/providers", cwd)),
    client.ask(inFolder("/config", cwd)),
  ]);
  const models = modelsIn(providers);
  const [first = ""] = listOf(providers).map(({ id }) => textOf(id));
  const preferred = textOf(config["model"]) || `${first}/${textOf(fieldsOf(defaults)[first])}`;
  return models.map(({ id, model }) => {
    const efforts = Object.keys(fieldsOf(model["variants"]));
    const label = textOf(model["name"]) || id;
    return { id, label, efforts, defaultEffort: null, default: id === preferred };
  });
}

function modelsIn(providers: unknown): readonly { readonly id: string; readonly model: Fields }[] {
  return listOf(providers).flatMap(({ id, models }) =>
    Object.entries(fieldsOf(models)).map(([name, model]) => {
      return { id: `${textOf(id)}/${name}`, model: fieldsOf(model) };
    }),
  );
}

/** Slash commands and skills; a skill is a command too, and listed once. */
export async function commandsOf(client: HttpClient, cwd: string): Promise<readonly CommandInfo[]> {
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

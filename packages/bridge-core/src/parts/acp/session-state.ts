import type { McpServer, ModelInfo, NativeSession, OpenThread } from "../../adapter.ts";
import type { JsonValue } from "@fairlead/codex-proto";
import { BridgeError } from "../../errors.ts";
import { fieldsOf, isFields, listOf, textOf, type Fields } from "../fields.ts";
import { mcpServerList } from "../mcp-servers.ts";

/** Something of a session's that is one of several: its mode, its model, its effort. */
export interface AcpSetting {
  /** What it is called in `session/set_config_option`; null where it has a method of its own. */
  readonly option: string | null;
  readonly current: string;
  readonly values: readonly { readonly id: string; readonly name: string }[];
}

/** What a setting is for, in the words of ACP. */
export type AcpCategory = "mode" | "model" | "thought_level";

const methodsOf = {
  mode: ["session/set_mode", "modeId"],
  model: ["session/set_model", "modelId"],
} as const;

/** What a session says of itself, over and over. */
export class AcpSession {
  commands: readonly Fields[] | null = null;
  #options: readonly Fields[] = [];
  #modes: Fields = {};
  #models: Fields = {};

  /** Takes an answer that opened the session or changed a setting, or an update. */
  take(told: Fields): void {
    const { configOptions, modes, models, currentModeId, availableCommands } = told;
    if (Array.isArray(configOptions)) this.#options = listOf(configOptions);
    if (isFields(modes)) this.#modes = modes;
    if (isFields(models)) this.#models = models;
    if (typeof currentModeId === "string") this.#set("mode", currentModeId);
    if (Array.isArray(availableCommands)) this.commands = listOf(availableCommands);
  }

  /** A setting was changed, which not every agent says. */
  changed(category: AcpCategory, value: string): void {
    this.#set(category, value);
  }

  /** A setting; null where the agent has none of the kind. */
  setting(category: AcpCategory): AcpSetting | null {
    const option = this.#optionOf(category);
    if (option !== undefined) {
      const [id, current] = [textOf(option["id"]), textOf(option["currentValue"])];
      return { option: id, current, values: valuesIn(option["options"]) };
    }
    if (category === "thought_level") return null;
    const [told, list, current, name] =
      category === "mode"
        ? ([this.#modes, "availableModes", "currentModeId", "id"] as const)
        : ([this.#models, "availableModels", "currentModelId", "modelId"] as const);
    const values = listOf(told[list]).map((each) => named(each[name], each["name"]));
    return values.length === 0 ? null : { option: null, current: textOf(told[current]), values };
  }

  /** The models to choose from; what efforts there are is said of the one that is chosen. */
  models(): readonly ModelInfo[] {
    const models = this.setting("model");
    const levels = this.setting("thought_level");
    const efforts = levels?.values.map(({ id }) => id) ?? [];
    return (models?.values ?? []).map(({ id, name: label }) => {
      const isDefault = id === models?.current;
      const defaultEffort = isDefault ? (levels?.current ?? null) : null;
      return { id, label, efforts, defaultEffort, default: isDefault };
    });
  }

  #optionOf(category: AcpCategory): Fields | undefined {
    return this.#options.find(
      ({ category: of, id, type }) =>
        type === "select" && (of === category || (of === undefined && id === category)),
    );
  }

  #set(category: AcpCategory, value: string): void {
    if (category === "mode") this.#modes = { ...this.#modes, currentModeId: value };
    if (category === "model") this.#models = { ...this.#models, currentModelId: value };
    const changed = this.#optionOf(category);
    this.#options = this.#options.map((option) =>
      option === changed ? { ...option, currentValue: value } : option,
    );
  }
}

/** The request that changes a setting of this session. */
export function acpChange(
  sessionId: string,
  category: AcpCategory,
  { option }: AcpSetting,
  value: string,
): readonly [method: string, params: Fields] {
  if (option !== null) {
    return ["session/set_config_option", { sessionId, configId: option, value }];
  }
  const [method, name] = methodsOf[category === "model" ? "model" : "mode"];
  return [method, { sessionId, [name]: value }];
}

const asking = /^(default|normal|ask|always[-_]?ask|manual|read[-_]?only|build|code|agent|chat)$/i;
const planning = /^(plan|spec|architect|planning)$/i;
const bypassing =
  /yolo|bypass|full|auto|dont[-_]?ask|accept|never|approve[-_]?all|allow[-_]?all|unsafe/i;

/** Some agents name their modes by the URLs of what these mean. */
function wordOf(mode: string): string {
  return mode.split("#").at(-1) ?? mode;
}

/** True for a mode in which effects are not asked about. */
export function isBypassing(mode: string): boolean {
  return bypassing.test(wordOf(mode));
}

/** True for a mode in which nothing is changed. */
export function isPlanning(mode: string): boolean {
  return planning.test(wordOf(mode));
}

/** The mode to work in; null to leave it as it is. Throws where the agent has none that asks. */
export function acpMode(
  { displayName, askingMode }: { readonly displayName: string; readonly askingMode?: string },
  { current, values }: AcpSetting,
  plan: boolean,
): string | null {
  const ids = values.map(({ id }) => id);
  const planned = plan ? ids.find(isPlanning) : undefined;
  const known = ids.find((id) => id === askingMode) ?? ids.find((id) => asking.test(wordOf(id)));
  const mild = (id: string): boolean => !isBypassing(id) && !isPlanning(id);
  const wanted = planned ?? known ?? [current, ...ids].find(mild);
  if (wanted !== undefined) return wanted === current ? null : wanted;
  throw new BridgeError("unsupported", `${displayName} has no mode in which it asks`);
}

/** MCP servers as ACP has them; those it takes by URL only where the agent `takesUrls`. */
function acpMcpServers(servers: readonly McpServer[], takesUrls: boolean): readonly JsonValue[] {
  return mcpServerList(
    servers.filter((server) => takesUrls || !("url" in server)),
    "list",
  );
}

/** The values of a choice, those in groups too. */
function valuesIn(options: unknown): AcpSetting["values"] {
  return listOf(options).flatMap((option) =>
    Array.isArray(option["options"])
      ? valuesIn(option["options"])
      : [named(option["value"], option["name"])],
  );
}

function named(id: unknown, name: unknown): AcpSetting["values"][number] {
  return { id: textOf(id), name: textOf(name) || textOf(id) };
}

/** True where a capability is offered: most are offered by an empty object. */
export function acpOffers(capabilities: Fields, name: string): boolean {
  const told = capabilities[name];
  return (
    told === true || isFields(told) || isFields(fieldsOf(capabilities["sessionCapabilities"])[name])
  );
}

/** A session of `session/list`. */
export function acpNativeSession({
  sessionId,
  cwd,
  title: told,
  updatedAt,
}: Fields): NativeSession {
  const title = textOf(told) || null;
  const updatedAtMs = Date.parse(textOf(updatedAt)) || 0;
  return {
    nativeId: textOf(sessionId),
    parentNativeId: null,
    cwd: textOf(cwd) || null,
    title,
    preview: title ?? "",
    createdAtMs: updatedAtMs,
    updatedAtMs,
    stamp: `${textOf(updatedAt)}:${title}`,
    archived: false,
    busyElsewhere: false,
  };
}

/** What every request that opens a session is given. */
export function acpOpening(
  { cwd, mcpServers, instructions }: Pick<OpenThread, "cwd" | "mcpServers" | "instructions">,
  capabilities: Fields,
): Fields & { readonly cwd: string } {
  const servers = acpMcpServers(mcpServers, takesUrls(capabilities));
  const isTaken = instructions !== null && takesInstructions(capabilities);
  const content = [{ type: "text", text: instructions }];
  const more = isTaken ? { systemPrompt: { mode: "append", content } } : {};
  return { cwd, mcpServers: servers, ...more };
}

/** Whether the agent has a place for the client's instructions. */
export function takesInstructions(capabilities: Fields): boolean {
  return acpOffers(capabilities, "systemPrompt");
}

/** Whether the agent reaches MCP servers by URL. */
export function takesUrls({ mcpCapabilities }: Fields): boolean {
  return fieldsOf(mcpCapabilities)["http"] === true;
}

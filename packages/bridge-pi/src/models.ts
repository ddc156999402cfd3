import type { CommandInfo, ModelInfo } from "@fairlead/bridge-core";
import { fieldsOf, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { effortOf } from "./translate/translator.ts";

const levels = ["off", "minimal", "low", "medium", "high", "xhigh", "max"];
/** Levels a model has only when it says so. */
const rare = new Set(["xhigh", "max"]);

/** The models that Pi can use now; the one of `state` is what runs when none is chosen. */
export function modelsOf(models: unknown, state: Fields): readonly ModelInfo[] {
  const chosen = idOf(fieldsOf(state["model"]));
  return listOf(models).map((model) => {
    const id = idOf(model);
    const isDefault = id === chosen;
    const efforts =
      model["reasoning"] === true ? levelsOf(fieldsOf(model["thinkingLevelMap"])) : [];
    const defaultEffort = isDefault ? effortOf(state["thinkingLevel"]) || null : null;
    return { id, label: textOf(model["name"]) || id, efforts, defaultEffort, default: isDefault };
  });
}

/** Commands, prompt templates and skills; each runs by `/name`. */
export function commandsOf(commands: unknown): readonly CommandInfo[] {
  return listOf(commands).map(({ name, description, source, sourceInfo }) => {
    const kind = source === "skill" ? "skill" : "command";
    const path = textOf(fieldsOf(sourceInfo)["path"]);
    const file = path.startsWith("/") ? path : null;
    return { kind, name: textOf(name), description: textOf(description), path: file };
  });
}

function idOf({ provider, id }: Fields): string {
  return `${textOf(provider)}/${textOf(id)}`;
}

function levelsOf(map: Fields): readonly string[] {
  const offered = levels.filter((level) => {
    return rare.has(level) ? typeof map[level] === "string" : map[level] !== null;
  });
  return offered.map(effortOf);
}

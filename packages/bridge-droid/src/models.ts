import type { CommandInfo, ModelInfo } from "@fairlead/bridge-core";
import { commandInfo, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { effortNamed } from "./settings.ts";

/** The models that Droid can use now; `chosen` is what runs when none is. */
export function modelsOf(models: unknown, chosen: string): readonly ModelInfo[] {
  const usable = listOf(models).filter(({ disabled }) => disabled !== true);
  // The user's own first: there are many others.
  const isOthers = ({ isCustom }: Fields): number => (isCustom === true ? 0 : 1);
  const ordered = usable.toSorted((one, other) => isOthers(one) - isOthers(other));
  return ordered.map(({ id, displayName, supportedReasoningEfforts: offered, ...more }) => {
    const efforts = Array.isArray(offered) ? offered.map(effortNamed) : [];
    // A model that cannot think has one effort, which is no choice.
    const isChoice = efforts.length > 1;
    return {
      id: textOf(id),
      label: textOf(displayName) || textOf(id),
      efforts: isChoice ? efforts : [],
      defaultEffort: isChoice ? effortNamed(more["defaultReasoningEffort"]) || null : null,
      default: id === chosen,
    };
  });
}

/** Commands and those skills that the user may start; each runs by `/name`. */
export function commandsOf(commands: unknown, skills: unknown): readonly CommandInfo[] {
  const started = (skill: Fields): boolean =>
    skill["enabled"] !== false && skill["userInvocable"] !== false;
  return [
    ...listOf(commands).map((command) => commandInfo("command", command)),
    ...listOf(skills)
      .filter(started)
      .map((skill) => commandInfo("skill", skill, skill["filePath"])),
  ];
}

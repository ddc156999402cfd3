import type { InputModality, Model } from "@fairlead/codex-proto";
import type { ModelInfo } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import { pageOf } from "../threads/paging.ts";
import type { Handlers } from "./handler.ts";
import type { ThreadMethodParts } from "./thread-start-methods.ts";

/** What the agent offers: its models, its skills and slash commands. */
export function catalogueMethods({ book, models, defaultCwd }: ThreadMethodParts): Handlers {
  const { adapter } = book.services;
  const inputModalities: InputModality[] = [
    "text",
    ...(adapter.capabilities.input.includes("image") ? (["image"] as const) : []),
    ...(adapter.capabilities.input.includes("audio") ? (["audio"] as const) : []),
  ];

  return {
    async "model/list"({ cursor, limit }, { client }) {
      const known = await models.models(defaultCwd, client.closed);
      const { data, nextCursor } = pageOf(known, (model) => model.id, "asc", { cursor, limit });
      return {
        data: data.map((model) => wireModel(adapter.displayName, model, inputModalities)),
        nextCursor,
      };
    },

    async "skills/list"({ cwds }, { client }) {
      const folders = cwds === undefined || cwds.length === 0 ? [defaultCwd] : cwds;
      const data = folders.map(async (cwd) => {
        try {
          const commands = await models.commands(cwd, client.closed);
          const skills = commands.map(({ name, description, path }) => ({
            name,
            description,
            path: path ?? name,
            scope: "user" as const,
            enabled: true,
            pluginId: null,
          }));
          return { cwd, skills, errors: [] };
        } catch (error) {
          return { cwd, skills: [], errors: [{ path: cwd, message: messageOf(error) }] };
        }
      });
      return { data: await Promise.all(data) };
    },
  };
}

function wireModel(agent: string, model: ModelInfo, inputModalities: InputModality[]): Model {
  const { id, label, efforts, defaultEffort } = model;
  // The wire wants an effort even of models that know none.
  const fallback = defaultEffort ?? efforts[0] ?? "medium";
  const offered = efforts.length === 0 ? [fallback] : efforts;
  return {
    id,
    model: id,
    upgrade: null,
    upgradeInfo: null,
    availabilityNux: null,
    displayName: label,
    description: agent,
    modelSpecialty: null,
    hidden: false,
    supportedReasoningEfforts: offered.map((effort) => ({
      reasoningEffort: effort,
      description: effort,
    })),
    defaultReasoningEffort: fallback,
    inputModalities,
    supportsPersonality: false,
    multiAgentVersion: null,
    additionalSpeedTiers: [],
    serviceTiers: [],
    defaultServiceTier: null,
    availableAccessPrograms: null,
    isDefault: model.default,
  };
}

import type { Config } from "@fairlead/codex-proto";
import { permissionProfiles, type OperatorPolicy } from "../policy.ts";
import type { Handlers } from "./handler.ts";
import { operatorRequirements } from "./operator-requirements.ts";

/** What the configuration of a server consists of. */
export interface ConfigMethodParts {
  /** The agent's id: its name as a model provider. */
  readonly agent: string;
  readonly displayName: string;
  /** The model of threads whose client names none. */
  readonly model: () => string;
  readonly policy: OperatorPolicy;
}

/**
 * The configuration as clients see it: one provider, which is the agent, its default model and the
 * operator's limits. Everything else is the agent's own configuration, so it is null here and has
 * no layers.
 */
export function configMethods({ agent, displayName, model, policy }: ConfigMethodParts): Handlers {
  return {
    "config/read": ({ includeLayers, cwd }) => ({
      config: { ...unset, model: model(), model_provider: agent, ...trusted(cwd ?? null) },
      origins: {},
      layers: includeLayers === true ? [] : null,
    }),
    "configRequirements/read": () => ({
      supportsIndependentSpeedModes: null,
      requirements: operatorRequirements(policy),
    }),
    "collaborationMode/list": () => ({
      data: [
        { name: "Plan", mode: "plan", model: null, reasoning_effort: null },
        { name: "Default", mode: "default", model: null, reasoning_effort: null },
      ],
    }),
    "permissionProfile/list": () => ({ data: permissionProfiles(policy), nextCursor: null }),
    "modelProvider/list": () => ({
      data: [
        {
          id: agent,
          name: displayName,
          canEdit: false,
          baseUrl: null,
          settings: {
            type: "customGateway",
            auth: { mode: "externallyConfigured", envKey: null },
          },
        },
      ],
      defaultProviderId: agent,
      canChangeDefault: false,
    }),
    "windowsSandbox/readiness": () => ({ status: "notConfigured" }),
  };
}

/**
 * The codex TUI opens no untrusted folder before its user let codex load the folder's own settings.
 * No such settings are loaded here, and an agent that has settings of its own is asked about by its
 * bridge.
 */
function trusted(folder: string | null): Partial<Config> {
  return folder === null ? {} : { projects: { [folder]: { trust_level: "trusted" } } };
}

const unset: Config = {
  model: null,
  review_model: null,
  model_context_window: null,
  model_auto_compact_token_limit: null,
  model_auto_compact_token_limit_scope: null,
  model_provider: null,
  approval_policy: null,
  approvals_reviewer: null,
  sandbox_mode: null,
  sandbox_workspace_write: null,
  forced_chatgpt_workspace_id: null,
  forced_login_method: null,
  web_search: null,
  client_search_provider: null,
  tools: null,
  instructions: null,
  developer_instructions: null,
  compact_prompt: null,
  model_reasoning_effort: null,
  model_reasoning_summary: null,
  model_verbosity: null,
  service_tier: null,
  analytics: null,
  apps: null,
  browser_use: null,
  computer_use: null,
  desktop: null,
};

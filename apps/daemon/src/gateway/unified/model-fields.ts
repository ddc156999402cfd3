import type {
  ClientMethod,
  ServerNotificationMethod,
  ServerRequestMethod,
} from "@fairlead/codex-proto";

/** Where a codex configuration names models; `*` stands for the name of a profile. */
export const configModels: readonly string[] = [
  "model",
  "review_model",
  "profiles.*.model",
  "profiles.*.review_model",
];

const openingRequest = ["model", ...configModels.map((key) => `config.${key}`)];
const turn = (place: string): string[] => [`${place}.items.*.model`];
const thread = (place: string): string[] => [`${place}.model`, ...turn(`${place}.turns.*`)];
const opening = ["model", ...thread("thread")];

/**
 * Where a request of a client names models, by method; `*` = every entry. `config` keys may also be
 * written with dots, and edits of a configuration name their key: `rewrite-models.ts` knows both.
 */
export const requestModels: Readonly<Partial<Record<ClientMethod, readonly string[]>>> = {
  "thread/start": openingRequest,
  "thread/resume": openingRequest,
  "thread/fork": openingRequest,
  "thread/settings/update": ["model", "collaborationMode.settings.model"],
  "thread/realtime/start": ["model"],
  "turn/start": ["model", "collaborationMode.settings.model"],
  "turn/settings/update": ["model"],
};

/** Where the answer to a client names models, by method. */
export const resultModels: Readonly<Partial<Record<ClientMethod, readonly string[]>>> = {
  "thread/start": opening,
  "thread/resume": [
    ...opening,
    "collaborationMode.settings.model",
    ...turn("initialTurnsPage.data.*"),
  ],
  "thread/fork": opening,
  "thread/read": thread("thread"),
  "thread/list": thread("data.*"),
  "thread/search": thread("data.*.thread"),
  "thread/metadata/update": thread("thread"),
  "thread/unarchive": thread("thread"),
  "thread/revert": thread("thread"),
  "thread/rollback": thread("thread"),
  "thread/queue/start": turn("turn"),
  "thread/turns/list": turn("data.*"),
  "thread/items/list": ["data.*.item.model"],
  "thread/items/read": ["data.*.item.model"],
  "thread/timeline/list": ["data.*.item.model"],
  "turn/start": turn("turn"),
  "review/start": turn("turn"),
  "model/list": ["data.*.id", "data.*.model", "data.*.upgrade", "data.*.upgradeInfo.model"],
  "collaborationMode/list": ["data.*.model"],
  "config/read": [
    ...configModels.map((key) => `config.${key}`),
    ...configModels.map((key) => `layers.*.config.${key}`),
  ],
  "configRequirements/read": [
    "requirements.models.newThread.model",
    "requirements.autoReview.requiredOnModels",
  ],
  "account/rateLimits/read": [
    "rateLimits.normalModelSlug",
    "rateLimitsByLimitId.*.normalModelSlug",
  ],
  "account/usage/read": ["threadUsage.groups.*.model"],
};

/** Where a notification names models, by method. */
export const notificationModels: Readonly<
  Partial<Record<ServerNotificationMethod, readonly string[]>>
> = {
  "thread/started": thread("thread"),
  "thread/settings/updated": [
    "threadSettings.model",
    "threadSettings.collaborationMode.settings.model",
  ],
  "turn/started": turn("turn"),
  "turn/completed": turn("turn"),
  "item/started": ["item.model"],
  "item/completed": ["item.model"],
  "model/rerouted": ["fromModel", "toModel"],
  "model/safetyBuffering/updated": ["model", "fasterModel"],
  "account/rateLimits/updated": ["rateLimits.normalModelSlug"],
};

/** Where the server asks a client something that names models, by method: nowhere. */
export const serverRequestModels: Readonly<
  Partial<Record<ServerRequestMethod, readonly string[]>>
> = {};

import type { BridgeHost, Environment } from "@fairlead/bridge-core";
import { listOf, settingsIn, type Fields } from "@fairlead/bridge-core/parts";
import { join } from "node:path";

/**
 * The user's settings with our rules: what they reject stays rejected, for all else the program
 * `permission` is asked, which says no unless our plugin runs, that asks the user.
 */
export function settingsWith(users: Fields, permission: string): Fields {
  const rejected = listOf(users["amp.permissions"]).filter(({ action }) => action === "reject");
  return {
    ...users,
    "amp.dangerouslyAllowAll": false,
    "amp.permissions": [...rejected, { tool: "*", action: "delegate", to: permission }],
  };
}

/** The user's own settings. Rejects, naming the file, where they are no JSON. */
export function usersSettings(
  { files }: Pick<BridgeHost, "files">,
  environment: Environment,
): Promise<Fields> {
  const { HOME: home = "/", XDG_CONFIG_HOME: config, AMP_SETTINGS_FILE: named } = environment;
  const folder = join(config || join(home, ".config"), "amp");
  const usual = ["settings.json", "settings.jsonc"].map((name) => join(folder, name));
  return settingsIn(files, named ? [named] : usual);
}
